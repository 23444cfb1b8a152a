"""Opens a ledger to read it, also where nothing can be written: a full disk, a read-only one, or without the right to.

SQLite needs to write a small file next to a ledger to read it. If it cannot and the ledger's log is empty, all of the
ledger is in its one file, which can then be read by itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import AuditError, CasefinderError, LockedError, OutputError
from pipeline.ledger.open import connect, error_name

DAMAGED = "The file is damaged: SQLite cannot read it. Restore a copy."
_THE_DISK = (
    "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_FULL", "SQLITE_PERM", "SQLITE_IOERR", "SQLITE_NOMEM", "SQLITE_AUTH",
)  # fmt: skip
_DAMAGE = ("SQLITE_IOERR_CORRUPTFS", "SQLITE_IOERR_SHORT_READ")


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """One snapshot of the ledger, even if another program writes meanwhile. Raises CasefinderError."""
    try:
        con = _begin(path)
        try:
            yield con
        finally:
            con.close()
    except sqlite3.DatabaseError as error:
        raise _in_words(path, error_name(error)) from None
    except OSError as error:
        raise _unreadable(path, error.strerror or "") from None


def _begin(path: Path) -> sqlite3.Connection:
    try:
        return _read_first(connect(path))
    except sqlite3.OperationalError as error:
        if not _is_the_disk(error_name(error)):
            raise
    if has_log(path):
        raise _unreadable(path, "the newest entries are still in its log, which can only be read by writing next to it")
    con = sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True, isolation_level=None)
    con.execute("PRAGMA query_only = ON")
    return _read_first(con)


def _read_first(con: sqlite3.Connection) -> sqlite3.Connection:
    try:
        con.execute("BEGIN")
        con.execute("SELECT COUNT(*) FROM sqlite_schema")
    except BaseException:
        con.close()
        raise
    return con


def has_log(path: Path) -> bool:
    """Whether some of the ledger may be in its log, as while a program has it open."""
    log = path.resolve().with_name(f"{path.resolve().name}-wal")
    return log.exists() and log.stat().st_size > 0


def _is_the_disk(name: str) -> bool:
    return name.startswith(_THE_DISK) and name not in _DAMAGE


def _in_words(path: Path, name: str) -> CasefinderError:
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LockedError(f"Another program is using the ledger {path}. Try again.")
    if _is_the_disk(name):
        return _unreadable(path, name)
    return AuditError(f"The ledger {path} does not verify. {DAMAGED}")


def _unreadable(path: Path, why: str) -> OutputError:
    return OutputError(
        f"The ledger {path} cannot be read here ({why}). This does not mean that it was altered. Make room on the "
        "disk, or copy the ledger and the files next to it to a disk where this account may write, and verify the copy."
    )
