"""What a supplier sends about patients in tables of their own: which registration, address and number counts now."""

from __future__ import annotations

import duckdb

from pipeline.dates import LAST_STAND_IN
from pipeline.extracts.delivery_tables import ADDRESS

# A current registration comes before one that has ended, a regular one before others; then the newest.
# A day that cannot be is no newest one.
_BEGUN = f"CASE WHEN r.registered_from BETWEEN {LAST_STAND_IN + 1} AND p.extract_date THEN r.registered_from END"
_REGISTRATION = f"""
    SELECT r.person_row, r.registered_from, r.registered_to, r.registration_type
    FROM live_registration r LEFT JOIN practice_of o ON o.org_row = r.org_row
    LEFT JOIN practice p ON p.practice_id = o.practice_id
    QUALIFY row_number() OVER (PARTITION BY r.person_row ORDER BY
        r.registered_to IS NULL OR r.registered_to > p.extract_date DESC, r.registration_type = 'regular' DESC,
        {_BEGUN} DESC NULLS LAST, r.registered_to DESC NULLS FIRST, r.key) = 1
"""
_ADDRESS = f"""
    SELECT person_row, {", ".join(ADDRESS)} FROM live_address
    QUALIFY row_number() OVER (PARTITION BY person_row ORDER BY rank, day DESC NULLS LAST, key) = 1
"""
_CONTACT = """
    SELECT person_row, arg_max(mobile, turn) AS mobile, arg_max(sms_consent, turn) AS sms_consent FROM (
        SELECT *, row_number() OVER (PARTITION BY person_row ORDER BY day NULLS FIRST, key DESC) AS turn
        FROM live_contact)
    GROUP BY person_row
"""
_SETTLED = {"registration_now": _REGISTRATION, "address_now": _ADDRESS, "contact_now": _CONTACT}

JOINS = " ".join(f"LEFT JOIN {name} ON {name}.person_row = p.person_row" for name in _SETTLED)
COLUMNS = {
    # A registration or an address is taken whole or not at all.
    **{
        name: f"CASE WHEN registration_now.person_row IS NULL THEN p.{name} ELSE registration_now.{name} END"
        for name in ("registered_from", "registered_to", "registration_type")
    },
    **{name: f"CASE WHEN address_now.person_row IS NULL THEN p.{name} ELSE address_now.{name} END" for name in ADDRESS},
    **{name: f"coalesce(contact_now.{name}, p.{name})" for name in ("mobile", "sms_consent")},
}


def settle_details(con: duckdb.DuckDBPyConnection) -> None:
    """Create tables with one row per person, for `JOINS` to a patient `p`, whose columns are then `COLUMNS`.

    Needs the tables `practice` and `practice_of`.
    """
    for name, select in _SETTLED.items():
        con.execute(f"CREATE TEMP TABLE {name} AS {select}")
