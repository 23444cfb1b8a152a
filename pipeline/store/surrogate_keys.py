"""Our numbers for the supplier's keys: given at first mention, in order of the keys, and never changed.

Leaves `organisation_of`, `person_of` and `code_of`, with every key ever mentioned, and `new_<kind>_id`, with those new
in this delivery.
"""

from __future__ import annotations

import duckdb

_ORGANISATIONS = """
    SELECT m.org, upper(n.code) AS code FROM (
        SELECT org FROM new_organisation UNION SELECT org FROM new_agreement UNION SELECT org FROM new_seen
        UNION SELECT org FROM new_staff UNION SELECT org FROM new_patient UNION SELECT org FROM new_encounter
        UNION SELECT org FROM new_course UNION SELECT org FROM new_event UNION SELECT org FROM new_prescription
        UNION SELECT org FROM new_registration UNION SELECT org FROM new_address UNION SELECT org FROM new_contact
    ) m
    LEFT JOIN kept_organisation_id k ON k.org = m.org LEFT JOIN new_organisation n ON n.org = m.org
    WHERE k.org IS NULL
"""
_PEOPLE = """
    SELECT o.org_row, m.key FROM (
        SELECT org, key FROM new_patient UNION SELECT org, patient FROM new_event WHERE deleted = 0
        UNION SELECT org, patient FROM new_prescription WHERE deleted = 0
        UNION SELECT org, patient FROM new_encounter WHERE deleted = 0
        UNION SELECT org, patient FROM new_course WHERE deleted = 0
        UNION SELECT org, patient FROM new_registration WHERE deleted = 0
        UNION SELECT org, patient FROM new_address WHERE deleted = 0
        UNION SELECT org, patient FROM new_contact WHERE deleted = 0
    ) m
    JOIN organisation_of o ON o.org = m.org
    LEFT JOIN kept_person_id k ON k.org_row = o.org_row AND k.key = m.key
    WHERE m.key IS NOT NULL AND k.key IS NULL
"""
_CODES = """
    SELECT m.dictionary, m.code_key FROM (
        SELECT dictionary, code_key FROM new_code
        UNION SELECT dictionary, code_key FROM new_parent UNION SELECT dictionary, parent FROM new_parent
        UNION SELECT dictionary, code_key FROM new_course WHERE deleted = 0
        UNION SELECT dictionary, code_key FROM new_event WHERE deleted = 0
        UNION SELECT dictionary, code_key FROM new_prescription WHERE deleted = 0
    ) m
    LEFT JOIN kept_code_id k ON k.dictionary = m.dictionary AND k.code_key = m.code_key
    WHERE m.code_key IS NOT NULL AND k.code_key IS NULL
"""


def number_keys(con: duckdb.DuckDBPyConnection) -> None:
    """Give new keys their numbers. Needs the views of the delivery and of the store."""
    _number(con, "organisation", "org", "org_row", _ORGANISATIONS, order="code, org")
    _number(con, "person", "org_row, key", "person_row", _PEOPLE)
    _number(con, "code", "dictionary, code_key", "code_id", _CODES)


def _number(
    con: duckdb.DuckDBPyConnection, kind: str, keys: str, number: str, mentioned: str, order: str | None = None
) -> None:
    kept = f"kept_{kind}_id"
    place = f"row_number() OVER (ORDER BY {order or keys})"
    newest = f"(SELECT coalesce(max({number}), 0) FROM {kept})"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE new_{kind}_id AS "
        f"SELECT {keys}, CAST({place} + {newest} AS INTEGER) AS {number} FROM ({mentioned})"
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {kind}_of AS "
        f"SELECT {keys}, {number} FROM {kept} UNION ALL SELECT {keys}, {number} FROM new_{kind}_id"
    )
