"""The periods in which rows are counted: twelve whole months, and the two weeks before the extract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.dates import shift_months

MONTHS = 12
TAIL_DAYS = 14  # a feed that broke this month shows here first; long enough to cover any bank holidays
TAIL = "last days"
ONWARDS = "+"  # after a month's name: from it up to the extract


@dataclass(frozen=True)
class Period:
    """`name` is `YYYY-MM`, or TAIL. Both days are included."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def list_periods(extract_date: date) -> list[Period]:
    """Oldest first. The extract's own month is not whole, so the tail stands in for it."""
    start = extract_date.replace(day=1)
    months = [shift_months(start, -back) for back in range(MONTHS, 0, -1)]
    whole = [Period(f"{first:%Y-%m}", first, shift_months(first, 1) - timedelta(1)) for first in months]
    return [*whole, Period(TAIL, extract_date - timedelta(TAIL_DAYS - 1), extract_date)]


def find_runs(names: list[str], chosen: set[str]) -> list[tuple[str, ...]]:
    """The chosen periods in order, with consecutive ones grouped."""
    found: list[tuple[str, ...]] = []
    place = -1
    for now, name in enumerate(names):
        if name in chosen:
            found[-1:] = [(*found[-1], name)] if found and place == now - 1 else [*found[-1:], (name,)]
            place = now
    return found
