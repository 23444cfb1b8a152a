"""Canonical tables as what every reader delivers. Their numbers are only keys here: the store assigns its own."""

from __future__ import annotations

import duckdb

from pipeline.extracts.delivery_tables import offer

_ORG = "CAST(md5(practice_id) AS UUID)"
_PERSON = "CAST(lpad(to_hex(person_row), 32, '0') AS UUID)"  # so that people keep their order
_CODE = "0 AS dictionary, CAST(code_id AS VARCHAR) AS code_key"
# The file and row that a row came from identify it.
_ROW = f"""
    {_ORG} AS org, CAST(md5(concat_ws(':', source_file, source_key)) AS UUID) AS key, 0 AS deleted,
    source_key AS odd_key, {_PERSON} AS patient, {_CODE}, source_file AS file_id
"""
_UUID_OF = "CASE WHEN {0} IS NOT NULL THEN CAST(md5({0}) AS UUID) END AS {0}"
_SELECTS = {
    "new_organisation": f"SELECT {_ORG} AS org, practice_id AS code, NULL AS other_number, name, supplier, "
    "0 AS in_passing FROM practice",
    "new_seen": f"SELECT {_ORG} AS org, practice_id AS feed, 1 AS patients, extract_date AS day, NULL AS typed "
    "FROM practice",
    "new_code": f"SELECT {_CODE}, *, 0 AS in_passing FROM code",
    "new_parent": f"SELECT {_CODE}, CAST(parent_id AS VARCHAR) AS parent, 0 AS deleted FROM code_parent",
    "new_patient": f"SELECT {_ORG} AS org, {_PERSON} AS key, 0 AS deleted, NULL AS gp, * FROM patient",
    "new_event": f"SELECT {_ROW}, * EXCLUDE (encounter), {_UUID_OF.format('encounter')} "
    "FROM event JOIN patient USING (person_row)",
    "new_prescription": f"SELECT {_ROW}, * EXCLUDE (course), NULL AS encounter, {_UUID_OF.format('course')} "
    "FROM prescription JOIN patient USING (person_row)",
}


def deliver(con: duckdb.DuckDBPyConnection) -> None:
    """Create every view."""
    offer(con, _SELECTS)
