"""`events` and `prescriptions`: how many rows there are, how far apart, and after what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.dates import Duration, shift
from pipeline.rules.criteria import After, EventsCriterion, PrescriptionsCriterion
from pipeline.rules.selection import Rows
from pipeline.search.doubt.readings import Reading, turned
from pipeline.search.in_memory.record import Row, When
from pipeline.search.in_memory.window import has_value, window_of

Counted = EventsCriterion | PrescriptionsCriterion
DrugOf = Callable[[Row], str | None]  # the substance of a row's code, where the list gives it


@dataclass(frozen=True)
class Asked:
    """What is asked of one person: a criterion, its rows, and what its anchor is if it has one."""

    criterion: Counted
    rows: Sequence[Row]
    drug_of: DrugOf
    anchor: Counted | None
    anchor_rows: Sequence[Row]
    index: date


def counted(asked: Asked, reading: Reading) -> bool:
    """Enough rows, by this reading; not too many, by the other one, since too many speaks against; far enough apart."""
    criterion = asked.criterion
    matches = _matches(asked, reading)
    if _number(asked, matches, reading) < criterion.least:
        return False
    if criterion.at_most is not None:
        other = turned(reading)
        return _number(asked, _matches(asked, other), other) <= criterion.at_most
    return criterion.persists is None or _persists(matches, criterion.persists, reading)


def _matches(asked: Asked, reading: Reading) -> list[Row]:
    rows = _in_window(asked.rows, asked.criterion.selection, asked.index, reading)
    if not asked.criterion.after:
        return rows
    return [row for row in rows if _comes_after(row, asked.criterion.after, asked, reading)]


def _in_window(rows: Sequence[Row], selection: Rows, index: date, reading: Reading) -> list[Row]:
    """The rows that lie in a selection's window and have its value."""
    window = window_of(selection, index)
    return [row for row in rows if window.has(row, reading) and has_value(row, selection.value, reading)]


def _number(asked: Asked, rows: Sequence[Row], reading: Reading) -> int:
    """How many there are. Rows in doubt prove one, if there is no other (for), or are each another (against)."""
    if asked.criterion.count in ("rows", "issues"):
        return len(rows)
    if asked.criterion.count == "drugs":
        known = {asked.drug_of(row) for row in rows} - {None}
        doubtful = {row.code_id for row in rows if asked.drug_of(row) is None}
        certain, doubt = len(known), len(doubtful)
    else:
        certain, doubt = len(set(_exact_days(rows))), sum(not (row.when and row.when.exact) for row in rows)
    return certain + doubt if reading == "against" else max(certain, min(1, len(rows)))


def _exact_days(rows: Iterable[Row]) -> list[date]:
    return [row.when.first for row in rows if row.when and row.when.exact]


def _persists(rows: Sequence[Row], length: Duration, reading: Reading) -> bool:
    """For a person between exact days. Against one, from the first possible day to the last: of two rows, at least."""
    if reading == "for":
        days = _exact_days(rows)
        return bool(days) and shift(min(days), length) <= max(days)
    if len(rows) < 2:
        return False
    dates = [row.when for row in rows if row.when]
    return len(dates) < len(rows) or shift(min(d.first for d in dates), length) <= max(d.last for d in dates)


def _comes_after(row: Row, after: After, asked: Asked, reading: Reading) -> bool:
    """Whether the row lies from the anchor to `within` after it, wherever that is (for), or may be (against)."""
    anchor = _anchor(after, asked, reading)
    if anchor is None:
        return False
    if reading == "for":
        ends = shift(anchor.first, after.within)
        return row.when is not None and anchor.last <= row.when.first and row.when.last <= ends
    return row.when is None or (anchor.first <= row.when.last and row.when.first <= shift(anchor.last, after.within))


def _anchor(after: After, asked: Asked, reading: Reading) -> When | None:
    """Between which days the anchor's first (or last) date must lie; None if, for a person, it may not be there at all.

    It is no later (no earlier) than that of the rows which certainly count, and no earlier (no later) than that of
    the rows which possibly do. An undated row may be of any day up to the index date.
    """
    assert asked.anchor
    selection = asked.anchor.selection
    certain = [row.when for row in _in_window(asked.anchor_rows, selection, asked.index, "for") if row.when]
    rows = _in_window(asked.anchor_rows, selection, asked.index, "against")
    possible = [row.when or When(date.min, asked.index) for row in rows]
    if not possible or (reading == "for" and not certain):
        return None
    earliest, latest = min(when.first for when in possible), max(when.last for when in possible)
    if not certain:
        return When(earliest, latest)
    if after.date == "first":
        return When(earliest, min(when.last for when in certain))
    return When(max(when.first for when in certain), latest)
