"""First and last possible day of a date known to the day, the month or the year; vectorised."""

from __future__ import annotations

from datetime import date

import numpy as np

from synthetic_data.arrays import Ints
from synthetic_data.population.rows import MONTH, NO_DAY, YEAR_ONLY

_EPOCH = date(1970, 1, 1).toordinal()


def period_start(day: Ints, precision: Ints) -> Ints:
    """The first possible day; NO_DAY stays."""
    first = np.select([precision == MONTH, precision == YEAR_ONLY], [_first_day(day, "M"), _first_day(day, "Y")], day)
    return np.where(day == NO_DAY, NO_DAY, first)


def period_end(day: Ints, precision: Ints) -> Ints:
    """The last possible day; NO_DAY stays."""
    last = np.select(
        [precision == MONTH, precision == YEAR_ONLY], [_first_day(day, "M", 1), _first_day(day, "Y", 1)], day + 1
    )
    return np.where(day == NO_DAY, NO_DAY, last - 1)


def _first_day(day: Ints, unit: str, later: int = 0) -> Ints:
    """First day of the month or year that contains `day`, or of a later one."""
    start = (day - _EPOCH).astype("datetime64[D]").astype(f"datetime64[{unit}]") + later
    days: Ints = start.astype("datetime64[D]").astype(np.int64) + _EPOCH
    return days
