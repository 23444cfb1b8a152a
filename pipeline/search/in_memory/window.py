"""A criterion's window, and whether a row certainly or possibly lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.dates import Duration, shift
from pipeline.rules.selection import Selection, ValueRange
from pipeline.search.doubt.readings import Reading
from pipeline.search.in_memory.record import Row


@dataclass(frozen=True)
class Days:
    """From `first` to `last`, both in; `ever` is up to the index date, and an unknown date will do as well."""

    first: date
    last: date
    ever: bool = False

    def has(self, row: Row, reading: Reading) -> bool:
        """For a person the whole date must lie inside, in a row for all to see; against one it need only touch."""
        return self._certainly(row) if reading == "for" else self._possibly(row)

    def _certainly(self, row: Row) -> bool:
        if row.confidential:
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


def has_value(row: Row, wanted: ValueRange | None, reading: Reading) -> bool:
    """An unknown value is certainly in no range and possibly in any."""
    if wanted is None:
        return True
    if row.amount is None:
        return reading == "against"
    enough = wanted.at_least is None or row.amount >= wanted.at_least
    return enough and (wanted.at_most is None or row.amount <= wanted.at_most)
