"""Rows that are no longer in the final extract: copies, under new keys, of some that are.

Every GUID of the generator has an A where the standard allows 8, 9, A or B; a copy has another of
these letters, so that the copies of rows that belong together still do.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from synthetic_data.check_digits import nhs_check_digits
from synthetic_data.emis.tables import HEADERS

_VARIANT = 20  # where the letter stands in a GUID in braces
_REMOVED, _LEFT = "9", "B"
_OF_A_PATIENT = (
    "PatientGuid", "PersonGuid", "ObservationGuid", "ConsultationGuid", "IssueRecordGuid", "DrugRecordGuid",
)  # fmt: skip
_NUMBERS = 900_000_000  # well above any number a practice here gives its patients
_LOWEST_PREFIX = 900_000_000  # the registrations' NHS numbers are taken from the top
_STRETCH = 3000  # prefixes a chunk: enough for a tenth of it to leave


def copy_removed(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows under other keys of the table, otherwise alike and of the same patients."""
    return _with_variant(rows, (HEADERS[table][0],), _REMOVED)


def copy_of_leavers(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as those of other patients, who are copies of the originals."""
    return _with_variant(rows, _OF_A_PATIENT, _LEFT)


def copy_leavers(patients: pl.DataFrame, chunk: int) -> pl.DataFrame:
    """The patients as other patients, with their own numbers."""
    prefixes = _LOWEST_PREFIX + chunk * _STRETCH + np.arange(_STRETCH)
    check = nhs_check_digits(prefixes)
    numbers = (prefixes * 10 + check)[check < 10][: len(patients)]
    return copy_of_leavers(patients).with_columns(
        pl.Series("NhsNumber", numbers), (pl.col("PatientNumber") + _NUMBERS).alias("PatientNumber")
    )


def _with_variant(rows: pl.DataFrame, columns: tuple[str, ...], letter: str) -> pl.DataFrame:
    changed = (
        pl.concat_str(pl.col(name).str.slice(0, _VARIANT), pl.lit(letter), pl.col(name).str.slice(_VARIANT + 1)).alias(
            name
        )
        for name in columns
        if name in rows.columns
    )
    return rows.with_columns(changed)
