"""A criterion's window as whole days, and the SQL that says whether a row lies in it.

A row's date is the interval `first_day`..`last_day`: one day when the date is exact, a month or a year when it is not,
and nothing at all when it is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.dates import shift
from pipeline.rules.fields import Moment
from pipeline.rules.selection import Rows, Selection
from pipeline.search.doubt.amounts import has_value
from pipeline.search.doubt.readings import Reading


@dataclass(frozen=True)
class Window:
    """Days `first`..`last`, both in. `first` None has no beginning; `ever` asks nothing of the date at all."""

    first: int | None
    last: int
    ever: bool

    @classmethod
    def of(cls, selection: Selection, index: date) -> Window:
        """The window of a selection: `within` gives its start, `before` its end, `between` both."""
        start: Moment | None = selection.between.start if selection.between else selection.within
        end: Moment | None = selection.between.end if selection.between else selection.before
        first = _day(start, index) if start else None
        last = min(_day(end, index), index.toordinal()) if end else index.toordinal()
        if first is not None and first > last:
            first, last = 1, 0  # before any day: a month or a year must not reach across a window that holds none
        return cls(first, last, ever=not (start or end))

    @property
    def is_empty(self) -> bool:
        """Whether it holds no day at all, so that no row meets it, not even one without a date."""
        return self.first is not None and self.first > self.last

    def sql(self, reading: Reading) -> str:
        """The condition on a row of `hits`: certain for a person, possible against one."""
        return self._certain() if reading == "for" else self._possible()

    def holds(self, first: int | None, last: int | None, may_help: bool, reading: Reading) -> bool:
        """What `sql` says, of one row in Python."""
        if reading == "against":
            begins = self.last if first is None else first
            ends = self.last if last is None else last
            return self.ever or (begins <= self.last and ends >= (self.first or 0))
        if not may_help:
            return False
        if first is None or last is None:
            return self.ever
        return (self.first or 0) <= first and last <= self.last

    def _certain(self) -> str:
        if self.ever:
            return f"may_help = 1 AND COALESCE(last_day, {self.last}) <= {self.last}"
        start = f" AND first_day >= {self.first}" if self.first is not None else ""
        return f"may_help = 1 AND last_day <= {self.last}{start}"

    def _possible(self) -> str:
        if self.ever:
            return "1 = 1"
        start = f" AND COALESCE(last_day, {self.last}) >= {self.first}" if self.first is not None else ""
        return f"COALESCE(first_day, {self.last}) <= {self.last}{start}"


def row_counts(selection: Selection, reading: Reading, index: date) -> str:
    """Whether a row of `hits` lies in a selection's window and has its value."""
    window = Window.of(selection, index).sql(reading)
    if isinstance(selection, Rows) and selection.value:
        return f"{window} AND {has_value(selection.value, reading)}"
    return window


def _day(moment: Moment, index: date) -> int:
    """A day as it is; a length of time as the day so long before the index date."""
    return (moment if isinstance(moment, date) else shift(index, moment, -1)).toordinal()
