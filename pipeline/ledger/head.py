"""The chain's head, written outside the ledger: a tail that is cut, or an older copy put in its place, would not show.

The file beside the ledger is written after every transaction. It may be one transaction behind, if the process was
ended between the two, and is never ahead.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import AuditError, LedgerError, OutputError
from pipeline.files.lock import process_lock
from pipeline.files.private import create_private, flush_folder
from pipeline.ledger.chain import read_end

ENDING = ".head"
_LOCK = ".head.lock"


@dataclass(frozen=True)
class Head:
    """The last row's number and hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def parse_head(text: str) -> Head:
    """From the form that `casefinder ledger head` prints. Raises LedgerError."""
    number, _, found = text.strip().partition(":")
    if not number.isdecimal() or len(found) != 64:
        raise LedgerError("A head is a row's number, a colon and 64 letters and digits, as 'ledger head' prints it.")
    return Head(int(number), found)


def head_file(ledger: Path) -> Path:
    """Where the head lies."""
    return ledger.with_name(ledger.name + ENDING)


def read_head(ledger: Path) -> Head | None:
    """The head written outside, None where there is none. Raises AuditError for a file that is not one."""
    try:
        found = json.loads(head_file(ledger).read_text(encoding="utf-8"))
        return Head(int(found["seq"]), str(found["hash"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        raise AuditError(f"The head beside the ledger, {head_file(ledger)}, cannot be read.") from None


def write_head(con: sqlite3.Connection, ledger: Path) -> None:
    """Write what the ledger ends with now. Under a lock, or an older one could be written over a newer."""
    try:
        with process_lock(ledger.with_name(ledger.name + _LOCK)):
            with create_private(head_file(ledger)) as file:
                file.write(json.dumps(asdict(Head(*read_end(con)))).encode())
            flush_folder(ledger.parent)
    except (OSError, NotImplementedError, OutputError):
        raise OutputError(
            f"What was asked is recorded, but its head could not be written to {head_file(ledger)}. Make room, see "
            "that this account may write there, and do not record it again."
        ) from None


def compare_head(con: sqlite3.Connection, head: Head) -> str:
    """What is amiss if the ledger does not hold this head; nothing if it does."""
    found = con.execute("SELECT hash FROM chain WHERE seq = ?", [head.seq]).fetchone()
    last, _ = read_end(con)
    if found is None:
        return f"The ledger ends at row {last}, but its head was row {head.seq}: it was cut, or is an older copy."
    if found[0] != head.hash:
        return f"Row {head.seq} is not the row of the head written outside: the ledger was rewritten, or is another."
    return ""


def check_head(con: sqlite3.Connection, ledger: Path) -> None:
    """Before anything is added: to go on from a cut ledger would write a new head, and nobody would ever see.

    Raises AuditError.
    """
    head = read_head(ledger)
    if head is None and read_end(con)[0] <= 1:
        return  # ended before its first head was written
    amiss = compare_head(con, head) if head else f"There is no head beside the ledger ({head_file(ledger)})."
    if amiss:
        raise AuditError(
            f"{amiss} Nothing was recorded. Find out what happened to it; if this ledger must be gone on with, say so "
            "with 'casefinder ledger head --accept', which is itself recorded."
        )
