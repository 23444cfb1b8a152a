"""Errors in a rule: all at once, each with its place, what is allowed, and what was probably meant."""

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import RuleError
from pipeline.rules.check import check_rule
from pipeline.rules.daily_dose import is_daily_dose
from pipeline.rules.load import load_rule, read_rule
from pipeline.rules.second_looks import assumed_without_reason

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
        check_rule(read_rule(path))
    return str(caught.value).splitlines()


def change(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_the_rule_these_tests_change_is_good(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert check_rule(read_rule(path)).warnings == ()


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
        ("within: 5 years", "value: {at_least: 4, plausible: {to: 3}}", "8:45", "above what is plausible"),
        ("within: 5 years", "value: {at_least: 4, plausible: {from: 3, to: 1}}", "8:70", "no value would be plausible"),
        ("within: 5 years", "value: {unit: [mmol/L]}", "8:45", "give 'at_least', 'at_most' or both"),
        ("within: 5 years", "value: {at_least: 4, unit: mmol/L}", "8:65", "must be a list"),
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
        ("population: {}", "population: {age: {}}", "5:19", "give 'from', 'to' or both"),
        ("population: {}", "population: {sex: [femal]}", "5:20", "did you mean 'female'?"),
        ("population: {}", "population: {sex: female}", "5:19", "must be a list, such as [one, two]"),
        ("population: {}", "limit: {new_per_night: 0}\npopulation: {}", "5:24", "must be 1 or more"),
        ("population: {}", "limit: {order: evidnce}\npopulation: {}", "5:16", "did you mean 'evidence'?"),
        ("population: {}", "limit: {order: random}\npopulation: {}", "5:8", "'new_per_night' is missing"),
        ("population: {}", "population: {sex: []}", "5:19", "at least 1 item"),
        ("{all: [pain, notes]}", "{all: [pain, {not: pain}]}", "12:10", "this can never be met"),
        ("{all: [pain, notes]}", "{count_of: {n: 2, of: [pain]}}", "12:21", "at least 2 of 1 can never be met"),
        ("within: 5 years", "within: 3000 years", "8:46", "longer than anyone lives"),
        ("within: 5 years}", "within: 1 year}\n    persists: 3 years", "9:15", "nothing persists for 3 years within"),
        (
            "within: 5 years}",
            "within: 1 year}\n    at_least: 2\n    spread: 3 years",
            "10:13",
            "nothing is spread over 3",
        ),
        ("within: 5 years}", "within: 1 year}\n    spread: 3 months", "8:5", "goes with an 'at_least' of 2 or more"),
        ("within: 5 years}", "within: 1 year}\n    at_least: 2\n    persists: 1 month", "8:5", "write 'spread'"),
        ("within: 5 years}", "within: 1 year}\n    at_most: 2\n    persists: 1 month", "8:5", "does not go with"),
        ("within: 5 years}", "within: 5 years}\n    same: meaning", "8:5", "'same' compares rows"),
        (
            "within: 5 years}",
            "within: 5 years}\n    same: meaning\n    at_most: 3",
            "8:5",
            "does not go with 'at_most'",
        ),
        (
            "within: 5 years",
            "within: 5 years, meanings: [fibromialgia]",
            "8:65",
            "the meaning of chronic-pain 'fibromialgia' is not known; did you mean 'fibromyalgia'?",
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


# Mistakes of every stage, each in its own part of the rule: none may hide another.
MISTAKES = [
    ("title: A trial", "title: no"),  # no text of YAML's
    ("version: 1", "versoin: 1"),
    ("name: Trial", "nam: Trial"),
    ("population: {}", "population: {age: {from: 64, to: 18}}"),
    ("population: {}", "population: {age: {form: 18, to: 64}}"),
    ("population: {}", "population: {sex: [femal]}"),
    ("title: A trial", "title: A trial\nlimit: {new_per_nigth: 0}"),
    ("within: 5 years", "value: {at_least: 4, unit: mm, plausible: {from: 3, to: 1}}"),
    ("  notes:\n", "  notes:\n    after: {criterion: pian, date: every, within: 1 moon}\n"),
    ("within: 5 years", "withn: 5 moons"),
    ("within: 5 years", "within: 1 year, before: 2 years"),
    ("within: 5 years", "value: {to: 3}"),
    ("events:", "event:"),
    ("codelist: chronic-pain", "codelist: chronic-pian"),
    ("codelist: chronic-pain", "codelists: [chronic-pain, canser]"),
    ("codelist: chronic-pain", "codelist: opioids"),
    ("  notes:\n", "  notes:\n    mark: proxy\n"),
    ("[not_fit]", "[not_fitt]"),
    ("[not_fit]", "[duplicate]"),
    ("gap: 7 days", "gap: 1 month"),
    ("lasts: 42 days", "lasst: 42 days"),
    ("assume: 28 days", "assume: 0 days"),
    ("[pain, notes]", "[pain, nots]"),
    ("[pain, notes]", "[pain, notes, {both: [pain]}]"),
    ("include: {all", "include: {al"),
    ("[pain, notes]}", "[pain, notes]}\nflag: [pian]"),
    ("[pain, notes]}", "[pain, notes]}\nexclude: [{count_of: {n: 2, of: [pian]}}]"),
    (
        "[pain, notes]}",
        "[pain, notes]}\nin_work: {look_back: {inn: 1 year, out: 1 year}, in: [employd], out: [unable]}",
    ),
]


def sentences(folder: Path, text: str) -> set[str]:
    return {line.split(": ", 1)[1] for line in errors(folder, text)}


@given(mistakes=st.lists(st.sampled_from(MISTAKES), min_size=2, max_size=5, unique_by=lambda mistake: mistake[0]))
def test_no_mistake_hides_another(tmp_path_factory: pytest.TempPathFactory, mistakes: list[tuple[str, str]]) -> None:
    folder, together = tmp_path_factory.mktemp("rule"), GOOD
    alone: set[str] = set()
    for old, new in mistakes:
        if old in together:
            together = together.replace(old, new)
            alone |= sentences(folder, change(old, new))
    found = errors(folder, together)
    assert alone - {line.split(": ", 1)[1] for line in found} == set()
    assert found == sorted(found, key=lambda line: [int(part) for part in line.split(": ")[0].split(":")[1:]])


def test_an_unknown_list_does_not_hide_behind_a_mistyped_key(tmp_path: Path) -> None:
    text = change("within: 5 years", "withn: 5 years").replace("chronic-pain", "chronic-pian")
    assert [line.split(": ")[0] for line in errors(tmp_path, text)] == ["trial.yaml:8:24", "trial.yaml:8:38"]


def test_what_was_repaired_is_not_blamed_again(tmp_path: Path) -> None:
    """A criterion that cannot be read is still known by its name, and no window or tree of it is judged."""
    [said] = errors(tmp_path, change("events: {codelist: chronic-pain, within: 5 years}", "thing: {x: 1}"))
    assert "a criterion must have exactly one of" in said
    [said] = errors(tmp_path, change("  pain:", "  Pain:").replace("[pain", "[Pain"))
    assert said.startswith("trial.yaml:8:5: 'Pain' must be lower-case letters")
    few = "    at_least: two\n    at_most: 3\n  notes:"
    [said] = errors(tmp_path, change("  notes:", few).replace("{all: [pain, notes]}", "pain"))
    assert said == "trial.yaml:9:15: 'at_least' must be a whole number without quotes"


def test_a_rule_that_cannot_be_extended_hides_no_mistake(tmp_path: Path) -> None:
    criteria = "criteria:\n  a: {events: {codelist: canser}}\n  b: {at_least: 6}\nflag: [somebody]\n"
    found = errors(tmp_path, "rule: mine\nversion: 1\ntitle: Mine\nextends: instpe\n" + criteria)
    assert ["did you mean 'instep'" in found[0], "did you mean 'cancer'" in found[1]] == [True, True]
    assert [line.split(": ")[0] for line in found] == ["trial.yaml:4:10", "trial.yaml:6:26"]


def test_an_unknown_key_says_what_is_known(tmp_path: Path) -> None:
    assert "Known: codelist, codelists, roles, within, before" in errors(tmp_path, change("within", "since"))[0]


@pytest.mark.parametrize(
    "old, new, known",
    [
        ("within: 5 years", "within: 5 years, value: {to: 3}", "at_least, at_most, unit, plausible"),
        ("within: 5 years", "between: {until: 2026-01-01}", "from, to"),
        ("within: 5 years}", "within: 5 years}\n    after: {rule: notes}", "criterion, date, within"),
        ("spell: {gap: 7 days", "spell: {gaps: 7 days", "gap, lasts, assume, assume_because"),
        ("population: {}", "population: {age: {form: 18}}", "from, to"),
        ("population: {}", "population: {registered: {kind: regular}}", "type, for"),
        (
            "include: {all",
            "in_work: {look_back: {inn: 2 months}, in: [], out: []}\ninclude: {all",
            "in, out, other, roles",
        ),
        ("[pain, notes]", "[pain, {count_of: {n: 1, of: [pain, notes], by: 2}}]", "n, of"),
    ],
)
def test_an_unknown_key_is_answered_with_the_keys_of_its_place(tmp_path: Path, old: str, new: str, known: str) -> None:
    assert any(line.endswith(f"Known: {known}") for line in errors(tmp_path, change(old, new)))


@pytest.mark.parametrize(
    "word", ["dose", "daily_dose", "mme", "MME", "oral_morphine_equivalent", "omeq", "mg_per_day", "dosage", "ddd"]
)
def test_a_daily_dose_is_refused_with_the_reason(tmp_path: Path, word: str) -> None:
    drugs = f"  drugs:\n    prescriptions: {{codelist: opioids, {word}: {{at_least: 50}}}}\n  notes:"
    for text in (
        change("  notes:", drugs),
        change("    events:", f"    {word}: 50\n    events:"),
        change("    events: {", f"    {word}: {{"),
        change("  notes:", f"    count: {word}\n  notes:"),
    ):
        assert any("because an extract gives the dosage as free text" in line for line in errors(tmp_path, text))


@pytest.mark.parametrize("word", ["codelst", "role", "some", "home", "image", "unit"])
def test_other_words_are_not_taken_to_mean_a_dose(tmp_path: Path, word: str) -> None:
    assert not is_daily_dose(word)


def test_employment_roles_are_checked(tmp_path: Path) -> None:
    work = "in_work: {look_back: {in: 1 year, out: 1 year}, in: [employd], out: [unemployed]}\n"
    assert "did you mean 'employed'?" in errors(tmp_path, GOOD + work)[0]
    twice = work.replace("employd", "unemployed")
    assert "is in more than one of" in errors(tmp_path, GOOD + twice)[0]


@pytest.mark.parametrize(
    "more, words",
    [
        ("look_back: {in: 1 year, out: 1 year, roles: {employd: 1 year}}", "did you mean 'employed'?"),
        ("permanent: [retird]", "did you mean 'retired'?"),
        ("unless_later: {overtakes: [may_bee_fit], roles: [not_fit], lasts: 4 weeks}", "did you mean 'may_be_fit'?"),
        ("unless_later: {overtakes: [employed], roles: [not_fitt], lasts: 4 weeks}", "did you mean 'not_fit'?"),
        ("unless_later: {overtakes: [employed], roles: [not_fit], lasts: 1 month}", "'lasts' is counted in days"),
        ("unless_later: {overtakes: [employed], roles: [not_issued], lasts: 4 weeks}", "is never time off work"),
        ("unless_later: {overtakes: [employed], roles: [unemployed], lasts: 4 weeks}", "is about work itself"),
        ("unless_later: {overtakes: [employed], roles: [not_fit], last: 4 weeks}", "Known: overtakes, roles, lasts"),
    ],
)
def test_what_a_rule_says_of_work_is_checked(tmp_path: Path, more: str, words: str) -> None:
    work = "in_work:\n  in: [employed]\n  out: [unemployed]\n"
    given = more if more.startswith("look_back") else f"look_back: {{in: 1 year, out: 1 year}}\n  {more}"
    assert any(words in line for line in errors(tmp_path, f"{GOOD}{work}  {given}\n"))


def test_a_look_back_or_an_overtaking_that_changes_nothing_is_warned_of(tmp_path: Path) -> None:
    back = "look_back: {in: 1 year, out: 1 year, roles: {retired: 1 year}}"
    later = "unless_later: {overtakes: [may_be_fit], roles: [not_fit], lasts: 4 weeks}"
    path = tmp_path / "trial.yaml"
    path.write_text(f"{GOOD}in_work: {{{back}, {later}, in: [employed], out: [unemployed]}}\n", encoding="utf-8")
    warned = [str(problem) for problem in check_rule(load_rule(path)).warnings]
    assert (
        len(warned) == 2 and "'retired' has no effect here" in warned[0] and "'may_be_fit' has no effect" in warned[1]
    )


def test_warnings_do_not_stop_a_rule(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text(change("assume: 28", "assume: 42").replace("[pain, notes]", "[notes]"), encoding="utf-8")
    assert [str(problem) for problem in check_rule(read_rule(path)).warnings] == [
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
        check_rule(read_rule(path), tmp_path)
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
    assert check_rule(read_rule(path)).warnings == ()
