"""Whether everyone who was erased was erased by a purge. Only a purge keeps the marks of people who must not be listed.

A purge's row comes first, then marks and lapses, then a row for each erasure. The purge's row is sealed with the
ledger's key and counts the erasures, so that no one without the key can write one.
"""

from __future__ import annotations

import hmac
import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from pipeline.errors import AuditError
from pipeline.ledger.chain import write_body
from pipeline.ledger.open import Ledger

_PURPOSE = b"casefinder purge "
_BETWEEN = ("mark", "state")  # rows of a purge that come before its erasures


def seal_purge(key: bytes, before: str, study: str, rows: Collection[int]) -> str:
    """`before`: the hash of the row before the purge's. `rows`: the numbers of the rows that it erases."""
    text = write_body([before, study, sorted(rows)])
    return hmac.digest(key, _PURPOSE + text.encode(), "sha256").hex()


def refuse_erased_by_hand(ledger: Ledger) -> None:
    """Raises AuditError: people who were written to or said no may be unknown to the ledger now."""
    found = list(erased_by_hand(ledger.con, ledger.key))
    if found:
        raise AuditError(
            f"{found[0]} Who was written to or said no may have been removed from the ledger, so nothing was searched. "
            "Run 'casefinder ledger verify', and put back a copy of the ledger from before this."
        )


def erased_by_hand(con: sqlite3.Connection, key: bytes | None) -> Iterator[str]:
    """A sentence for each group of erasures that no purge made. Seals are checked if there is a key to check with."""
    for first, rows in _groups(con):
        if not _is_by_purge(con, key, first, rows):
            yield f"From row {first} on, {len(rows):,} rows of personal details were erased, but not by a purge."


def _groups(con: sqlite3.Connection) -> Iterator[tuple[int, list[int]]]:
    """Erasures that follow each other, as (number of the first, what they erased)."""
    rows = con.execute("SELECT seq, about FROM chain WHERE kind = 'erased' ORDER BY seq").fetchall()
    starts = [0, *(place for place, (one, other) in enumerate(pairwise(rows), 1) if other[0] != one[0] + 1), len(rows)]
    yield from ((rows[at][0], [about for _, about in rows[at:end]]) for at, end in pairwise(starts) if end > at)


def _is_by_purge(con: sqlite3.Connection, key: bytes | None, first: int, rows: Sequence[int]) -> bool:
    at = first - 1
    while (found := _row(con, at)) and found[0] in _BETWEEN:
        at -= 1
    if not found or found[0] != "purge":
        return False
    _, study, body, before = found
    people = _subjects(con, study, rows)
    said = json.loads(body)
    if "seal" not in said:
        return not _must_be_sealed(con) and 0 < int(said["people"]) <= people
    return said["erased"] == len(rows) and (key is None or said["seal"] == seal_purge(key, before, study, rows))


def _row(con: sqlite3.Connection, seq: int) -> tuple[str, str, str, str] | None:
    found = con.execute("SELECT kind, study, body, previous FROM chain WHERE seq = ?", [seq]).fetchone()
    return found and (found[0], found[1], found[2], found[3])


def _subjects(con: sqlite3.Connection, study: str, rows: Sequence[int]) -> int:
    sql = """
        SELECT COUNT(*) FROM chain WHERE kind = 'subject' AND study = ?
        AND seq IN (SELECT value FROM json_each(?))
    """
    return int(con.execute(sql, [study, json.dumps(list(rows))]).fetchone()[0])


def _must_be_sealed(con: sqlite3.Connection) -> bool:
    """Ledgers of earlier versions have purges without a seal."""
    (body,) = con.execute("SELECT body FROM chain WHERE seq = 1").fetchone()
    return bool(json.loads(body).get("purges_are_sealed"))
