"""What of an EMIS-X Explorer export's rows is left out, or kept in doubt, for a reason that stands in the row."""

from __future__ import annotations

import duckdb

from pipeline.extracts.model import Notes

_PATIENTS = """
    SELECT coalesce(sum(deleted), 0), coalesce(sum(date_faults) FILTER (deleted = 0), 0),
        coalesce(sum(death_undated) FILTER (deleted = 0), 0), coalesce(sum(end_undated) FILTER (deleted = 0), 0)
    FROM explorer_patient
"""
_PATIENT_REASONS = (
    "patients: deleted by the supplier",
    "patients: dates that cannot be read (a death or a departure counts as happened)",
    "patients: said to have died without a date, counted as dead",
    "patients: said to be inactive without a date, counted as gone",
)
_ROWS = """
    SELECT coalesce(sum(deleted), 0), count(*) FILTER (deleted = 0 AND patient IS NULL),
        count(*) FILTER ({kept} AND date_fault = 'date that cannot be read'),
        count(*) FILTER ({kept} AND date_fault = 'date of a precision that is not known'),
        count(*) FILTER ({kept} AND unclear = 1),
        count(*) FILTER ({kept} AND odd_concept = 1) FROM {stage}
"""
_ROW_REASONS = (
    "deleted by the supplier",
    "that name no patient",
    "with a date that cannot be read, kept without it",
    "with a date of a precision that is not known, kept without it",
    "with a mark of deletion that cannot be read, kept as confidential",
    "with a concept id that cannot be one, read without it",
)
_DROPPED = "SELECT count(*) FROM explorer_issue WHERE deleted = 0 AND patient IS NOT NULL AND dropped = 1"


def count_rows_left(con: duckdb.DuckDBPyConnection, is_older: bool, notes: Notes) -> None:
    """Into `notes.left_out`, patients, observations and medicines apart."""
    medicines = "medication courses" if is_older else "issues"
    _count(con, _PATIENTS, _PATIENT_REASONS, notes)
    kept = "deleted = 0 AND patient IS NOT NULL"
    for stage, what, extra in (("observation", "observations", ""), ("issue", medicines, " AND dropped = 0")):
        query = _ROWS.format(stage=f"explorer_{stage}", kept=kept + extra)
        _count(con, query, tuple(f"{what}: {reason}" for reason in _ROW_REASONS), notes)
    _count(con, _DROPPED, (f"{medicines}: {'never issued' if is_older else 'cancelled'}",), notes)


def count_national(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """The National Data Opt-out has no place in a record; whether it matters here is not ours to say."""
    found = con.execute("SELECT coalesce(sum(opted_out), 0) FROM explorer_patient WHERE deleted = 0").fetchone()
    if found and found[0]:
        notes.warnings.append(
            f"{found[0]} patients have opted out nationally (is_national_data_opted_in = false). They are kept: "
            "whether that matters when a practice writes to its own patients is for the study to decide."
        )


def _count(con: duckdb.DuckDBPyConnection, query: str, reasons: tuple[str, ...], notes: Notes) -> None:
    counts = con.execute(query).fetchone()
    for reason, count in zip(reasons, counts or (), strict=True):
        notes.left_out[reason] += count
