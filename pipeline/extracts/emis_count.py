"""What of a delivery's EMIS rows is left out, or kept in doubt, for a reason that stands in the row itself."""

from __future__ import annotations

import duckdb

from pipeline.extracts.model import Notes

_PATIENTS = """
    SELECT coalesce(sum(deleted), 0), coalesce(sum(date_faults) FILTER (deleted = 0), 0) FROM emis_patient
"""
_PATIENT_REASONS = (
    "patients: deleted by the supplier",
    "patients: dates that cannot be read (a death or a departure counts as happened)",
)
_ROWS = """
    SELECT coalesce(sum(deleted), 0), count(*) FILTER (deleted = 0 AND date_fault = 'date that cannot be read'),
        count(*) FILTER (deleted = 0 AND date_fault = 'date of a precision that is not known'),
        count(d.key) FILTER (deleted = 0), coalesce(sum(unclear), 0)
    FROM {stage} s
    LEFT JOIN emis_departure d ON d.org = s.org AND d.key = s.patient AND s.processing < d.processing
"""
_ROW_REASONS = (
    "deleted by the supplier",
    "with a date that cannot be read, kept without it",
    "with a date of a precision that is not known, kept without it",
    "of patients who left later in the same delivery",
    "with a mark of deletion that cannot be read, kept as confidential",
)


def count_rows_left(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Into `notes.left_out`, patients, observations and issues apart."""
    _count(con, _PATIENTS, _PATIENT_REASONS, notes)
    for stage, what in (("emis_observation", "observations"), ("emis_issue", "issues")):
        _count(con, _ROWS.format(stage=stage), tuple(f"{what}: {reason}" for reason in _ROW_REASONS), notes)


def _count(con: duckdb.DuckDBPyConnection, query: str, reasons: tuple[str, ...], notes: Notes) -> None:
    counts = con.execute(query).fetchone()
    for reason, count in zip(reasons, counts or (), strict=True):
        notes.left_out[reason] += count
