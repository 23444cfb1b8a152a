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
MeaningOf = Callable[[Row], str | None]  # what a row's code means, where the list says: of a medicine, its substance


@dataclass(frozen=True)
class CountedRows:
    """One person's rows for a criterion, and the dates that they must come after, if they must."""

    criterion: Criterion
    rows: Sequence[Row]
    meaning_of: MeaningOf
    anchors: Callable[[Reading], Sequence[When]]
    index: date


def counted(person: CountedRows, reading: Reading) -> bool:
    """Enough rows, by this reading; not too many, by the other one, since too many speaks against; far enough apart."""
    matches = _matches(person, reading)
    if not person.criterion.same:
        return _is_enough(person, matches, reading)
    meanings = {person.meaning_of(row) for row in matches}
    return any(
        _is_enough(person, [row for row in matches if person.meaning_of(row) == meaning], reading)
        for meaning in meanings
    )


def _is_enough(person: CountedRows, matches: Sequence[Row], reading: Reading) -> bool:
    criterion = person.criterion
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
        known = {person.meaning_of(row) for row in rows} - {None}
        return number_in_doubt(
            len(known), len({row.code_id for row in rows if person.meaning_of(row) is None}), reading
        )
    days = exact_days(rows)
    return number_in_doubt(len(set(days)), len(rows) - len(days), reading)
