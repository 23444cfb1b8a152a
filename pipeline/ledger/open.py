"""Opens a ledger and lets one transaction at a time add to it. Readers never wait and never hold anyone up."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.errors import CasefinderError, LedgerError, LockedError, OutputError
from pipeline.files.lock import process_lock
from pipeline.files.private import private_folder
from pipeline.ledger.chain import Chain, write_body
from pipeline.ledger.head import Head, check_head, new_head
from pipeline.ledger.key import draw_key, keep_key, key_check, key_file, take_key
from pipeline.ledger.lost import is_blank, refuse_blank, refuse_lost
from pipeline.ledger.migrate import migrate, migrations, read_schema, read_version, refuse_newer

WAIT_MS = 30_000  # for another writer. The longest transaction, a night of a large network, takes seconds
_PRAGMAS = (
    f"busy_timeout = {WAIT_MS}",
    "foreign_keys = ON",
    "synchronous = FULL",  # in WAL mode, anything less may lose committed rows in a power cut
    "secure_delete = ON",
    "temp_store = MEMORY",  # no patient data in the system's temporary folder
    "recursive_triggers = ON",  # otherwise REPLACE would delete rows without firing the triggers
    "trusted_schema = OFF",
)
_SETUP_LOCK = ".setup.lock"


@dataclass(frozen=True)
class Ledger:
    """An open ledger. Each thread and process opens its own."""

    path: Path
    con: sqlite3.Connection = field(repr=False)
    key: bytes = field(repr=False)


@contextmanager
def open_ledger(path: Path, today: date, key: Path | None = None) -> Iterator[Ledger]:
    """Opens a ledger, making it if there is none and upgrading it if it is of an earlier version.

    `key`: the file of its key, if that is not beside the ledger. Raises CasefinderError.
    """
    path = path.resolve()
    private_folder(path.parent)
    with spoken(path):
        con, secret = _connect_whole(path, today, key)
        try:
            check_key(con, secret)
            con.execute("CREATE TEMP TABLE wanted (subject INTEGER PRIMARY KEY)")
            yield Ledger(path, con, secret)
        finally:
            con.close()


@contextmanager
def open_existing(path: Path, today: date, key: Path | None = None) -> Iterator[Ledger]:
    """As `open_ledger`, but raises LedgerError if there is no ledger."""
    refuse_blank(path)
    with open_ledger(path, today, key) as ledger:
        yield ledger


def connect(path: Path) -> sqlite3.Connection:
    """A connection on which we begin transactions ourselves."""
    con = sqlite3.connect(path, isolation_level=None)
    for pragma in _PRAGMAS:
        con.execute(f"PRAGMA {pragma}")
    return con


def _connect_whole(path: Path, today: date, key: Path | None) -> tuple[sqlite3.Connection, bytes]:
    if not is_blank(path) and (key or key_file(path).exists()):
        con = connect(path)
        if read_version(con) == len(migrations()):
            return con, take_key(path, key)
        con.close()
    with process_lock(path.with_name(path.name + _SETUP_LOCK)):
        if is_blank(path):
            refuse_lost(path)
            if not key:
                draw_key(path)
        secret = take_key(path, key)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        con = connect(path)
        try:
            _set_up(con, path, today, secret)
            check_key(con, secret)
            keep_key(path)
        except BaseException:
            con.close()
            raise
    return con, secret


def _set_up(con: sqlite3.Connection, path: Path, today: date, key: bytes) -> None:
    version = read_version(con)
    if version == len(migrations()):
        return
    refuse_newer(version)
    if version == 0:
        _refuse_another(con, path)
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("BEGIN IMMEDIATE")
    try:
        migrate(con)
        chain = Chain(con, key)
        first = {"key_check": key_check(key), "purges_are_sealed": True}
        kind, body = ("schema", {}) if version else ("opened", first)
        chain.append(kind, today, body=write_body({"schema": read_version(con), **body}))
        commit(chain, path)
    finally:
        if con.in_transaction:
            con.execute("ROLLBACK")


def _refuse_another(con: sqlite3.Connection, path: Path) -> None:
    if read_schema(con):
        raise LedgerError(f"{path} is another program's database, not a ledger. Nothing was changed. Check the path.")
    refuse_lost(path)


def check_key(con: sqlite3.Connection, key: bytes) -> None:
    """With the wrong key no marks would be found, and people who said no could be written to. Raises LedgerError."""
    sql = "SELECT json_extract(body, '$.key_check') FROM chain WHERE seq = 1"
    found = con.execute(sql).fetchone()
    if not found or found[0] != key_check(key):
        raise LedgerError(
            "This is not the key that this ledger was created with. Nothing was changed. Give the right key."
        )


@contextmanager
def writing(ledger: Ledger) -> Iterator[Chain]:
    """One transaction: either all of it is recorded or none. Keep it short. Raises LockedError after 30 seconds."""
    con = ledger.con
    with spoken(ledger.path):
        con.execute("BEGIN IMMEDIATE")
        try:
            check_head(con, ledger.path)
            chain = Chain(con, ledger.key)
            begun = chain.seq
            yield chain
            commit(chain, ledger.path, is_new=chain.seq > begun)
        finally:
            if con.in_transaction:
                con.execute("ROLLBACK")


def commit(chain: Chain, ledger: Path, is_new: bool = True) -> None:
    """The transaction and its head: both or neither. Raises OutputError."""
    with new_head(ledger, Head(chain.seq, chain.hash)) if is_new else nullcontext():
        chain.con.execute("COMMIT")


@contextmanager
def spoken(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into sentences that name the ledger and nothing in it."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_words(path, error_name(error)) from None
    except OSError as error:
        raise OutputError(f"The ledger {path} cannot be written: {error.strerror}.") from None


def error_name(error: sqlite3.Error) -> str:
    """SQLite's name for the error, without its message; empty if Python raised it."""
    return str(getattr(error, "sqlite_errorname", ""))


def _in_words(path: Path, name: str) -> CasefinderError:
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LockedError(f"Another program is writing to the ledger {path}. Nothing was recorded. Try again.")
    if name.startswith("SQLITE_FULL"):
        return OutputError(
            f"The disk that holds the ledger {path} is full. Nothing was recorded. Make room and try again."
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_IOERR")):
        return OutputError(f"The ledger {path} cannot be written. Check who owns it and that it is on a local disk.")
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return LedgerError(f"{path} is not a ledger, or is damaged. Run 'casefinder ledger verify', or restore a copy.")
    return LedgerError(f"The ledger {path} could not record this ({name or 'SQLite error'}). Nothing was recorded.")
