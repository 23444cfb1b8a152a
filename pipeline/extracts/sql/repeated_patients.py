"""Patients of one key whose rows say different things: the safest of them counts, because doubt never adds a letter."""

from __future__ import annotations

import duckdb

from pipeline.extracts.model import Notes
from pipeline.extracts.sql.repeated_keys import columns_of, keep_safest, one_or

_WHO = ("nhs_number", "date_of_birth", "sex")
_SAID = (
    "If one of the rows says that the patient has died, left or is a test, that counts. If one removes the patient, or "
    "they describe different people, the patient counts as not registered. Ask the supplier which row is right."
)
# The registration that began last; an earlier one that ended after its beginning contradicts it.
_DECIDES = "registered_from IS NULL OR registered_from = latest_from OR registered_to > latest_from"
_ANY = ("unclear", "is_test", "is_restricted", "objects", "opted_out", "date_faults")


def settle_patients(
    con: duckdb.DuckDBPyConnection,
    stage: str,
    key: str,
    what: str,
    notes: Notes,
    who: tuple[str, ...] = _WHO,
    newest: str = "1",
) -> None:
    """One row for each patient. `who`: the columns that say who it is; they may be empty, but not differ.

    `is_doubted`, where the stage has it, becomes 1 for a patient whose rows describe different people, or one of which
    removes the patient.
    """
    names = columns_of(con, stage)
    same = " AND ".join(f"count(DISTINCT {column}) <= 1" for column in (*who, *({"deleted"} & {*names})))
    safest = {name: choice for name, choice in _choices(same).items() if name in names}
    latest = f", max(registered_from) OVER (PARTITION BY {key}) AS latest_from" if "registered_from" in names else ""
    keep_safest(con, stage, key, what, notes, safest, _SAID, newest, latest)


def _choices(same: str) -> dict[str, str]:
    """For each column, which of the rows' values counts. `same`: whether they describe one person."""
    births = "count(DISTINCT date_of_birth) <= 1 AND count(DISTINCT birth_precision) = 1"
    kinds = f"count(DISTINCT registration_type) FILTER ({_DECIDES}) = 1"
    return {
        **{name: f"max({name})" for name in _ANY},
        **{name: one_or(name) for name in ("date_of_birth", "year", "month", "day", "sex", "gender", "gender_text")},
        "deleted": "min(deleted)",
        "acceptable": "min(acceptable)",
        "birth_precision": f"CASE WHEN {births} THEN max(birth_precision) ELSE 'unknown' END",
        "nhs_number": "coalesce(last(nhs_number ORDER BY row_place) FILTER (date_of_death IS NOT NULL), "
        "last(nhs_number ORDER BY row_place) FILTER (nhs_number IS NOT NULL))",
        "date_of_death": "min(date_of_death)",
        "registered_from": f"CASE WHEN {same} THEN max(registered_from) END",
        "registered_to": f"min(registered_to) FILTER ({_DECIDES})",
        "registration_type": f"CASE WHEN {same} AND {kinds} THEN max(registration_type) FILTER ({_DECIDES}) "
        "ELSE 'other' END",
        "is_doubted": f"CAST(NOT ({same}) AS TINYINT)",
    }
