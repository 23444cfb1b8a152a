"""The rule in plain English: every construct with its numbers, roles and lists, and never the opposite of the rule."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.defaults import DEFAULTS
from pipeline.rules.describe.layout import WIDTH
from pipeline.rules.describe.rule import HELPS, HINDERS, describe
from pipeline.rules.load import load_rule

INDEX = date(2026, 11, 20)
RULE = """\
rule: trial
version: 3
title: A trial
study: {name: Trial}
population: {}
criteria:
  pain: {events: {codelist: pain}}
  asked: %s
include: %s
"""


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four little code lists: `pain` and `drugs` without roles, `fit-notes` and `work` with them."""
    folder = tmp_path_factory.mktemp("lists")
    rows = {
        "pain": ("Painful things", "", ["82423001,snomed,Pain,"]),
        "drugs": ("Strong pills", "", ["Codeine,name,Codeine,,codeine", "Morphine,name,Morphine,,morphine"]),
        "fit-notes": (
            "Notes",
            "not_fit, may_be_fit, duration_days, duration_weeks, duration_months",
            ["82423001,snomed,Note,not_fit"],
        ),
        "work": ("Jobs", "employed, unemployed, retired", ["82423001,snomed,Job,employed"]),
    }
    for name, (title, roles, lines) in rows.items():
        header = "code,system,term,role" + (",substance" if name == "drugs" else "")
        (folder / f"{name}.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        about = f"title: {title}\nversion: '7'\n" + (f"roles: [{roles}]\n" if roles else "")
        (folder / f"{name}.yaml").write_text(about, encoding="utf-8")
    return folder


def told(folder: Path, lists: Path, criterion: str, include: str = "{all: [pain, asked]}", more: str = "") -> str:
    """What is said of a rule with one criterion of interest, on the index date, as running text."""
    path = folder / "trial.yaml"
    path.write_text(RULE % (criterion, include) + more, encoding="utf-8")
    return " ".join(" ".join(describe(check_rule(load_rule(path), lists), INDEX)).split())


EVER = "at any time up to 20 November 2026, dated or not"
PAIN, PILLS = '"Painful things" (pain, version 7)', '"Strong pills" (drugs, version 7)'


@pytest.mark.parametrize(
    "criterion, words",
    [
        ("{events: {codelist: pain}}", f"At least one entry with a code from {PAIN}, {EVER}."),
        ("{events: {codelist: pain}, at_least: 1}", f"At least one entry with a code from {PAIN}, {EVER}."),
        (
            "{events: {codelist: pain}, at_least: 3}",
            f"Entries on at least 3 different dates, with a code from {PAIN}, {EVER}.",
        ),
        ("{events: {codelist: pain}, at_most: 0}", f"No entry with a code from {PAIN}, {EVER}."),
        (
            "{events: {codelist: pain}, at_most: 2}",
            f"Entries on at most 2 different dates, or none at all, with a code from {PAIN}, {EVER}.",
        ),
        (
            "{events: {codelist: pain}, at_least: 1, at_most: 2}",
            f"Entries on at least 1 and at most 2 different dates, with a code from {PAIN}, {EVER}.",
        ),
        (
            "{events: {codelist: pain}, at_least: 3, count: rows}",
            f"At least 3 entries (each one counts, even on the same day), with a code from {PAIN}, {EVER}.",
        ),
        (
            "{prescriptions: {codelist: drugs}, at_most: 5, count: issues}",
            "At most 5 prescriptions, or none at all (each one counts, even on the same day), for a medicine in "
            f"{PILLS}, "
            f"{EVER}.",
        ),
        (
            "{prescriptions: {codelist: drugs}, at_least: 2, count: drugs}",
            f"Prescriptions of at least 2 different drugs, for a medicine in {PILLS}, {EVER}.",
        ),
        (
            "{prescriptions: {codelist: drugs, value: {at_least: 56}}}",
            f"At least one prescription for a medicine in {PILLS} with a quantity of at least 56, {EVER}.",
        ),
        (
            "{events: {codelist: pain, value: {at_least: 7, at_most: 10}, within: 1 year}}",
            f"At least one entry with a code from {PAIN} with a value of at least 7 and at most 10, in the 1 year "
            "up to the "
            "index date (20 November 2025 to 20 November 2026).",
        ),
        (
            "{events: {codelist: pain, value: {at_least: 7, unit: [mm, cm], plausible: {from: 0, to: 10}}}}",
            f"At least one entry with a code from {PAIN} with a value of at least 7 mm or cm, {EVER}. A value in "
            "another unit, without a unit, below 0 or above 10 is in doubt, as one that is not recorded is.",
        ),
        (
            "{events: {codelists: [pain, work], roles: [employed, retired], before: 3 months}}",
            f'At least one entry with a code from {PAIN} or "Jobs" (work, version 7) that has the role "employed" or '
            '"retired", '
            "on or before the day 3 months before the index date (up to 20 August 2026).",
        ),
        (
            "{events: {codelist: pain, within: 1 year, before: 3 months}, persists: 90 days}",
            f"Entries with a code from {PAIN}, from 1 year to 3 months before the index date (20 November 2025 to "
            "20 August 2026). The last of them must be at least 90 days after the first.",
        ),
        (
            "{prescriptions: {codelist: drugs, meanings: [codeine, morphine]}}",
            f'At least one prescription for a medicine in {PILLS} that means "codeine" or "morphine", {EVER}.',
        ),
        (
            "{prescriptions: {codelist: drugs}, at_least: 4, spread: 3 months}",
            f"Prescriptions on at least 4 different dates, for a medicine in {PILLS}, {EVER}. The last of them must be "
            "at least 3 months after the first.",
        ),
        (
            "{prescriptions: {codelist: drugs}, at_least: 2, same: meaning}",
            f"Prescriptions on at least 2 different dates, for a medicine in {PILLS}, {EVER}. They must all have the "
            "same meaning, as the code list gives it.",
        ),
        (
            "{events: {codelist: pain, between: {from: 2024-02-29, to: 6 weeks}}}",
            f"At least one entry with a code from {PAIN}, from 29 February 2024 to the day 6 weeks before the index "
            "date "
            "(29 February 2024 to 9 October 2026).",
        ),
        (
            "{events: {codelist: pain, between: {to: 2030-01-01}}}",  # no row after the index date ever counts
            f"At least one entry with a code from {PAIN}, on or before 1 January 2030 (up to 20 November 2026).",
        ),
        (
            "{events: {codelist: pain, between: {from: 2026-11-21}}}",
            f"At least one entry with a code from {PAIN}, from 21 November 2026 to the index date (no day at all, "
            "on this index "
            "date).",
        ),
        (
            "{events: {codelist: pain}, after: {criterion: pain, date: last, within: 30 days}}",
            f'At least one entry with a code from {PAIN}, {EVER}, and dated from the last date of "pain" to 30 days '
            "after "
            "it.",
        ),
        (
            "{events: {codelist: pain}, after: {criterion: pain, date: any, within: 30 days}}",
            f'At least one entry with a code from {PAIN}, {EVER}, and dated from any date of "pain" to 30 days '
            "after it.",
        ),
        (
            "{certificates: {roles: [not_fit]}, spell: {gap: 7 days, lasts: 42 days, assume: 28 days},"
            " after: {criterion: pain, within: 2 months}}",
            'A spell of 42 days or more covered by certificates with a code from "Notes" (fit-notes, version 7) that '
            'has the role "not fit". Only certificates dated from the first date of "pain" to 2 months after it are '
            "used.",
        ),
        (
            "{latest: {codelist: work, roles: [unemployed]}}",
            f'The newest entry with a code from "Jobs" (work, version 7), {EVER}, has the role "unemployed".',
        ),
        (
            "{certificates: {roles: [not_fit, may_be_fit], within: 12 months},"
            " spell: {gap: 7 days, lasts: 42 days, assume: 28 days}}",
            'A spell of 42 days or more covered by certificates with a code from "Notes" (fit-notes, version 7) '
            "that has "
            'the role "not fit" or "may be fit". The whole spell counts if any of its days falls in the 12 months '
            "up to "
            "the index date (20 November 2025 to 20 November 2026). Certificates with 7 days or less between them make "
            "one spell. A certificate without a length is assumed to last 28 days.",
        ),
    ],
)
def test_each_construct_is_said_with_its_numbers_roles_and_lists(
    tmp_path: Path, lists: Path, criterion: str, words: str
) -> None:
    assert f"2. Asked. {words}" in told(tmp_path, lists, criterion)


def test_marks_and_sources_are_said(tmp_path: Path, lists: Path) -> None:
    proxy = "{events: {codelist: pain}, mark: proxy, because: pills are not pain, source: 'Smith 2020'}"
    assert "Only a proxy. Pills are not pain. Source: Smith 2020." in told(tmp_path, lists, proxy)
    assert "Asked. No entry" in (said := told(tmp_path, lists, "{events: {codelist: pain}, at_most: 0}"))
    assert "Only a proxy" not in said and said.count("Can be worked out from the record.") == 2


def test_what_leaves_someone_out_is_never_said_under_what_must_be_there(tmp_path: Path, lists: Path) -> None:
    said = told(tmp_path, lists, "{events: {codelist: work}}", "pain", "exclude: [asked, {not: pain}]\nflag: [pain]\n")
    there, out = said.split("What leaves someone out, in this order")
    out, shown = out.split("What is shown to the reviewer")
    assert HELPS in there and HINDERS not in there and "Asked." not in there and "Pain. At least one" in there
    assert HINDERS in out and "1. Asked. At least one entry" in out
    assert "2. This is not met: - Pain. As described above." in out
    assert "These are for information only." in shown and "- Pain. As described above." in shown


def test_a_rule_that_leaves_nobody_out_says_so(tmp_path: Path, lists: Path) -> None:
    said = told(tmp_path, lists, "{events: {codelist: work}}")
    assert "What leaves someone out Nothing." in said and "This rule does not use it." in said
    assert "What is shown to the reviewer" not in said and "Any age." in said


WORK = """\
in_work:
  codelists: [work]
  look_back: {in: 24 months, out: 12 months}
  in: [employed]
  out: [unemployed]
  other: [retired]
  action: %s
"""


def test_work_is_shown_or_leaves_out_as_the_rule_says(tmp_path: Path, lists: Path) -> None:
    flagged = told(tmp_path, lists, "{events: {codelist: work}}", "pain", WORK % "flag")
    assert "This is shown to the reviewer. It does not leave anyone out." in flagged and "1. In work" not in flagged
    excluded = told(tmp_path, lists, "{events: {codelist: work}}", "pain", "exclude: [asked]\n" + WORK % "exclude")
    assert "2. In work, according to the record." in excluded and "It does not leave anyone out" not in excluded
    for said in (flagged, excluded):
        back = "believed for the 24 months up to the index date (since 20 November 2024)."
        assert f'In work: an entry with the role "employed", {back}' in said
        assert (
            'Out of work: an entry with the role "unemployed", believed for the 12 months up to the index date '
            "(since 20 November 2025)." in said
        )
        assert 'Neither: an entry with the role "retired", believed however old it is.' in said


def test_each_roles_own_look_back_and_what_overtakes_it_are_said(tmp_path: Path, lists: Path) -> None:
    work = WORK.replace("12 months}", "12 months, roles: {employed: 5 years}}").replace("  other: [retired]\n", "")
    work = work % "flag" + "  unless_later: {overtakes: [employed], roles: [retired], lasts: 28 days}\n"
    said = told(tmp_path, lists, "{events: {codelist: work}}", "pain", work)
    assert 'In work: an entry with the role "employed", believed for the 5 years up to the index date' in said
    assert (
        'Overtaken: an entry with the role "employed" is no longer believed if a later certificate with the role '
        '"retired" lasts at least 28 days by its coded length.' in said
    )


def test_the_rest_of_a_rule_is_said(tmp_path: Path, lists: Path) -> None:
    more = """\
        changes: [{on: 2026-03-01, what: 4 became 6}]
        ask: [Wants to work]
        reviewer: ["Would a letter do harm?"]
        reasons: [in work, died or moved away, already in the study, said no to research]
    """
    said = told(tmp_path, lists, "{events: {codelist: work}}", "pain", dedent(more))
    assert "Rule trial, version 3, for the study Trial." in said and "1 March 2026: 4 became 6." in said
    assert "must be asked - Wants to work. For the reviewer to judge - Would a letter do harm?" in said
    reasons = "- in work. - died or moved away. - already in the study. - said no to research."
    assert f"Why a reviewer may reject someone {reasons} How" in said
    assert "harm? The order of the list The newest certificate comes first" in said
    assert '"Painful things" (pain), version 7, 1 code or name.' in said
    # `asked` is in no tree, but may give others their dates: it is said all the same.
    assert "Other criteria These do not decide anything on their own." in said and "- Asked. At least one entry" in said
    assert all(default in said for default in DEFAULTS)


@pytest.mark.parametrize(
    "limit, words",
    [
        ("{new_per_night: 1}", "1 new person of each practice is added to its list in a night, in a random order"),
        ("{new_per_night: 25, order: evidence, seed: 7}", "are added to its list in a night, those who meet most"),
    ],
)  # fmt: skip
def test_a_limit_is_said(tmp_path: Path, lists: Path, limit: str, words: str) -> None:
    path = tmp_path / "trial.yaml"
    text = RULE % ("{events: {codelist: pain}}", "{all: [pain, asked]}")
    path.write_text(f"{text}\nlimit: {limit}\n", encoding="utf-8")
    assert words in " ".join(" ".join(describe(check_rule(load_rule(path), lists))).split())


def test_population_is_said_with_its_dates(tmp_path: Path, lists: Path) -> None:
    path = tmp_path / "trial.yaml"
    text = RULE % ("{events: {codelist: pain}}", "{all: [pain, asked]}")
    population = "population: {registered: {type: temporary, for: 3 months}, age: {from: 18, to: 64}}"
    path.write_text(text.replace("population: {}", population), encoding="utf-8")
    checked = check_rule(load_rule(path), lists)
    said = " ".join(" ".join(describe(checked, INDEX)).split())
    assert "as a temporary patient" in said
    assert "Registered for at least 3 months: since 20 August 2026 or earlier." in said
    # 64 until the day before the 65th birthday, 21 November 2026; 18 on a birthday of 20 November.
    assert "Aged 18 to 64 inclusive on the index date: born from 21 November 1961 to 20 November 2008." in said
    for age, words in (
        ("from: 18", "18 or over on the index date: born on 20 November 2008 or earlier."),
        ("to: 64", "64 or under on the index date: born on 21 November 1961 or later."),
    ):
        path.write_text(text.replace("population: {}", f"population: {{age: {{{age}}}, sex: [female]}}"), "utf-8")
        said = " ".join(" ".join(describe(check_rule(load_rule(path), lists), INDEX)).split())
        assert f"Aged {words}" in said and "With a sex recorded as female." in said
    path.write_text(text.replace("population: {}", population), encoding="utf-8")
    relative = " ".join(" ".join(describe(checked)).split())
    assert "Registered for at least 3 months." in relative and "20 November" not in relative.split("How every rule")[0]


def test_a_rules_own_words_cannot_steer_a_terminal(tmp_path: Path, lists: Path) -> None:
    path = tmp_path / "trial.yaml"
    text = RULE % ("{events: {codelist: pain}}", "{all: [pain, asked]}")
    path.write_text(text.replace("A trial", '"A\\e[31m trial\\n\\rof"'), encoding="utf-8")
    lines = describe(check_rule(load_rule(path), lists))
    assert lines[0] == "A [31m trial of" and all(line.isprintable() for line in lines)


def test_no_line_is_too_long_for_a_terminal_or_a_page(instep: CheckedRule) -> None:
    lines = describe(instep, INDEX)
    assert max(map(len, lines)) <= WIDTH and not any(line != line.rstrip() for line in lines)
    assert not any("\u2500" <= letter <= "\u259f" for line in lines for letter in line)  # no boxes drawn


def test_instep_in_full(instep: CheckedRule) -> None:
    """The text a GP signs, up to the sentences that are the same for every rule. Read it when you change the rule."""
    golden = Path(__file__).with_name("instep-in-full.txt").read_text(encoding="utf-8")
    said = "\n".join(describe(instep, INDEX))
    assert said.split("\n\nHow every rule is read")[0] == golden.strip()
