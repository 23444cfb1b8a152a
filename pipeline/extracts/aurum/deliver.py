"""The staged CPRD Aurum tables as what every reader delivers: the views of `delivery_tables`."""

from __future__ import annotations

import duckdb

from pipeline.extracts.aurum.tables_coding import MEDICAL_NUMBER, PRODUCT_NUMBER
from pipeline.extracts.delivery_tables import offer
from pipeline.extracts.model import Delivery
from pipeline.extracts.sql.recency import counted_sql, newest_entries_sql

# A practice may be known only from its patients. Codes that differ only in leading zeros are the same practice.
_CODE = "'CPRD' || coalesce(nullif(ltrim(practice, '0'), ''), '0')"
_ORGANISATIONS = f"""
    SELECT org, any_value({_CODE}) AS code FROM (
        SELECT key AS org, practice FROM aurum_practice UNION ALL SELECT org, practice FROM aurum_patient
    ) GROUP BY org
"""
# The words of the lookup decide, if it has any for the number; without it, CPRD documents only that 3 is regular.
_WORD = "lower(t.word)"
_TYPE = f"""
    CASE WHEN {_WORD} LIKE 'regular%' THEN 'regular' WHEN {_WORD} LIKE 'temporary%' THEN 'temporary'
        WHEN t.word IS NULL AND p.type_id = 3 THEN 'regular' ELSE 'other' END
"""
_NOT_CARRIED = (
    "gp", "nhs_number", "institution", "usual_gp", "local_number", "title", "given_name", "surname", "postcode",
    "mobile", "email", "sms_consent", *(f"address_{n}" for n in range(1, 6)),
)  # fmt: skip
_PATIENT = f"""
    SELECT p.*, 0 AS deleted, {_TYPE} AS registration_type, 0 AS is_restricted,
        CAST(coalesce({_WORD} LIKE 'dummy%', false) AS TINYINT) AS is_test,
        {", ".join(f"NULL AS {column}" for column in _NOT_CARRIED)}
    FROM aurum_patient p LEFT JOIN aurum_patienttype t ON t.key = p.type_id WHERE p.acceptable = 1
"""


def _rows(stage: str, units: str, dictionary: int, also: str = "") -> str:
    """Rows, each in its patient's practice where that is known. Rows of patients who are left out are left out too."""
    return f"""
        SELECT s.* REPLACE (coalesce(p.org, s.org) AS org), 0 AS deleted, {dictionary} AS dictionary,
            s.code AS code_key, 0 AS is_confidential, u.word AS unit{also}
        FROM {stage} s LEFT JOIN aurum_patient p ON p.key = s.patient LEFT JOIN {units} u ON u.key = s.unit_id
        WHERE coalesce(p.acceptable, 1) = 1
    """


_SELECTS = {
    "new_organisation": "SELECT org, code, NULL AS other_number, NULL AS name, 'CPRD Aurum' AS supplier, "
    f"0 AS in_passing FROM ({_ORGANISATIONS})",
    "new_seen": "FROM aurum_seen",
    "new_code": f"""
        SELECT {MEDICAL_NUMBER} AS dictionary, key AS code_key, snomed, read2, NULL AS ctv3, NULL AS dmd, NULL AS bnf,
            key AS local, term, 0 AS is_medicine, 0 AS in_passing FROM aurum_medical
        UNION ALL
        SELECT {PRODUCT_NUMBER}, key, NULL, NULL, NULL, dmd, bnf, key, term, 1, 0 FROM aurum_product
    """,
    "new_patient": _PATIENT,
    "new_event": _rows("aurum_observation", "aurum_numunit", MEDICAL_NUMBER),
    "new_prescription": _rows("aurum_issue", "aurum_quantunit", PRODUCT_NUMBER, ", NULL AS kind, NULL AS encounter"),
}
_ENTRIES = """
    SELECT coalesce(p.org, s.org) AS org, s.recorded_on FROM (
        SELECT patient, org, recorded_on FROM aurum_observation UNION ALL SELECT patient, org, recorded_on
        FROM aurum_issue
    ) s LEFT JOIN aurum_patient p ON p.key = s.patient
"""
_TYPED = newest_entries_sql(counted_sql(_ENTRIES))


def note_seen(con: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """`aurum_seen`: for each practice, the days its records were last collected and its newest row was entered."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE aurum_seen AS SELECT o.org, ? AS feed, "
        "CAST(o.org IN (SELECT org FROM aurum_patient) AS TINYINT) AS patients, r.lcd AS day, t.typed "
        f"FROM ({_ORGANISATIONS}) o LEFT JOIN aurum_practice r ON r.key = o.org "
        f"LEFT JOIN ({_TYPED}) t ON t.org = o.org",
        [delivery.feed],
    )


def deliver(con: duckdb.DuckDBPyConnection) -> None:
    """Create every view."""
    offer(con, _SELECTS)
