"""`events` and `prescriptions`: how many rows there are, how far apart, and after what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.rules.criteria import EventsCriterion, PrescriptionsCriterion
from pipeline.search.doubt.readings import Reading, turned
from pipeline.search.in_memory.doubt import (
    exact_days,
    number_in_doubt,
    reaches,
    rows_after,
    rows_in_window,
)
from pipeline.search.in_memory.record import Row, When

Criterion = EventsCriterion | PrescriptionsCriterion
DrugOf = Callable[[Row], str | None]  # the substance of a row's code, where the list gives it


@dataclass(frozen=True)
class CountedRows:
    """One person's rows for a criterion, and the dates that they must come after, if they must."""

    criterion: Criterion
    rows: Sequence[Row]
    drug_of: DrugOf
    anchors: Callable[[Reading], Sequence[When]]
    index: date


def counted(person: CountedRows, reading: Reading) -> bool:
    """Enough rows, by this reading; not too many, by the other one, since too many speaks against; far enough apart."""
    criterion = person.criterion
    matches = _matches(person, reading)
    if _number(person, matches, reading) < criterion.least:
        return False
    if criterion.at_most is not None:
        other = turned(reading)
        return _number(person, _matches(person, other), other) <= criterion.at_most
    return criterion.reach is None or reaches(matches, criterion.reach, reading)


def _matches(person: CountedRows, reading: Reading) -> list[Row]:
    rows = rows_in_window(person.rows, person.criterion.selection, person.index, reading)
    after = person.criterion.after
    if not after:
        return rows
    return rows_after(rows, person.anchors(reading), after.within, reading)


def _number(person: CountedRows, rows: Sequence[Row], reading: Reading) -> int:
    """How many there are: rows, different drugs or different dates."""
    if person.criterion.count in ("rows", "issues"):
        return len(rows)
    if person.criterion.count == "drugs":
        known = {person.drug_of(row) for row in rows} - {None}
        return number_in_doubt(len(known), len({row.code_id for row in rows if person.drug_of(row) is None}), reading)
    days = exact_days(rows)
    return number_in_doubt(len(set(days)), len(rows) - len(days), reading)
