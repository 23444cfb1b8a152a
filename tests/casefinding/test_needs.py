"""What each part of a rule needs of an extract, and how much hangs on it: one small rule a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.casefinding.needs import Aim, Need, find_needs
from pipeline.extracts.gaps import Topic
from pipeline.rules.check import check_rule
from pipeline.rules.inheritance import shipped_folder
from pipeline.rules.load import load_rule

RULE = """\
rule: small
version: 1
title: Small
study: {{name: Small}}
population: {population}
criteria:
  pain: {{events: {{codelist: chronic-pain}}}}
{criteria}
include: {include}
exclude: {exclude}
flag: {flag}
"""
EXTRACTS = Path(__file__).parents[2] / "pipeline" / "extracts"


def needs(
    folder: Path,
    criteria: str = "",
    population: str = "{}",
    include: str = "pain",
    exclude: str = "[]",
    flag: str = "[]",
    more: str = "",
    aim: Aim = Aim(),  # noqa: B008
) -> tuple[Need, ...]:
    lines = "\n".join(f"  {line}" for line in criteria.splitlines())
    rule = RULE.format(population=population, criteria=lines, include=include, exclude=exclude, flag=flag) + more
    (folder / "small.yaml").write_text(rule, encoding="utf-8")
    return find_needs(check_rule(load_rule(folder / "small.yaml")), aim)


def grades(found: tuple[Need, ...], criterion: str | None = None) -> dict[Topic, set[str]]:
    """Of the whole rule, or of one criterion."""
    kept = [need for need in found if (criterion in need.criteria if criterion else not need.criteria)]
    return {topic: {need.grade for need in kept if need.topic is topic} for topic in {need.topic for need in kept}}


def test_every_rule(tmp_path: Path) -> None:
    found = grades(needs(tmp_path))
    always = {Topic.DEATH, Topic.REGISTERED_FROM, Topic.REGISTERED_TO, Topic.REGISTRATION_TYPE, Topic.NHS_NUMBER}
    assert {topic for topic, grade in found.items() if grade == {"needs"}} == always
    assert {topic for topic, grade in found.items() if grade == {"lessens"}} == {
        Topic.TEMPORARY, Topic.TEST_PATIENT, Topic.CONFIDENTIAL, Topic.RESTRICTED, Topic.CARE_HOME, Topic.OPT_OUT,
        Topic.AGREEMENT, Topic.NAME, Topic.CONTACT,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("population", "topic", "grade"),
    [
        ("{registered: {for: 3 months}}", Topic.REGISTERED_FOR, "needs"),
        ("{registered: {type: temporary}}", Topic.TEMPORARY, "needs"),
        ("{age: {from: 18, to: 64}}", Topic.BIRTH_DATE, "needs"),
        ("{age: {from: 18, to: 64}}", Topic.BIRTH_DAY, "lessens"),
        ("{sex: [female]}", Topic.SEX, "needs"),
    ],
)
def test_the_population(tmp_path: Path, population: str, topic: Topic, grade: str) -> None:
    assert grades(needs(tmp_path, population=population))[topic] == {grade}
    assert topic not in grades(needs(tmp_path)) or topic is Topic.TEMPORARY


def test_the_reason_says_what_the_rule_says(tmp_path: Path) -> None:
    found = needs(tmp_path, population="{registered: {for: 3 months}}")
    assert "The rule wants people registered for 3 months" in [need.reason for need in found]


@pytest.mark.parametrize(
    ("aim", "topic", "grade"),
    [
        (Aim(is_past=True), Topic.RECORDED_ON, "needs"),
        (Aim(writes_lists=True), Topic.NHS_NUMBER, "needs"),
        (Aim(writes_lists=False), Topic.NHS_NUMBER, "lessens"),
    ],
)
def test_what_the_run_is_to_give(tmp_path: Path, aim: Aim, topic: Topic, grade: str) -> None:
    assert grades(needs(tmp_path, aim=aim))[topic] == {grade}


def test_today_nothing_typed_in_later_is_asked_for_and_counts_need_no_names(tmp_path: Path) -> None:
    found = grades(needs(tmp_path, aim=Aim(writes_lists=False)))
    assert not {Topic.RECORDED_ON, Topic.NAME, Topic.CONTACT} & {*found}


MEDICINE = "prescriptions: {codelist: opioids, within: 12 months}"
ROWS = {Topic.PRECISION, Topic.CODES}
MEDICINES = ROWS | {Topic.PRESCRIPTIONS, Topic.CANCELLED, Topic.KIND}


@pytest.mark.parametrize(
    ("criterion", "topics"),
    [
        ("{events: {codelist: chronic-pain}}", ROWS | {Topic.EVENTS}),
        ("{events: {codelist: chronic-pain}, at_least: 3}", ROWS | {Topic.EVENTS}),
        ("{events: {codelist: chronic-pain}, at_least: 3, count: rows}", ROWS | {Topic.EVENTS, Topic.ROWS}),
        ("{events: {codelist: chronic-pain, value: {at_least: 3}}}", ROWS | {Topic.EVENTS, Topic.VALUE}),
        ("{events: {codelist: cancer}}", ROWS | {Topic.EVENTS, Topic.HIERARCHY}),
        ("{latest: {codelist: research-contact, roles: [declined]}}", ROWS | {Topic.EVENTS}),
        (
            "{certificates: {roles: [not_fit]}, spell: {gap: 7 days, lasts: 42 days, assume: 28 days}}",
            ROWS | {Topic.EVENTS, Topic.NOTE_LENGTH, Topic.ENCOUNTER, Topic.VALUE},
        ),
        (f"{{{MEDICINE}}}", MEDICINES),
        (f"{{{MEDICINE}, count: issues}}", MEDICINES),  # one is one, whichever it is
        (f"{{{MEDICINE}, at_least: 2}}", MEDICINES | {Topic.ISSUES}),
        (f"{{{MEDICINE}, at_least: 2, count: issues}}", MEDICINES | {Topic.ISSUES, Topic.ROWS}),
        (f"{{{MEDICINE}, at_most: 3}}", MEDICINES | {Topic.ISSUES}),
        (f"{{{MEDICINE}, persists: 3 months}}", MEDICINES | {Topic.ISSUES}),
        (f"{{{MEDICINE}, at_least: 2, spread: 3 months}}", MEDICINES | {Topic.ISSUES}),
        (f"{{{MEDICINE}, after: {{criterion: pain, within: 1 month}}}}", MEDICINES | {Topic.ISSUES}),
        ("{prescriptions: {codelist: opioids, before: 1 month}}", MEDICINES | {Topic.ISSUES}),
        ("{prescriptions: {codelist: opioids, between: {to: 1 month}}}", MEDICINES | {Topic.ISSUES}),
        ("{prescriptions: {codelist: opioids, between: {from: 1 month}}}", MEDICINES),
        ("{prescriptions: {codelist: opioids, value: {at_most: 9}}}", MEDICINES | {Topic.QUANTITY}),
    ],
)
def test_a_criterion_that_leaves_people_out(tmp_path: Path, criterion: str, topics: set[Topic]) -> None:
    lessen = ROWS | {Topic.CANCELLED, Topic.KIND}
    lessen |= {Topic.NOTE_LENGTH, Topic.ENCOUNTER, Topic.VALUE} if "certificates" in criterion else set()
    found = grades(needs(tmp_path, f"it: {criterion}", exclude="[it]"), "it")
    assert found == {topic: {"lessens" if topic in lessen else "needs"} for topic in topics}


def test_what_is_only_shown_decides_nothing(tmp_path: Path) -> None:
    found = grades(needs(tmp_path, "it: {events: {codelist: cancer}}", flag="[it]"), "it")
    assert found[Topic.HIERARCHY] == found[Topic.EVENTS] == {"lessens"}
    assert not any("it" in need.criteria for need in needs(tmp_path, "it: {events: {codelist: cancer}}"))


def test_an_anchor_decides_with_what_counts_from_it(tmp_path: Path) -> None:
    criteria = (
        f"first: {{{MEDICINE}}}\nit: {{events: {{codelist: cancer}}, after: {{criterion: first, within: 1 month}}}}"
    )
    found = grades(needs(tmp_path, criteria, exclude="[it]"), "first")
    assert found[Topic.PRESCRIPTIONS] == found[Topic.ISSUES] == {"needs"}
    last = criteria.replace("criterion: first,", "criterion: first, date: last,")
    assert Topic.ISSUES not in grades(needs(tmp_path, last, exclude="[it]"), "first")


def test_a_look_at_an_earlier_day_sees_more_than_the_newest_issue(tmp_path: Path) -> None:
    found = needs(tmp_path, f"it: {{{MEDICINE}}}", exclude="[it]", aim=Aim(is_past=True))
    assert grades(found, "it")[Topic.ISSUES] == {"needs"}


@pytest.mark.parametrize(("action", "grade"), [("exclude", "needs"), ("flag", "lessens")])
def test_work_decides_where_it_excludes(tmp_path: Path, action: str, grade: str) -> None:
    work = f"in_work: {{look_back: {{in: 1 year, out: 1 year}}, in: [employed], out: [unable], action: {action}}}\n"
    assert grades(needs(tmp_path, more=work), "in_work")[Topic.EVENTS] == {grade}


@pytest.mark.parametrize(
    ("aim", "grade"),
    [
        (Aim(writes_lists=False, has_read=True), "lessens"),  # a count by Read codes, no letter
        (Aim(writes_lists=False, has_read=False), "needs"),
        (Aim(writes_lists=True, has_read=True), "needs"),
    ],
)
def test_read_codes_stand_in_for_the_hierarchy_in_counts_alone(tmp_path: Path, aim: Aim, grade: str) -> None:
    found = needs(tmp_path, "it: {events: {codelist: cancer}}", exclude="[it]", aim=aim)
    assert grades(found, "it")[Topic.HIERARCHY] == {grade}


def test_the_vocabulary_is_closed_and_all_of_it_used(tmp_path: Path) -> None:
    """Each topic but the one that no rule asks for is needed by some rule, and lacking in some format."""
    sized = f"{{{MEDICINE[:-1]}, value: {{at_least: 1, unit: [ml]}}}}}}"
    odd = f"it: {{{MEDICINE}, at_least: 2, count: issues}}\nsized: {sized}"
    rules = [check_rule(load_rule(path)) for path in shipped_folder().glob("*.yaml") if "." not in path.stem]
    found = {need.topic for rule in rules for need in find_needs(rule, Aim(is_past=True))}
    found |= {need.topic for need in needs(tmp_path, odd, exclude="[it, sized]", population="{sex: [male]}")}
    assert found == {*Topic} - {Topic.OTHER}
    readers = "".join(path.read_text(encoding="utf-8") for path in EXTRACTS.rglob("*.py"))
    assert [topic.name for topic in Topic if f"Topic.{topic.name}" not in readers] == []
