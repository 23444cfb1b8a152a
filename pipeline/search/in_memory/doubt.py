"""How a row in doubt is read: for a person only what is certain counts, against a person whatever is possible.

Its date may be unknown or imprecise, its value unknown, or the row one that may not help a person. Every question
that has two answers, one for each reading, is asked here. The same for SQL is `search/doubt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.dates import Duration, shift
from pipeline.rules.selection import Rows, Selection, ValueRange
from pipeline.search.doubt.readings import Reading
from pipeline.search.in_memory.record import Row, When

OLDEST = date.min  # of an undated row, where the newest is looked for


@dataclass(frozen=True)
class Days:
    """From `first` to `last`, both in; `ever` is up to the index date, and an unknown date will do as well."""

    first: date
    last: date
    ever: bool = False

    def has(self, row: Row, reading: Reading) -> bool:
        """For a person the whole date must lie inside, in a row that may help; against one it need only touch."""
        return self._certainly(row) if reading == "for" else self._possibly(row)

    def _certainly(self, row: Row) -> bool:
        if not row.may_help:
            return False
        if row.when is None:
            return self.ever
        return self.first <= row.when.first and row.when.last <= self.last

    def _possibly(self, row: Row) -> bool:
        if row.when is None:
            return self.first <= self.last
        return max(self.first, row.when.first) <= min(self.last, row.when.last)


def window_of(selection: Selection, index: date) -> Days:
    """`within` begins a window, `before` ends it, `between` does both; without any of them it is ever."""
    between = selection.between
    start = between.start if between else selection.within
    end = between.end if between else selection.before
    first = _moment(start, index) if start else date.min
    last = min(_moment(end, index), index) if end else index
    return Days(first, last, ever=start is None and end is None)


def _moment(moment: date | Duration, index: date) -> date:
    return shift(index, moment, -1) if isinstance(moment, Duration) else moment


def rows_in_window(rows: Iterable[Row], selection: Rows, index: date, reading: Reading) -> list[Row]:
    """The rows that lie in a selection's window and have its value."""
    window = window_of(selection, index)
    return [row for row in rows if window.has(row, reading) and has_value(row, selection.value, reading)]


def has_value(row: Row, wanted: ValueRange | None, reading: Reading) -> bool:
    """An unknown value is never certainly in a range, and possibly in any. So is one that cannot be compared."""
    if wanted is None:
        return True
    if row.amount is None or not wanted.takes(row.unit) or not _is_plausible(row.amount, wanted):
        return reading == "against"
    enough = wanted.at_least is None or row.amount >= wanted.at_least
    return enough and (wanted.at_most is None or row.amount <= wanted.at_most)


def day_of_work(row: Row, is_in_work: bool) -> date:
    """In work, the newest day that is possible, without a date newer than any; otherwise the oldest."""
    if row.when is None:
        return date.max if is_in_work else OLDEST
    return row.when.last if is_in_work else row.when.first


def _is_plausible(amount: float, wanted: ValueRange) -> bool:
    range_ = wanted.plausible
    if range_ is None:
        return True
    enough = range_.lowest is None or amount >= range_.lowest
    return enough and (range_.highest is None or amount <= range_.highest)


def newest_day(rows: Iterable[Row], window: Days, reading: Reading) -> date | None:
    """The newest day that these rows certainly reach (for), or may reach (against); None without any."""
    return max((_day(row, reading) for row in rows if window.has(row, reading)), default=None)


def _day(row: Row, reading: Reading) -> date:
    if row.when is None:
        return OLDEST
    return row.when.first if reading == "for" else row.when.last


def number_in_doubt(certain: int, doubt: int, reading: Reading) -> int:
    """Things in doubt prove one, if there is no other (for), or are each another (against)."""
    return certain + doubt if reading == "against" else max(certain, min(1, doubt))


def exact_days(rows: Iterable[Row]) -> list[date]:
    return [row.when.first for row in rows if row.when and row.when.exact]


def reaches(rows: Sequence[Row], length: Duration, reading: Reading) -> bool:
    """For a person between exact days. Against one, from the first possible day to the last: of two rows, at least."""
    if reading == "for":
        days = exact_days(rows)
        return bool(days) and shift(min(days), length) <= max(days)
    if len(rows) < 2:
        return False
    dates = [row.when for row in rows if row.when]
    return len(dates) < len(rows) or shift(min(d.first for d in dates), length) <= max(d.last for d in dates)


def rows_after(rows: Iterable[Row], anchors: Sequence[When], length: Duration, reading: Reading) -> list[Row]:
    """The rows that come after one of the anchors."""
    return [row for row in rows if any(comes_after(row, anchor, length, reading) for anchor in anchors)]


def comes_after(row: Row, anchor: When, length: Duration, reading: Reading) -> bool:
    """Whether the row lies from the anchor to `length` after it, wherever that is (for), or may be (against)."""
    if reading == "for":
        ends = shift(anchor.first, length)
        return row.when is not None and anchor.last <= row.when.first and row.when.last <= ends
    return row.when is None or (anchor.first <= row.when.last and row.when.first <= shift(anchor.last, length))


def anchor_days(
    which: Literal["first", "last", "any"], rows: Sequence[Row], selection: Rows, index: date, reading: Reading
) -> list[When]:
    """Between which days the first or last of these rows must lie, or each; none if, for a person, there may be none.

    It is no later (no earlier) than that of the rows which certainly count, and no earlier (no later) than that of
    the rows which possibly do. An undated row may be of any day up to the index date.
    """
    certain = [row.when for row in rows_in_window(rows, selection, index, "for") if row.when]
    possible = [row.when or When(date.min, index) for row in rows_in_window(rows, selection, index, "against")]
    if not possible or (reading == "for" and not certain):
        return []
    if which == "any":
        return certain if reading == "for" else possible
    earliest, latest = min(when.first for when in possible), max(when.last for when in possible)
    if not certain:
        return [When(earliest, latest)]
    if which == "first":
        return [When(earliest, min(when.last for when in certain))]
    return [When(max(when.first for when in certain), latest)]


def certain_notes(notes: Iterable[Row], lengths: Sequence[Row]) -> list[Row]:
    """Fit notes exactly dated that may help, as may each length coded beside them."""
    return [
        note
        for note in notes
        if note.when is not None
        and note.when.exact
        and note.may_help
        and all(length.may_help for length in lengths if is_beside(note, length))
    ]


def is_beside(note: Row, length: Row) -> bool:
    """Whether both were written in one encounter."""
    return note.encounter is not None and note.encounter == length.encounter
