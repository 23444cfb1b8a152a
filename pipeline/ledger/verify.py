"""Works out the whole chain again and compares it with the ledger and with the head outside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import AuditError, LockedError, StoreError
from pipeline.ledger.chain import COLUMNS, commit_to, digest, read_end
from pipeline.ledger.erasures import erased_by_hand
from pipeline.ledger.head import Head, compare_head, head_file, read_head
from pipeline.ledger.key import take_key
from pipeline.ledger.lost import refuse_blank
from pipeline.ledger.migrate import expected_schema, read_schema, read_version, refuse_newer
from pipeline.ledger.open import check_key
from pipeline.ledger.read_only import DAMAGED, has_log, reading
from pipeline.ledger.work import unfounded_work

_MOST = 10  # findings reported; the rest often follow from the first
_CHAIN = f"SELECT {', '.join(COLUMNS)}, hash FROM chain ORDER BY seq"  # noqa: S608  our own column names


@dataclass(frozen=True)
class Verified:
    """A chain that verifies. `newer`: rows after the head outside, because the process was stopped before writing it.

    `backdated`: rows dated before an earlier row. Days are recorded as they were given.
    """

    head: Head
    newer: int
    erased: int
    backdated: int


def verify_ledger(path: Path, printed: Head | None = None, key: Path | None = None) -> Verified:
    """Raises AuditError saying what is wrong. `printed`: a head kept where no one here could overwrite it.

    `key`: the file of the ledger's key, if that is not beside it. Without a key the seals of purges are not checked.
    """
    refuse_blank(path)
    head = read_head(path)  # before the snapshot: another program may write a newer one at any time
    with reading(path) as con:
        try:
            return _verify(con, path, head, printed, key)
        except AuditError:
            if con.execute("PRAGMA query_only").fetchone()[0] and has_log(path):
                raise LockedError(f"Another program is writing to the ledger {path}. Try again.") from None
            raise


def _verify(con: sqlite3.Connection, path: Path, head: Head | None, printed: Head | None, key: Path | None) -> Verified:
    found = list(_findings(con, path, key, head, printed))
    if found:
        more = [f"And {len(found) - _MOST:,} more."] if len(found) > _MOST else []
        raise AuditError("\n".join([f"The ledger {path} does not verify.", *found[:_MOST], *more]))
    last = Head(*read_end(con))
    erased = con.execute("SELECT COUNT(*) FROM chain WHERE kind = 'erased'").fetchone()[0]
    return Verified(last, last.seq - (head.seq if head else 0), erased, _backdated(con))


def _findings(
    con: sqlite3.Connection, path: Path, key: Path | None, head: Head | None, printed: Head | None
) -> Iterator[str]:
    if [row[0] for row in con.execute("PRAGMA integrity_check")] != ["ok"]:
        yield DAMAGED
        return
    version = read_version(con)
    refuse_newer(version)
    if version == 0:
        yield "It is empty, or is not a ledger."
        return
    if read_schema(con) != expected_schema(version):
        yield "Its tables, views or triggers are not those of a ledger: its safeguards were changed."
        return
    broken = list(_broken_rows(con))
    yield from broken
    yield from _broken_commitments(con, "subject")
    yield from _broken_commitments(con, "identity")
    yield from _orphans(con)
    yield from unfounded_work(con)
    if not broken:
        yield from erased_by_hand(con, _read_key(con, path, key))
    if head is None:
        yield f"There is no head file ({head_file(path)}), so there is no way to tell whether the end was cut off."
    for outside in (head, printed):
        if outside and (amiss := compare_head(con, outside)):
            yield amiss


def _read_key(con: sqlite3.Connection, path: Path, given: Path | None) -> bytes | None:
    """None if there is no key that can be read here. Raises LedgerError if it is another ledger's."""
    try:
        key = take_key(path, given)
    except StoreError:
        if given:
            raise
        return None
    check_key(con, key)
    return key


def _broken_rows(con: sqlite3.Connection) -> Iterator[str]:
    previous, expected = "", 1
    for *row, found in con.execute(_CHAIN):
        if row[0] != expected:
            yield f"Row {expected} is missing."
        elif row[-1] != previous:
            yield f"Row {row[0]} does not follow the row before it."
        if digest(row) != found:
            yield f"Row {row[0]} has been changed since it was recorded."
        previous, expected = found, row[0] + 1
    if expected == 1:
        yield "It is empty."


_TABLES = {
    "subject": "SELECT s.seq, s.salt, c.commitment, study, study_code FROM subject s LEFT JOIN "
    "(SELECT seq, commitment FROM chain WHERE kind = 'subject') c ON c.seq = s.seq ORDER BY 1",
    "identity": "SELECT i.seq, i.salt, c.commitment, subject, practice_id, patient_id, nhs_number, date_of_birth "
    "FROM identity i LEFT JOIN (SELECT seq, commitment FROM chain WHERE kind = 'identity') c "
    "ON c.seq = i.seq ORDER BY 1",
}


def _broken_commitments(con: sqlite3.Connection, table: str) -> Iterator[str]:
    for seq, salt, commitment, *values in con.execute(_TABLES[table]):
        if commit_to(salt, *values) != commitment:
            yield f"The personal details of row {seq} have been changed since they were recorded."


_ERASED = "SELECT about FROM chain WHERE kind = 'erased'"
_KEPT = "SELECT seq FROM subject UNION ALL SELECT seq FROM identity"


def _orphans(con: sqlite3.Connection) -> Iterator[str]:
    """An identity may be missing only if a purge says so, and must be missing if it does."""
    committed = {row[0] for row in con.execute("SELECT seq FROM chain WHERE kind IN ('subject', 'identity')")}
    erased = {row[0] for row in con.execute(_ERASED)}
    kept = {row[0] for row in con.execute(_KEPT)}
    yield from (
        f"The personal details of row {seq} have been removed, and no purge says so."
        for seq in sorted(committed - erased - kept)
    )
    yield from (
        f"The personal details of row {seq} are back, although they were erased." for seq in sorted(erased & kept)
    )


def _backdated(con: sqlite3.Connection) -> int:
    sql = """
        SELECT COUNT(*) FROM (
            SELECT day, MAX(day) OVER (ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS newest
            FROM chain
        ) WHERE day < newest
    """
    return int(con.execute(sql).fetchone()[0])
