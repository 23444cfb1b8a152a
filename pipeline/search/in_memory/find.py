"""Decides a rule person by person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from pipeline.rules.criteria import (
    After,
    CertificatesCriterion,
    EventsCriterion,
    LatestCriterion,
    PrescriptionsCriterion,
    as_counted,
)
from pipeline.rules.expression import AllOf, holds
from pipeline.rules.model import Rule
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.doubt.readings import Reading
from pipeline.search.in_memory.certificates import off_work
from pipeline.search.in_memory.counted import CountedRows, counted
from pipeline.search.in_memory.doubt import anchor_days
from pipeline.search.in_memory.in_work import Work, work_of
from pipeline.search.in_memory.latest import latest
from pipeline.search.in_memory.population import population_bits
from pipeline.search.in_memory.record import EVENT, Person, Row, Tables, When, read_people
from pipeline.search.input_tables import CodeUse

Codes = Mapping[int, CodeUse]  # by code_id: what a code means to one criterion
READINGS: tuple[Reading, Reading] = ("for", "against")


@dataclass(frozen=True)
class Decision:
    """What becomes of a person: `passed` counts the `stages` gone through in order, all of them meaning listed."""

    passed: int
    stages: int
    truth: Mapping[tuple[str, Reading], bool]
    evidence: Work

    @property
    def work(self) -> str:
        """The state of the in-work evidence."""
        return self.evidence.state

    @property
    def listed(self) -> bool:
        return self.passed == self.stages


def find(
    rule: Rule,
    index: date,
    tables: Tables,
    uses: Iterable[CodeUse],
    practices: Iterable[str],
    by_hand: ByHand = NOBODY,
) -> dict[int, Decision]:
    """The decision on everyone at these practices, by `person_row`."""
    codes = codes_by_criterion(uses)
    people = read_people(tables, practices)
    return {person.person_row: _decide(rule, index, person, codes, by_hand) for person in people}


def codes_by_criterion(uses: Iterable[CodeUse]) -> dict[int, dict[int, CodeUse]]:
    """Of each criterion, by its number, what each code means to it."""
    codes: dict[int, dict[int, CodeUse]] = {}
    for use in uses:
        codes.setdefault(use.criterion_number, {})[use.code_id] = use
    return codes


def _decide(rule: Rule, index: date, person: Person, codes: Mapping[int, Codes], by_hand: ByHand) -> Decision:
    look = Look(rule, index, person, codes)
    truth = {(name, reading): look.holds(name, reading) for name in rule.criteria for reading in READINGS}
    work = look.work()
    asked_for = [] if by_hand.only is None else [person.person_row in by_hand.only]
    nominated = person.person_row in (by_hand.nominated or ())
    bits = [
        *asked_for,
        *population_bits(rule.population, person, index),
        *rule_bits(rule, truth, work.state, nominated),
    ]
    passed = bits.index(False) if False in bits else len(bits)
    return Decision(passed, len(bits), truth, work)


def rule_bits(rule: Rule, truth: Mapping[tuple[str, Reading], bool], work: str, nominated: bool) -> Iterator[bool]:
    """Each part of `include`, then each exclusion that does not hold.

    In `include`, what speaks for a nominated person is taken as true; what speaks against them is not.
    """

    def read(name: str, positive: bool) -> bool:
        return truth[name, "for" if positive else "against"]

    def read_included(name: str, positive: bool) -> bool:
        return (nominated and positive) or read(name, positive)

    parts = rule.include.all if isinstance(rule.include, AllOf) else (rule.include,)
    yield from (holds(part, read_included) for part in parts)
    yield from (not holds(tree, read, positive=False) for tree in rule.exclude)
    if rule.in_work and rule.in_work.action == "exclude":
        yield work != "in_work"


@dataclass(frozen=True)
class Look:
    """One person, looked at by one rule. Criteria are numbered from 1; the look at employment follows them."""

    rule: Rule
    index: date
    person: Person
    codes: Mapping[int, Codes]

    def holds(self, name: str, reading: Reading) -> bool:
        criterion, codes, rows = self.rule.criteria[name], self._codes(name), self._rows(name)
        match criterion:
            case CertificatesCriterion():
                anchors = self._anchors(criterion.after, reading)
                return off_work(criterion, rows, lambda row: _use(codes, row).role, anchors, self.index, reading)
            case LatestCriterion():
                return latest(criterion, rows, lambda row: _use(codes, row).role, self.index, reading)
            case EventsCriterion() | PrescriptionsCriterion():
                return counted(self._counted_rows(criterion, rows, codes), reading)
            case _:
                assert_never(criterion)

    def _counted_rows(
        self, criterion: EventsCriterion | PrescriptionsCriterion, rows: list[Row], codes: Codes
    ) -> CountedRows:
        return CountedRows(
            criterion,
            rows,
            lambda row: _use(codes, row).meaning,
            lambda reading: self._anchors(criterion.after, reading),
            self.index,
        )

    def _anchors(self, after: After | None, reading: Reading) -> list[When]:
        """The dates that rows must come after, if they must."""
        if not after:
            return []
        anchor = as_counted(self.rule.criteria[after.criterion])
        assert anchor  # the rule's check sees that it counts rows
        return anchor_days(after.date, self._rows(after.criterion), anchor.selection, self.index, reading)

    def work(self) -> Work:
        if not self.rule.in_work:
            return Work()
        codes = self.codes.get(len(self.rule.criteria) + 1, {})
        rows = _coded(self.person.taking_part(EVENT, self.index), codes)
        return work_of(self.rule.in_work, rows, lambda row: _use(codes, row).role, self.index)

    def _codes(self, name: str) -> Codes:
        return self.codes.get(1 + list(self.rule.criteria).index(name), {})

    def _rows(self, name: str) -> list[Row]:
        table = self.rule.criteria[name].table
        return _coded(self.person.taking_part(table, self.index), self._codes(name))


def _coded(rows: Iterable[Row], codes: Codes) -> list[Row]:
    return [row for row in rows if row.code_id in codes]


def _use(codes: Codes, row: Row) -> CodeUse:
    assert row.code_id is not None
    return codes[row.code_id]
