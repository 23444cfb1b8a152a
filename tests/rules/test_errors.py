"""Errors in a rule: all at once, each with its place, what is allowed, and what was probably meant."""

from pathlib import Path
from textwrap import dedent

import pytest

from pipeline.errors import RuleError
from pipeline.rules.check import assumed_without_reason, check_rule
from pipeline.rules.load import load_rule

GOOD = """\
rule: trial
version: 1
title: A trial
study: {name: Trial}
population: {}
criteria:
  pain:
    events: {codelist: chronic-pain, within: 5 years}
  notes:
    certificates: {roles: [not_fit]}
    spell: {gap: 7 days, lasts: 42 days, assume: 28 days}
include: {all: [pain, notes]}
"""


def errors(folder: Path, text: str) -> list[str]:
    """The lines of the error a rule gives, checked against the shipped code lists."""
    path = folder / "trial.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        check_rule(load_rule(path))
    return str(caught.value).splitlines()


def change(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_the_rule_these_tests_change_is_good(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert check_rule(load_rule(path)).warnings == ()


@pytest.mark.parametrize(
    "old, new, place, words",
    [
        ("within: 5", "withn: 5", "8:38", "the key 'withn' is not known; did you mean 'within'?"),
        ("title: A trial\n", "", "1:1", "'title' is missing"),
        ("version: 1", 'version: "1"', "2:10", "'version' must be a whole number without quotes"),
        ("version: 1", "version: 1.5", "2:10", "'version' must be a whole number"),
        ("version: 1", "version: .inf", "2:10", "could be read in 2 ways"),
        ("lasts: 42 days", "lasts: 0 days", "11:12", "'lasts' must be a day at least"),
        ("assume: 28 days", "assume: 0 days", "11:12", "'assume' must be a day at least"),
        (
            ", assume: 28 days",
            "",
            "11:12",
            "'assume' is missing: write how long a note without a length is taken to last, "
            "such as 'assume: 28 days', or 'assume: none' to count only lengths that are certain",
        ),
        ("assume: 28 days", "assume: unknown", "11:50", "write a whole number and days, weeks, months or years"),
        ("assume: 28 days", "assume: 1 month", "11:12", "'assume' is counted in days or weeks"),
        (
            "assume: 28 days",
            "assume: none, assume_because: so",
            "11:12",
            "assumes nothing, so it has no 'assume_because'",
        ),
        ("within: 5 years", "value: {at_least: .inf}", "8:56", "could be read in 2 ways"),
        ("name: Trial", "name: no", "4:15", "'no' could be read in 2 ways: put it in quotes"),
        ("name: Trial", "name: 22298006", "4:15", "'name' must be text: put it in quotes"),
        ("version: 1", "version: 1\nversion: 2", "3:1", "'version' is written twice; it is already at trial.yaml:2:1"),
        ("5 years", "5 moons", "8:46", "write a whole number and days, weeks, months or years"),
        ("chronic-pain", "chronic-pian", "8:24", "did you mean 'chronic-pain'?"),
        ("[not_fit]", "[not_fitt]", "10:27", "did you mean 'not_fit'?"),
        ("[not_fit]", "[duplicate]", "10:19", "duplicate is never time off work"),
        ("    events:", "    event:", "8:5", "did you mean 'events'?"),
        ("[pain, notes]", "[pain, nots]", "12:10", "the criterion 'nots' is not known; did you mean 'notes'?"),
        ("{all: [pain, notes]}", "{both: [pain, notes]}", "12:10", "exactly one of: all, any, not, count_of"),
        ("{all: [pain, notes]}", "{not: pain}", "12:10", "would list people with an empty record"),
        ("{all: [pain, notes]}", "{all: []}", "12:16", "at least 1 item"),
        ("{all: [pain, notes]}", "{any: [pain, {not: pain}]}", "12:10", "list people with an empty record"),
        ("{all: [pain, notes]}\n", "pain\nexclude: [{any: [notes, {not: notes}]}]\n", "13:11", "this is always met"),
        ("within: 5 years", "within: 1 year, before: 2 years", "8:62", "none would ever match"),
        ("gap: 7 days", "gap: 1 month", "11:12", "'gap' is counted in days or weeks"),
        ("codelist: chronic-pain", "codelist: chronic-pain, codelists: [cancer]", "8:13", "name one 'codelist'"),
        ("events: {codelist: chronic", "prescriptions: {codelist: chronic", "8:20", "which prescriptions never have"),
        ("population: {}", "population: {age: {from: 64, to: 18}}", "5:19", "'from' is above 'to'"),
        ("{all: [pain, notes]}", "{all: [pain, {not: pain}]}", "12:10", "this can never be met"),
        ("{all: [pain, notes]}", "{count_of: {n: 2, of: [pain]}}", "12:21", "at least 2 of 1 can never be met"),
        ("within: 5 years", "within: 3000 years", "8:46", "longer than anyone lives"),
        ("within: 5 years}", "within: 1 year}\n    persists: 3 years", "9:15", "nothing persists for 3 years within"),
        ("within: 5 years}", "within: 5 years}\n    same: meaning", "8:13", "'same' compares rows"),
        (
            "within: 5 years}",
            "within: 5 years}\n    same: meaning\n    at_most: 3",
            "8:13",
            "does not go with 'at_most'",
        ),
        ("within: 5 years}", "within: 1 month}\n    at_least: 40", "9:15", "there are not 40 dates within 1 month"),
        ("[not_fit]", "[duration_days]", "10:19", "duration_days is never time off work"),
        ("chronic-pain, within", "opioids, within", "8:13", "which events never have"),
        ("  pain:\n", "  age:\n", "8:5", "'age' is a word that Casefinder uses itself"),
        ("  pain:\n", "  reported:\n", "8:5", "'reported' is a word that Casefinder uses itself"),
        ("population: {}", "population: &anchor {}", "5:13", "no anchors"),
        ("name: Trial", "name: !!python/name:os.system x", "4:15", "no anchors, aliases, tags"),
        ("study: {name: Trial}", "study: {name: Trial", "5:11", "not valid YAML"),
    ],
)
def test_each_mistake_has_its_place_and_its_sentence(
    tmp_path: Path, old: str, new: str, place: str, words: str
) -> None:
    found = errors(tmp_path, change(old, new))
    assert any(line.startswith(f"trial.yaml:{place}:") and words in line for line in found), found


def test_all_errors_come_at_once(tmp_path: Path) -> None:
    text = change("within: 5 years", "withn: 5 years").replace("version: 1", "version: one").replace("gap: 7", "gp: 7")
    places = [line.split(": ")[0] for line in errors(tmp_path, text)]
    # The wrong number, the unknown key, the missing `gap` and the unknown `gp`.
    assert places == ["trial.yaml:2:10", "trial.yaml:8:38", "trial.yaml:11:12", "trial.yaml:11:13"]


def test_an_unknown_key_says_what_is_known(tmp_path: Path) -> None:
    assert "Known: codelist, codelists, roles, within, before" in errors(tmp_path, change("within", "since"))[0]


@pytest.mark.parametrize(
    "old, new, known",
    [
        ("within: 5 years", "within: 5 years, value: {to: 3}", "at_least, at_most"),
        ("within: 5 years", "between: {until: 2026-01-01}", "from, to"),
        ("within: 5 years}", "within: 5 years}\n    after: {rule: notes}", "criterion, date, within"),
        ("spell: {gap: 7 days", "spell: {gaps: 7 days", "gap, lasts, assume, assume_because"),
        ("population: {}", "population: {age: {form: 18}}", "from, to"),
        ("population: {}", "population: {registered: {kind: regular}}", "type, for"),
        ("include: {all", "in_work: {look_back: {inn: 2 months}, in: [], out: []}\ninclude: {all", "in, out, other"),
        ("[pain, notes]", "[pain, {count_of: {n: 1, of: [pain, notes], by: 2}}]", "n, of"),
    ],
)
def test_an_unknown_key_is_answered_with_the_keys_of_its_place(tmp_path: Path, old: str, new: str, known: str) -> None:
    assert any(line.endswith(f"Known: {known}") for line in errors(tmp_path, change(old, new)))


def test_employment_roles_are_checked(tmp_path: Path) -> None:
    work = "in_work: {look_back: {in: 1 year, out: 1 year}, in: [employd], out: [unemployed]}\n"
    assert "did you mean 'employed'?" in errors(tmp_path, GOOD + work)[0]
    twice = work.replace("employd", "unemployed")
    assert "stands in more than one of" in errors(tmp_path, GOOD + twice)[0]


def test_warnings_do_not_stop_a_rule(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(change("assume: 28", "assume: 42").replace("[pain, notes]", "[notes]"), encoding="utf-8")
    assert [str(problem) for problem in check_rule(load_rule(path)).warnings] == [
        "trial.yaml:8:5: 'pain' is not used anywhere, so it has no effect",
        "trial.yaml:11:50: 'assume' is as long as 'lasts': any single note without a length would be enough",
    ]


def test_an_assumption_without_a_reason_is_for_the_author_to_look_at(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    for new, warned in (("28 days", 1), ("none", 0), ("28 days, assume_because: most notes are for four weeks", 0)):
        path.write_text(change("assume: 28 days", f"assume: {new}"), encoding="utf-8")
        loaded = load_rule(path)
        assert [str(one)[:17] for one in assumed_without_reason(loaded)] == ["trial.yaml:11:50:"] * warned
        assert check_rule(loaded).warnings == ()


def test_a_broken_code_list_is_shown_with_the_rule_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(
        "code,system,term\n13J7,read2,Unemployed\n1234567,snomed,Nothing\n", encoding="utf-8"
    )
    (tmp_path / "mine.yaml").write_text("title: Mine\nversion: '1'\n", encoding="utf-8")
    path = tmp_path / "trial.yaml"
    path.write_text(change("chronic-pain", "mine"), encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        check_rule(load_rule(path), tmp_path)
    assert "trial.yaml:8:24: the code list 'mine' cannot be used" in str(caught.value)
    assert "mine.csv:3" in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"- a\n- b\n", b"x" * 1_000_001, b"a: " + b"[" * 200])
def test_what_is_no_rule_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes(content)
    with pytest.raises(RuleError, match="trial"):
        load_rule(path)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot find this rule file"):
        load_rule(tmp_path / "none.yaml")


def test_a_billion_laughs_are_refused(tmp_path: Path) -> None:
    text = dedent("""
        a: &a [x, x, x]
        b: &b [*a, *a, *a]
    """)
    assert "no anchors, aliases" in errors(tmp_path, text)[0]


def test_a_window_that_only_leap_years_allow_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(change("within: 5 years", "within: 12 months, before: 366 days"), encoding="utf-8")
    assert check_rule(load_rule(path)).warnings == ()
