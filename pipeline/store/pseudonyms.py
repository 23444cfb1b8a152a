"""A store for a network: identities are removed before anything is kept.

Keyed hashes (HMAC-SHA-256, RFC 2104) replace NHS numbers and the supplier's patient keys. They are the same for the
same person under the same key. Names, addresses, contacts, local numbers and staff are left out, and a date of birth
is known to the month. The supplier's keys of single rows stay, because later deliveries could not be applied without
them.
"""

from __future__ import annotations

import hmac
import stat
import uuid
from collections.abc import Callable
from pathlib import Path

import duckdb

from pipeline.codes.nhs_number import is_valid_number
from pipeline.errors import StoreError
from pipeline.extracts.delivery_tables import NEW_TABLES, empty_select
from pipeline.extracts.gaps import Gap, Topic
from pipeline.tables import INVALID_PSEUDONYM, VALID_PSEUDONYM

SHORTEST_KEY = 32  # bytes: as long as the hash; RFC 2104 advises against less
GAPS = (
    Gap(Topic.BIRTH_DAY, "A pseudonymised store keeps only the month of a date of birth."),
    Gap(Topic.NAME, "A pseudonymised store does not keep names or the practice's own patient numbers."),
    Gap(Topic.CONTACT, "A pseudonymised store does not keep addresses, telephone numbers or the usual GP."),
)
_CHECKED = b"casefinder store key check"
_OWNED = ("registration", "encounter", "course", "event", "prescription")
_LEFT_OUT = ("new_staff", "new_address", "new_contact")
_KEPT = {
    "org", "key", "deleted", "date_of_death", "registered_from", "registered_to", "registration_type", "sex", "is_test",
    "is_restricted", "institution",
}  # fmt: skip
_MADE = {
    "key": "k.pseudonym",
    "patient_id": "CAST(k.pseudonym AS VARCHAR)",
    "nhs_number": "n.pseudonym",
    "date_of_birth": "CAST(date_diff('day', DATE '0001-01-01', date_trunc('month', DATE '0001-01-01' + "
    "CAST(g.date_of_birth - 1 AS INTEGER))) + 1 AS INTEGER)",
    "birth_precision": "CASE g.birth_precision WHEN 'day' THEN 'month' ELSE g.birth_precision END",
}


def read_key(path: Path) -> bytes:
    """The key in a file. Raises StoreError if it cannot be a key, or if others may read it."""
    try:
        key, mode = path.read_bytes().strip(), path.stat().st_mode
    except OSError as error:
        raise StoreError(f"The key file {path} cannot be read: {error.strerror}.") from None
    if len(key) < SHORTEST_KEY:
        raise StoreError(
            f"The key file {path} has {len(key)} bytes. A key needs at least {SHORTEST_KEY}, chosen at random. "
            "One way to make one: openssl rand -hex 32 > FILE"
        )
    if mode & (stat.S_IRWXG | stat.S_IRWXO) and path.drive == "":  # Windows has no such modes
        raise StoreError(f"Other people can read the key file {path}. Make it readable only by you: chmod 600 {path}")
    return key


def key_check(key: bytes) -> str:
    """What a store keeps of its key: it shows that another key is wrong, but does not give the key away."""
    return hmac.digest(key, _CHECKED, "sha256").hex()[:16]


def pseudonymise(con: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Replace the identifiers in the views of a delivery with pseudonyms."""
    for table in ("patient", "departure", *_OWNED):
        con.execute(f"ALTER VIEW new_{table} RENAME TO given_{table}")
    keys = (
        "SELECT key FROM given_patient UNION SELECT key FROM given_departure "
        f"UNION {' UNION '.join(f'SELECT patient FROM given_{table}' for table in _OWNED)}"
    )
    _map(con, "key_pseudonym", keys, "UUID", lambda given: _uuid(key, given))
    numbers = "SELECT DISTINCT nhs_number FROM given_patient"
    _map(con, "number_pseudonym", numbers, "VARCHAR", lambda given: _number(key, given))
    _replace_views(con)


def _map(con: duckdb.DuckDBPyConnection, table: str, select: str, kind: str, make: Callable[[str], str]) -> None:
    """Create a table (given, pseudonym) of everything a SELECT gives except NULL."""
    given = [str(row[0]) for row in con.execute(select).fetchall() if row[0] is not None]
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} (given {kind}, pseudonym {kind})")
    con.execute(f"INSERT INTO {table} SELECT unnest(?), unnest(?)", [given, [make(each) for each in given]])


def _uuid(key: bytes, given: str) -> str:
    return str(uuid.UUID(bytes=hmac.digest(key, b"patient " + given.encode(), "sha256")[:16]))


def _number(key: bytes, given: str) -> str:
    """The pseudonym says whether the number is valid, because only a valid one shows who is one person."""
    form = VALID_PSEUDONYM if is_valid_number(given) else INVALID_PSEUDONYM
    return form + hmac.digest(key, b"nhs number " + given.encode(), "sha256").hex()


def _replace_views(con: duckdb.DuckDBPyConnection) -> None:
    patient = ", ".join(f"{_patient_column(name)} AS {name}" for name in NEW_TABLES["new_patient"])
    join = "JOIN key_pseudonym k ON k.given = g"
    con.execute(
        f"CREATE TEMP VIEW new_patient AS SELECT {patient} FROM given_patient g {join}.key "
        "LEFT JOIN number_pseudonym n ON n.given = g.nhs_number"
    )
    con.execute(
        f"CREATE TEMP VIEW new_departure AS SELECT g.* REPLACE (k.pseudonym AS key) FROM given_departure g {join}.key"
    )
    for table in _OWNED:
        con.execute(
            f"CREATE TEMP VIEW new_{table} AS SELECT g.* REPLACE (k.pseudonym AS patient) FROM given_{table} g "
            f"LEFT {join}.patient"
        )
    for view in _LEFT_OUT:
        con.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS {empty_select(NEW_TABLES[view])}")


def _patient_column(name: str) -> str:
    """A column that is not named above is not kept."""
    return _MADE.get(name) or (f"g.{name}" if name in _KEPT else f"CAST(NULL AS {NEW_TABLES['new_patient'][name]})")
