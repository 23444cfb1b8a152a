"""What a rule needs an extract to say, by topic, each with the reason in plain words and how much depends on it.

`needs`: without it, no one or the wrong people are found, so the rule is refused unless the gap is accepted. `lessens`:
a list can still be made, with the gap written on it, because the practice sees at review what the search could not, and
no format of that kind can say it. Criteria that decide nothing (flags) are only lessened. Doubt never adds a letter: a
topic is needed if its absence could add a person who should not be listed, and formats of that kind can say it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, assert_never

from pipeline.codes.codelist import CodeList
from pipeline.extracts.gaps import Topic
from pipeline.rules.check import CheckedRule
from pipeline.rules.criteria import (
    CertificatesCriterion,
    Counted,
    EventsCriterion,
    LatestCriterion,
    PrescriptionsCriterion,
    after_of,
)
from pipeline.rules.expression import names
from pipeline.rules.model import Rule
from pipeline.rules.wording import joined, say_age

Grade = Literal["needs", "lessens"]
Said = tuple[Topic, Grade, str]

IN_WORK = "in_work"


@dataclass(frozen=True)
class Aim:
    """What a run is for, as far as that changes what is needed.

    `is_past`: the index date is before the newest extract. `has_read`: the extract has Read codes, which carry their
    own hierarchy.
    """

    is_past: bool = False
    writes_lists: bool = True
    has_read: bool = False


@dataclass(frozen=True)
class Need:
    """`reason`: what the rule wants, a sentence without its full stop. `criteria`: where; empty for the whole rule."""

    topic: Topic
    grade: Grade
    reason: str
    criteria: tuple[str, ...] = ()


def find_needs(checked: CheckedRule, aim: Aim) -> tuple[Need, ...]:
    """Everything a rule needs, the whole rule's needs first."""
    rule = checked.loaded.rule
    everybody = (*_population(rule), *_record(aim))
    return (*(Need(*said) for said in everybody), *_of_criteria(checked, aim))


def _population(rule: Rule) -> Iterator[Said]:
    registered, age = rule.population.registered, rule.population.age
    yield Topic.DEATH, "needs", "No one who has died may be listed"
    yield Topic.REGISTERED_FROM, "needs", "Only people who are registered now may be listed"
    yield Topic.REGISTERED_TO, "needs", "No one who has left the practice may be listed"
    yield Topic.REGISTRATION_TYPE, "needs", f"The rule wants {registered.type} patients"
    # Where no one is known to be temporary, all count as regular, so a list of temporary patients would be empty.
    grade: Grade = "lessens" if registered.type == "regular" else "needs"
    yield Topic.TEMPORARY, grade, f"The rule wants {registered.type} patients"
    if registered.at_least:
        yield Topic.REGISTERED_FOR, "needs", f"The rule wants people registered for {registered.at_least}"
    if age:
        wanted = f"The rule wants people aged {say_age(age.youngest, age.oldest)}"
        yield Topic.BIRTH_DATE, "needs", wanted
        yield Topic.BIRTH_DAY, "lessens", f"{wanted}, and leaves out people who may be just outside that"
    if rule.population.sex:
        yield Topic.SEX, "needs", f"The rule wants people with a sex recorded as {joined(rule.population.sex)}"


def _record(aim: Aim) -> Iterator[Said]:
    """What every rule needs to know about every record."""
    if aim.is_past:
        yield Topic.RECORDED_ON, "needs", "A search as of an earlier day must not see what was recorded later"
    # Without it, one person could get two letters, or be counted twice.
    yield Topic.NHS_NUMBER, "needs" if aim.writes_lists else "lessens", "Each person must be listed only once"
    yield Topic.TEST_PATIENT, "lessens", "Test patients must not be listed"
    yield Topic.CONFIDENTIAL, "lessens", "Confidential rows must not put anyone on a list"
    yield Topic.OPT_OUT, "lessens", "People who have opted out or objected must be known"
    yield Topic.AGREEMENT, "lessens", "Only practices that share their records may be searched"
    yield Topic.RESTRICTED, "lessens", "Restricted records are shown to the reviewer"
    yield Topic.CARE_HOME, "lessens", "Care homes are shown to the reviewer"
    if aim.writes_lists:
        yield Topic.NAME, "lessens", "A list names people"
        yield Topic.CONTACT, "lessens", "Letters need an address"


def _of_criteria(checked: CheckedRule, aim: Aim) -> Iterator[Need]:
    """One need for all the criteria that have it for the same reason."""
    where: dict[Said, list[str]] = defaultdict(list)
    rule = checked.loaded.rule
    for name, decides in _used(rule).items():
        criterion = rule.criteria[name]
        for said in (*_of_rows(name, rule, aim), *_of_lists(checked, criterion.selection.lists, aim)):
            where[said if decides else _shown_only(said)].append(name)
    if rule.in_work:
        for said in (_EVENTS, *_of_lists(checked, rule.in_work.codelists, aim)):
            where[said if rule.in_work.action == "exclude" else _shown_only(said)].append(IN_WORK)
    for said_once, criteria in where.items():
        yield Need(*said_once, tuple(criteria))


def _shown_only(said: Said) -> Said:
    topic, _, reason = said
    return topic, "lessens", reason


def _used(rule: Rule) -> dict[str, bool]:
    """The criteria in use, in the rule's order, and whether each decides who is listed or is only shown."""
    deciding = _with_anchors(rule, (name for tree in (rule.include, *rule.exclude) for name, _ in names(tree)))
    shown = _with_anchors(rule, rule.flag)
    return {name: name in deciding for name in rule.criteria if name in deciding | shown}


def _with_anchors(rule: Rule, used: Iterable[str]) -> set[str]:
    """The criteria, and those whose dates they count from."""
    found = set(used)
    criteria = [rule.criteria[name] for name in found]
    return found | {after.criterion for one in criteria if (after := after_of(one))}


_EVENTS: Said = (Topic.EVENTS, "needs", "The rule looks for coded events")


def _of_rows(name: str, rule: Rule, aim: Aim) -> Iterator[Said]:
    criterion = rule.criteria[name]
    yield Topic.PRECISION, "lessens", "Rows count by their dates"
    match criterion:
        case PrescriptionsCriterion():
            yield from _OF_PRESCRIPTIONS
            if _sees_earlier_issues(criterion, aim) or _begins_another(name, rule):
                yield Topic.ISSUES, "needs", "The rule looks at more than the newest issue"
            yield from _of_counts(criterion, Topic.QUANTITY)
        case EventsCriterion():
            yield _EVENTS
            yield from _of_counts(criterion, Topic.VALUE)
        case CertificatesCriterion():
            yield _EVENTS
            assume = criterion.spell.assume or "its own day"
            wanted = f"A certificate without a length is taken as {assume}"
            yield from ((topic, "lessens", wanted) for topic in (Topic.NOTE_LENGTH, Topic.ENCOUNTER, Topic.VALUE))
        case LatestCriterion():
            yield _EVENTS
        case _:
            assert_never(criterion)


_OF_PRESCRIPTIONS: tuple[Said, ...] = (
    (Topic.PRESCRIPTIONS, "needs", "The rule looks for prescriptions"),
    (Topic.CANCELLED, "lessens", "Cancelled issues must not count"),
    (Topic.KIND, "lessens", "Issues from elsewhere count like the practice's own"),
)


def _sees_earlier_issues(criterion: PrescriptionsCriterion, aim: Aim) -> bool:
    """Whether the newest issue of each course is not enough. It is enough if any one issue up to today will do."""
    selection = criterion.selection
    counts = criterion.least > 1 or criterion.at_most is not None or criterion.reach is not None
    looks_back = selection.before is not None or (selection.between is not None and selection.between.end is not None)
    return counts or looks_back or criterion.after is not None or aim.is_past


def _begins_another(name: str, rule: Rule) -> bool:
    """Whether another criterion counts from this one's first date, or from any."""
    afters = [after for one in rule.criteria.values() if (after := after_of(one))]
    return any(after.criterion == name and after.date != "last" for after in afters)


def _of_counts(criterion: Counted, value: Topic) -> Iterator[Said]:
    counts = criterion.least > 1 or criterion.at_most is not None
    if counts and criterion.count in ("rows", "issues"):
        yield Topic.ROWS, "needs", "The rule counts rows"
    if criterion.selection.value:
        yield value, "needs", "The rule compares values"
        if criterion.selection.value.unit:
            yield Topic.UNIT, "needs", "The rule compares values in one unit"


def _of_lists(checked: CheckedRule, lists: Iterable[str], aim: Aim) -> Iterator[Said]:
    yield Topic.CODES, "lessens", "The rule looks for codes of every system in its lists"
    flat = [codelist for name in lists if _counts_on_children(codelist := checked.codelists[name])]
    if flat:
        # Counts lead to no letter, and the same lists find the codes below in Read codes without a hierarchy.
        stands_in = not aim.writes_lists and aim.has_read and all(map(_has_read_children, flat))
        grade: Grade = "lessens" if stands_in else "needs"
        yield Topic.HIERARCHY, grade, "Some lists include the codes below the ones they name"


def _counts_on_children(codelist: CodeList) -> bool:
    """Read v2 has its hierarchy in the code itself."""
    return any(entry.include_children and entry.system != "read2" for entry in codelist.entries)


def _has_read_children(codelist: CodeList) -> bool:
    return any(entry.include_children and entry.system == "read2" for entry in codelist.entries)
