"""The practices and their staff, to which every chunk of patients refers."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from synthetic_data.arrays import Floats, Ints, Rng
from synthetic_data.columns import guids
from synthetic_data.population import rates

MOST_PRACTICES = 9999  # the ODS codes here have four digits
STAFF = 6  # people in each practice; the first four are doctors


@dataclass(frozen=True)
class Practices:
    """`ods` codes are ZZ and four digits: six characters like a real code, which has only one letter."""

    ods: pl.Series
    guid: pl.Series
    staff_guid: pl.Series  # STAFF a practice, in order
    sizes: Floats  # relative number of patients

    def __len__(self) -> int:
        return len(self.ods)


def draw_practices(rng: Rng, count: int) -> Practices:
    return Practices(
        ods=pl.Series([f"ZZ{number:04}" for number in range(1, count + 1)]),
        guid=guids(rng, count),
        staff_guid=guids(rng, count * STAFF),
        sizes=rng.lognormal(0, rates.PRACTICE_SPREAD, count),
    )


def text(values: list[str]) -> pl.Series:
    """A text column; an empty value is written as nothing, without quotes."""
    return pl.Series([value or None for value in values], dtype=pl.String)


def draw_staff(rng: Rng, practice: Ints) -> Ints:
    """A position in `staff_guid` for each row of that practice."""
    return practice * STAFF + rng.integers(0, STAFF, len(practice))
