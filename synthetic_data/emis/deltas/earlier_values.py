"""What a row said before it was changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import polars as pl

from synthetic_data.arrays import Rng, choose
from synthetic_data.population import names
from synthetic_data.population.catalogue import CODES, code_ids
from synthetic_data.population.medicines import medicine_ids
from synthetic_data.population.registrations import TYPES

Change = Callable[[Rng, pl.Series], pl.Series]  # the column as it is -> as it was, different in every row

_SOME_DAY = date(2020, 2, 3)  # stands in an empty date's place
_CHAPTERS = sum(code.topic == "chapter" for code in CODES)


def moved(rng: Rng, column: pl.Series) -> pl.Series:
    """Dates up to a quarter earlier."""
    days = pl.Series(rng.integers(1, 91, len(column)).astype(np.int32))
    return (column.fill_null(_SOME_DAY).cast(pl.Int32) - days).cast(pl.Date)


def come_or_gone(rng: Rng, column: pl.Series) -> pl.Series:
    """Empty if there is a date now; if there is none, a date that has since been withdrawn."""
    return pl.select(pl.when(column.is_null()).then(moved(rng, column))).to_series()


def flipped(rng: Rng, column: pl.Series) -> pl.Series:
    return ~column


def emptied(rng: Rng, column: pl.Series) -> pl.Series:
    """Empty. If the column is already empty, nothing changes."""
    return pl.Series([None] * len(column), dtype=column.dtype)


def reworded(rng: Rng, column: pl.Series) -> pl.Series:
    return "Old " + column


def other_of(values: Sequence[str]) -> Change:
    """Another of these values. There must be at least two."""
    table = pl.Series(values)

    def change(rng: Rng, column: pl.Series) -> pl.Series:
        drawn = rng.integers(0, len(values), len(column))
        same = (table.gather(drawn) == column).fill_null(False).to_numpy()
        return table.gather((drawn + same) % len(values))

    return change


# What may change in each table: how often, relative to the others; the column; how.
CHANGES: dict[str, tuple[tuple[float, str, Change], ...]] = {
    "Admin_Patient": (
        (5, "Surname", other_of(names.SURNAMES)),
        (4, "DateOfDeath", come_or_gone),
        (4, "DateOfDeactivation", come_or_gone),
        (2, "IsConfidential", flipped),
        (1, "SpineSensitive", flipped),
        (1, "PatientTypeDescription", other_of(TYPES)),
        (2, "DateOfRegistration", moved),
    ),
    "Admin_Organisation": ((1, "OrganisationName", reworded),),
    "Admin_UserInRole": ((1, "Surname", other_of(names.SURNAMES)),),
    "CareRecord_Consultation": (
        (6, "IsConfidential", flipped),
        (2, "EffectiveDate", moved),
        (1, "Complete", flipped),
    ),
    "CareRecord_Observation": (
        (4, "EffectiveDate", moved),
        (1, "EffectiveDatePrecision", other_of(("YMD", "YM", "Y"))),
        (4, "CodeId", other_of(code_ids()[_CHAPTERS : len(CODES)])),
        (3, "IsConfidential", flipped),
    ),
    "CareRecord_Problem": (
        (1, "ProblemStatusDescription", other_of(("Active Problem", "Past Problem"))),
        (1, "SignificanceDescription", other_of(("Significant Problem", "Minor Problem"))),
    ),
    "Coding_ClinicalCode": ((1, "Term", reworded), (1, "ParentCodeId", other_of(code_ids()[:_CHAPTERS]))),
    "Coding_DrugCode": ((1, "Term", reworded),),
    "Prescribing_DrugRecord": (
        (6, "PrescriptionType", other_of(("Acute", "Repeat", "Repeat Dispensing"))),
        (5, "IsConfidential", flipped),
        (1, "IsActive", flipped),
        (1, "EffectiveDate", moved),
    ),
    "Prescribing_IssueRecord": (
        (4, "EffectiveDate", moved),
        (4, "CodeId", other_of(medicine_ids())),
        (3, "IsConfidential", flipped),
        (1, "DrugRecordGuid", emptied),
    ),
}


def say_otherwise(rng: Rng, table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, each with a different value in one of the columns that change."""
    weights = np.array([weight for weight, _, _ in CHANGES[table]], float)
    which = pl.Series(choose(rng, np.arange(len(weights)), weights, len(rows)))
    return rows.with_columns(
        pl.when(which == number).then(change(rng, rows[column])).otherwise(pl.col(column)).alias(column)
        for number, (_, column, change) in enumerate(CHANGES[table])
    )
