"""The staged EMIS tables as what every reader delivers: the views of `delivery_tables`."""

from __future__ import annotations

import duckdb

from pipeline.extracts.delivery_tables import NEW_TABLES, empty_select, view_sql
from pipeline.extracts.model import Delivery, Notes
from pipeline.extracts.sql.recency import counted_sql, newest_entries_sql

CLINICAL, DRUG = 0, 1  # two dictionaries: the same CodeId may stand in both

_PATIENT = """
    SELECT *, CASE WHEN date_of_birth IS NULL THEN 'unknown' ELSE 'day' END AS birth_precision,
        NULL AS usual_gp, NULL AS sms_consent FROM emis_patient
"""
# Where one delivery holds several days, a patient's earlier rows go with a departure that lies between.
_STAYED = "s.* REPLACE (CASE WHEN d.key IS NULL THEN s.deleted ELSE 1 END AS deleted)"
_OR_LEFT = "LEFT JOIN emis_departure d ON d.org = s.org AND d.key = s.patient AND s.processing < d.processing"
_SELECTS = {
    "new_organisation": "SELECT key AS org, ods AS code, cdb AS other_number, name, 'EMIS' AS supplier, "
    "0 AS in_passing FROM emis_organisation",
    "new_agreement": "SELECT key AS org, usable FROM emis_agreement",
    "new_staff": "SELECT org, key, name FROM emis_user",
    "new_code": f"""
        SELECT {CLINICAL} AS dictionary, key AS code_key, snomed, read2, NULL AS ctv3, NULL AS dmd, NULL AS bnf,
            key AS local, term, 0 AS is_medicine, 0 AS in_passing FROM emis_clinical_code
        UNION ALL
        SELECT {DRUG}, key, NULL, NULL, NULL, dmd, NULL, key, term, 1, 0 FROM emis_drug_code
    """,
    # A code's row says all there is above it: what an earlier one said is so no longer.
    "new_parent": f"""
        SELECT {CLINICAL} AS dictionary, key AS code_key, parent, 0 AS deleted FROM emis_clinical_code
        WHERE parent IS NOT NULL
        UNION ALL SELECT {CLINICAL}, key, NULL, 1 FROM emis_clinical_code
    """,
    "new_patient": _PATIENT,
    "new_departure": "SELECT org, key FROM emis_departure",
    "new_encounter": f"SELECT {_STAYED} FROM emis_consultation s {_OR_LEFT}",
    "new_course": f"SELECT {_STAYED}, {DRUG} AS dictionary, s.code AS code_key FROM emis_drug_record s {_OR_LEFT}",
    "new_event": f"SELECT {_STAYED}, {CLINICAL} AS dictionary, s.code AS code_key FROM emis_observation s {_OR_LEFT}",
    "new_prescription": f"""
        SELECT {_STAYED}, {DRUG} AS dictionary, s.code AS code_key, s.drug AS course,
            CASE WHEN s.is_elsewhere THEN 'elsewhere' END AS kind FROM emis_issue s {_OR_LEFT}
    """,
}
_TYPED = newest_entries_sql(
    counted_sql("SELECT org, recorded_on FROM emis_observation UNION ALL SELECT org, recorded_on FROM emis_issue")
)
_SEEN = " UNION ".join(
    f"SELECT org, {int(stage == 'emis_patient')} AS patients FROM {stage}"
    for stage in ("emis_patient", "emis_consultation", "emis_observation", "emis_drug_record", "emis_issue")
)


def note_departures(con: duckdb.DuckDBPyConnection) -> None:
    """`emis_departure`: patients deleted anywhere in the delivery. Call it before superseded rows are dropped."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE emis_departure AS SELECT org, key, max(processing) AS processing "
        "FROM emis_patient WHERE deleted = 1 GROUP BY org, key"
    )


def deliver(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Create every view, and the small table of when each organisation was seen."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE emis_seen AS SELECT org, ? AS feed, max(patients) AS patients, "
        f"CAST(? AS INTEGER) AS day, max(typed) AS typed FROM ({_SEEN}) LEFT JOIN ({_TYPED}) USING (org) GROUP BY org",
        [delivery.feed, delivery.day],
    )
    for name, columns in NEW_TABLES.items():
        select = "FROM emis_seen" if name == "new_seen" else _SELECTS.get(name) or empty_select(columns)
        con.execute(view_sql(name, select))


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
