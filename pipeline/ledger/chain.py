"""The hash chain: each row's SHA-256 covers the row and the hash before it."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from collections.abc import Sequence
from datetime import date

Value = str | int | None

LAYOUT = "casefinder ledger 1"  # of the hashed bytes
COLUMNS = (
    "seq", "day", "kind", "study", "subject", "state", "reason", "detail", "who", "run", "about", "body", "commitment",
    "previous",
)  # fmt: skip
_INSERT = "INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def digest(row: Sequence[Value]) -> str:
    """The hash of a row whose values are in the order of `COLUMNS`. In JSON text, numbers and null stay different."""
    return hashlib.sha256(_bytes([LAYOUT, *row])).hexdigest()


def commit_to(salt: str, *values: Value) -> str:
    """Without the salt this says nothing about the values. With it, no other values give the same commitment."""
    return hmac.digest(salt.encode(), _bytes(values), "sha256").hex()


def new_salt() -> str:
    """As long as the hash, so that no one can try every salt."""
    return secrets.token_hex(32)


def _bytes(values: Sequence[Value]) -> bytes:
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()


def write_body(body: object) -> str:
    """JSON text. The same content always gives the same text."""
    return json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


class Chain:
    """The end of the chain while a transaction adds to it. Only `pipeline.ledger.open.writing` makes one."""

    def __init__(self, con: sqlite3.Connection, key: bytes) -> None:
        self.con, self.key = con, key
        self.seq, self.hash = read_end(con)

    def append(
        self,
        kind: str,
        day: date,
        *,
        study: str | None = None,
        subject: int | None = None,
        state: str | None = None,
        reason: str | None = None,
        detail: str | None = None,
        who: str | None = None,
        run: int | None = None,
        about: int | None = None,
        body: str | None = None,
        commitment: str | None = None,
        opens: bool = False,
    ) -> int:
        """Add a row and return its number. `opens`: the row starts a new subject, who takes the row's number."""
        seq = self.seq + 1
        subject = seq if opens else subject
        row = (
            seq, day.isoformat(), kind, study, subject, state, reason, detail, who, run, about, body, commitment,
            self.hash,
        )  # fmt: skip
        self.seq, self.hash = seq, digest(row)
        self.con.execute(_INSERT, (*row, self.hash))
        return seq


def read_end(con: sqlite3.Connection) -> tuple[int, str]:
    """The number and hash of the last row; 0 and nothing if there are no rows."""
    found = con.execute("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1").fetchone()
    return (found[0], found[1]) if found else (0, "")
