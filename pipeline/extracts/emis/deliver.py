"""The staged EMIS tables as what every reader delivers: the views of `delivery_tables`."""

from __future__ import annotations

import duckdb

from pipeline.extracts.delivery_tables import offer
from pipeline.extracts.left_out import count_left
from pipeline.extracts.model import Delivery, Notes
from pipeline.extracts.sql.recency import note_seen

CLINICAL, DRUG = 0, 1  # two dictionaries: the same CodeId may be in both

_PATIENT = """
    SELECT *, CASE WHEN date_of_birth IS NULL THEN 'unknown' ELSE 'day' END AS birth_precision,
        NULL AS usual_gp, NULL AS sms_consent FROM emis_patient
"""
# Where one delivery covers several days, a departure within it removes the patient's earlier rows.
_STAYED = "s.* REPLACE (CASE WHEN d.key IS NULL THEN s.deleted ELSE 1 END AS deleted)"
_OR_LEFT = "LEFT JOIN emis_departure d ON d.org = s.org AND d.key = s.patient AND s.processing < d.processing"
_SELECTS = {
    "new_organisation": "SELECT key AS org, ods AS code, cdb AS other_number, name, 'EMIS' AS supplier, "
    "0 AS in_passing FROM emis_organisation",
    "new_seen": "FROM emis_seen",
    "new_agreement": "SELECT key AS org, usable FROM emis_agreement",
    "new_staff": "SELECT org, key, name FROM emis_user",
    "new_code": f"""
        SELECT {CLINICAL} AS dictionary, key AS code_key, snomed, read2, NULL AS ctv3, NULL AS dmd, NULL AS bnf,
            key AS local, term, 0 AS is_medicine, 0 AS in_passing FROM emis_clinical_code
        UNION ALL
        SELECT {DRUG}, key, NULL, NULL, NULL, dmd, NULL, key, term, 1, 0 FROM emis_drug_code
    """,
    # A code's row gives everything above it, so what an earlier row said no longer holds.
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
_ROW_STAGES = ("emis_consultation", "emis_observation", "emis_drug_record", "emis_issue")


def note_departures(con: duckdb.DuckDBPyConnection) -> None:
    """Make `emis_departure`: patients deleted anywhere in the delivery. Call it before superseded rows are dropped."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE emis_departure AS SELECT org, key, max(processing) AS processing "
        "FROM emis_patient WHERE deleted = 1 GROUP BY org, key"
    )


def deliver(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Create every view, and the small table `emis_seen` of when each organisation was seen."""
    note_seen(con, "emis_seen", delivery, "emis_patient", _ROW_STAGES, ("emis_observation", "emis_issue"))
    offer(con, _SELECTS)


_PATIENTS = {
    "patients: deleted by the supplier": "sum(deleted)",
    "patients: dates that cannot be read (a death or a departure counts as happened)": (
        "sum(date_faults) FILTER (deleted = 0)"
    ),
}
_ROWS = {
    "deleted by the supplier": "sum(deleted)",
    "with a date that cannot be read, kept without it": (
        "count(*) FILTER (deleted = 0 AND date_fault = 'date that cannot be read')"
    ),
    "with a date of a precision that is not known, kept without it": (
        "count(*) FILTER (deleted = 0 AND date_fault = 'date of a precision that is not known')"
    ),
    "of patients who left later in the same delivery": "count(d.key) FILTER (deleted = 0)",
    "with a mark of deletion that cannot be read, kept as confidential": "sum(unclear)",
}


def count_rows_left(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Count into `notes.left_out`: patients, observations and issues separately."""
    count_left(con, notes, "emis_patient", _PATIENTS)
    for stage, what in (("emis_observation", "observations"), ("emis_issue", "issues")):
        counts = {f"{what}: {reason}": count for reason, count in _ROWS.items()}
        count_left(con, notes, f"{stage} s {_OR_LEFT}", counts)
