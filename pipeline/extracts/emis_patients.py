"""EMIS patients, and `emis_person`: every patient the supplier spoke of, kept or not, for the rows that follow."""

from __future__ import annotations

import duckdb

from pipeline.extracts.model import Notes

# `state` is why a patient's rows are kept or left out.
_PERSON = """
    CREATE OR REPLACE TEMP TABLE emis_person AS
    WITH stated AS (
        SELECT p.org, p.guid, p.file_id, practice_id,
            CASE WHEN p.deleted = 1 THEN 'deleted' WHEN practice_id IS NULL THEN 'unusable' ELSE 'kept' END AS state
        FROM emis_patient p LEFT JOIN emis_practice USING (org)
    )
    SELECT *, CASE WHEN state = 'kept' THEN row_number() OVER (PARTITION BY state ORDER BY practice_id, guid) END
        AS person_row
    FROM stated
"""

_PATIENT = """
    INSERT INTO patient
    SELECT person_row, practice_id, p.guid, nhs_number, date_of_birth,
        CASE WHEN date_of_birth IS NULL THEN 'unknown' ELSE 'day' END,
        sex, date_of_death, registered_from, registered_to, registration_type, is_test, is_restricted, institution,
        u.name, local_number, title, given_name, surname, address_1, address_2, address_3, address_4, address_5,
        postcode, mobile, email, NULL
    FROM emis_person JOIN emis_patient p USING (org, guid)
    LEFT JOIN emis_user u ON u.org = p.org AND u.guid = p.gp
    WHERE state = 'kept'
    ORDER BY person_row
"""

_COUNTS = """
    SELECT count(*) FILTER (state = 'deleted'), count(*) FILTER (state = 'unusable'),
        coalesce(sum(is_test) FILTER (state = 'kept'), 0),
        coalesce(sum(date_faults) FILTER (state = 'kept'), 0)
    FROM emis_person JOIN emis_patient USING (org, guid)
"""
_REASONS = (
    "patients: deleted by the supplier",
    "patients: of practices that may not be used",
    "patients: dummy patients, kept and marked",
    "patients: dates that cannot be read (a death or a departure counts as happened)",
)


def fill_patients(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Table `patient`, numbered by practice and the supplier's key. Call it after the practices."""
    con.execute(_PERSON)
    con.execute(_PATIENT)
    counts = con.execute(_COUNTS).fetchone()
    for reason, count in zip(_REASONS, counts or (), strict=True):
        notes.left_out[reason] += count
