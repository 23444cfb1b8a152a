"""The only date arithmetic. A day is `date.toordinal()`; months are calendar months by parts, never days.

SQL gets cut-offs worked out here, and two small tables that `search.calendar` writes: `month_shift`, for "a number of
months from another event", and `calendar`, for the last possible day of a date known only to the month or year.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal

Unit = Literal["days", "weeks", "months", "years"]

# The ordinal of 1970-01-01: a reader adds it to an engine's days since the Unix epoch.
EPOCH_DAY = date(1970, 1, 1).toordinal()

# Suppliers write 1 January 1900 for a day that is not known, and no one alive has a record from before it. They write a
# day of the year 9999 for none.
LAST_STAND_IN = date(1900, 1, 1).toordinal()
NO_DAY_FROM = date(9999, 1, 1).toordinal()

LONGEST_DAYS = 150 * 12 * 31  # longer than anyone lives, and far from where a calendar ends

_DURATION = re.compile(r"(\d{1,5}) (day|week|month|year)s?")
_UNITS: dict[str, Unit] = {"day": "days", "week": "weeks", "month": "months", "year": "years"}


@dataclass(frozen=True)
class Duration:
    """A length of time as a rule writes it. `365 days` and `12 months` differ, and both are exact."""

    number: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Duration:
        """`"12 months"` -> Duration. Raises ValueError with the forms allowed."""
        found = _DURATION.fullmatch(text.strip())
        if not found:
            raise ValueError("write a whole number and days, weeks, months or years, for example '12 months'")
        length = cls(int(found[1]), _UNITS[found[2]])
        if length.longest_days > LONGEST_DAYS:
            raise ValueError(f"{length} is longer than anyone lives")
        return length

    def __str__(self) -> str:
        return f"{self.number} {self.unit[:-1] if self.number == 1 else self.unit}"

    @property
    def months(self) -> int | None:
        """Whole calendar months, or None for a length in days or weeks."""
        return {"months": self.number, "years": 12 * self.number}.get(self.unit)

    @property
    def longest_days(self) -> int:
        """The most days it can be, whichever months it spans."""
        return self.days if self.days is not None else 31 * (self.months or 0)

    @property
    def shortest_days(self) -> int:
        """The fewest days it can be."""
        return self.days if self.days is not None else 28 * (self.months or 0)

    @property
    def days(self) -> int | None:
        """Whole days, or None for a length in months or years."""
        return {"days": self.number, "weeks": 7 * self.number}.get(self.unit)


def shift_months(day: date, months: int) -> date:
    """The same day of the month, `months` later (earlier if negative). A month that is too short gives its last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shift(day: date, length: Duration, sign: Literal[1, -1] = 1) -> date:
    """`day` moved by `length`: forwards, or backwards with `sign` -1."""
    if length.days is not None:
        return date.fromordinal(day.toordinal() + sign * length.days)
    return shift_months(day, sign * (length.months or 0))


def latest_birth(index: date, age: int) -> date:
    """The last date of birth of someone who has completed `age` years on `index`.

    Ages are completed years by calendar parts. Someone born on 29 February has their birthday on 1 March in a year
    without one, so on 28 February of such a year the last birth that counts is 28 February, not 29.
    """
    return date(index.year - age, index.month, min(index.day, monthrange(index.year - age, index.month)[1]))


def completed_years(born: date, index: date) -> int:
    """Age on `index`, by calendar parts."""
    return index.year - born.year - ((index.month, index.day) < (born.month, born.day))


def month_ends(day: int) -> tuple[int, int]:
    """The last day of the month and of the year that `day` is in. All are day numbers."""
    start = date.fromordinal(day)
    month_end = start.replace(day=monthrange(start.year, start.month)[1])
    return month_end.toordinal(), date(start.year, 12, 31).toordinal()
