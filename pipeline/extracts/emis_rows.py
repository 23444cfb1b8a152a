"""EMIS observations and issues into `event` and `prescription`, each row kept or counted with the reason it was not."""

from __future__ import annotations

import duckdb

from pipeline.extracts.model import Notes

# Protects more than the row: a consultation or drug record marked confidential makes its rows confidential too.
_EVENT_FROM = """
    FROM emis_observation s
    LEFT JOIN emis_person p ON p.org = s.org AND p.guid = s.patient
    LEFT JOIN code c ON c.local = s.code AND c.is_medicine = 0
    LEFT JOIN emis_hidden h ON h.org = s.org AND h.guid = s.encounter
"""
_EVENT = """
    INSERT INTO event
    SELECT p.person_row, c.code_id, s.date, s.date_precision, s.recorded_on, s.value, s.unit, s.encounter,
        CAST(s.is_confidential = 1 OR h.guid IS NOT NULL AS TINYINT), s.file_id, s.source_key
"""

_PRESCRIPTION_FROM = """
    FROM emis_issue s
    LEFT JOIN emis_person p ON p.org = s.org AND p.guid = s.patient
    LEFT JOIN (SELECT * FROM emis_drug_record WHERE deleted = 0) d ON d.org = s.org AND d.guid = s.drug
    LEFT JOIN code c ON c.local = coalesce(s.code, d.code) AND c.is_medicine = 1
    LEFT JOIN emis_hidden h ON h.org = s.org AND h.guid = s.encounter
"""
_PRESCRIPTION = """
    INSERT INTO prescription
    SELECT p.person_row, c.code_id, s.date, s.date_precision, s.recorded_on,
        CASE WHEN s.is_elsewhere THEN 'elsewhere' ELSE coalesce(d.kind, 'unknown') END,
        s.drug, s.quantity, s.unit, s.duration_days,
        CAST(s.is_confidential = 1 OR coalesce(d.is_confidential, 0) = 1 OR h.guid IS NOT NULL AS TINYINT),
        s.file_id, s.source_key
"""

_HIDDEN = """
    CREATE OR REPLACE TEMP TABLE emis_hidden AS
    SELECT org, guid FROM emis_consultation WHERE deleted = 0 AND is_confidential = 1
"""
_KEPT = "WHERE s.deleted = 0 AND p.state = 'kept' ORDER BY c.code_id, p.person_row, s.file_id, s.source_key"

_DROPPED = """
    SELECT CASE WHEN s.deleted = 1 THEN 'deleted by the supplier'
        WHEN p.state = 'deleted' THEN 'of deleted patients'
        WHEN p.state = 'unusable' THEN 'of practices that may not be used'
        ELSE 'whose patient is not in the extract' END, count(*)
"""
_WHERE_DROPPED = "WHERE s.deleted = 1 OR p.state IS NULL OR p.state <> 'kept' GROUP BY 1"

_KEPT_IN_DOUBT = """
    SELECT count(*) FILTER (c.code_id IS NULL), count(*) FILTER (s.date_fault = 'date that cannot be read'),
        count(*) FILTER (s.date_fault = 'date of a precision that is not known')
"""
_DOUBTS = (
    "with a code not in the dictionary, kept",
    "with a date that cannot be read, kept without it",
    "with a date of a precision that is not known, kept without it",
)
UNKNOWN_CODE = _DOUBTS[0]


def fill_events(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Table `event`, by code and then person. Call it after patients and codes."""
    con.execute(_HIDDEN)
    con.execute(f"{_EVENT} {_EVENT_FROM} {_KEPT}")
    _count(con, _EVENT_FROM, "observations", notes)


def fill_prescriptions(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Table `prescription`: an issue's kind comes from its drug record, and its code where it gives none."""
    con.execute(_HIDDEN)
    con.execute(f"{_PRESCRIPTION} {_PRESCRIPTION_FROM} {_KEPT}")
    _count(con, _PRESCRIPTION_FROM, "issues", notes)


def _count(con: duckdb.DuckDBPyConnection, rows: str, what: str, notes: Notes) -> None:
    for reason, count in con.execute(f"{_DROPPED} {rows} {_WHERE_DROPPED}").fetchall():
        notes.left_out[f"{what}: {reason}"] += count
    counts = con.execute(f"{_KEPT_IN_DOUBT} {rows} WHERE s.deleted = 0 AND p.state = 'kept'").fetchone()
    for reason, count in zip(_DOUBTS, counts or (), strict=True):
        notes.left_out[f"{what}: {reason}"] += count
