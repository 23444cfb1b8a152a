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

LAYOUT = "casefinder ledger 1"  # of the bytes that are hashed
COLUMNS = (
    "seq", "day", "kind", "study", "subject", "state", "reason", "detail", "who", "run", "about", "body", "commitment",
    "previous",
)  # fmt: skip
_INSERT = "INSERT INTO chain VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def digest(row: Sequence[Value]) -> str:
    """The hash of a row, its values in the order of `COLUMNS`. JSON keeps text, numbers and nothing apart."""
    return hashlib.sha256(_bytes([LAYOUT, *row])).hexdigest()


def commit_to(salt: str, *values: Value) -> str:
    """Says nothing about the values to whoever has not the salt, and holds only for them to whoever has."""
    return hmac.digest(salt.encode(), _bytes(values), "sha256").hex()


def new_salt() -> str:
    """As long as the hash, so that nobody can try all salts."""
    return secrets.token_hex(32)


def _bytes(values: Sequence[Value]) -> bytes:
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode()


def write_body(body: object) -> str:
    """JSON that is the same for the same content."""
    return json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


class Chain:
    """The end of the chain while one transaction adds to it. Made by `pipeline.ledger.open.writing` only."""

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
        """Add a row; returns its number. `opens`: the row is a new subject's, whose number is the row's own."""
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
    """The last row's number and hash."""
    found = con.execute("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1").fetchone()
    return (found[0], found[1]) if found else (0, "")
