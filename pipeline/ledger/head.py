"""The chain's head, kept outside the ledger. Without it, a missing tail or an older copy would not be noticed.

The head of every transaction is written to a file beside the ledger. It may be one transaction behind, if the process
was stopped in between, but is never ahead.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline.errors import AuditError, LedgerError, OutputError
from pipeline.files.lock import process_lock
from pipeline.files.private import create_private, flush_folder
from pipeline.ledger.chain import read_end

ENDING = ".head"
_LOCK = ".head.lock"
_READY = ".head.next"  # until the transaction that it belongs to is committed


@dataclass(frozen=True)
class Head:
    """The last row's number and hash."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def parse_head(text: str) -> Head:
    """Reads a head as `casefinder ledger head` prints it. Raises LedgerError."""
    number, _, found = text.strip().partition(":")
    if not number.isdecimal() or len(found) != 64:
        raise LedgerError(
            "A head is a row number, a colon and 64 letters and digits. Copy it as 'casefinder ledger head' printed it."
        )
    return Head(int(number), found)


def head_file(ledger: Path) -> Path:
    """The file that holds the head."""
    return ledger.with_name(ledger.name + ENDING)


def read_head(ledger: Path) -> Head | None:
    """The head outside the ledger, or None if there is none.

    Raises AuditError if the file does not hold one, and OutputError if it cannot be read.
    """
    try:
        found = json.loads(head_file(ledger).read_text(encoding="utf-8"))
        return Head(int(found["seq"]), str(found["hash"]))
    except FileNotFoundError:
        return None
    except (IsADirectoryError, ValueError, KeyError, TypeError):
        raise AuditError(f"The head file beside the ledger, {head_file(ledger)}, cannot be read.") from None
    except OSError as error:
        raise OutputError(
            f"The head file beside the ledger, {head_file(ledger)}, cannot be read: {error.strerror}. That is not "
            "damage: check who owns it."
        ) from None


@contextmanager
def new_head(ledger: Path, head: Head) -> Iterator[None]:
    """Around the block that commits a transaction: its head is on the disk before, and gets its name after.

    So a transaction whose head cannot be written is not recorded. A lock keeps an older head from replacing a newer
    one. If only the name cannot be given, the head is one transaction behind until the next. Raises OutputError.
    """
    ready = ledger.with_name(ledger.name + _READY)
    try:
        with process_lock(ledger.with_name(ledger.name + _LOCK)):
            with create_private(ready) as file:
                file.write(json.dumps(asdict(head)).encode())
            yield
            with suppress(OSError, OutputError):
                ready.replace(head_file(ledger))
                flush_folder(ledger.parent)
    except (OSError, NotImplementedError, OutputError):
        raise OutputError(
            f"The new head could not be written next to the ledger, to {ready}. Nothing was recorded. Make room on the "
            "disk, check that this account may write there, and try again."
        ) from None


def compare_head(con: sqlite3.Connection, head: Head) -> str:
    """What is wrong if the ledger does not hold this head; empty if it does."""
    found = con.execute("SELECT hash FROM chain WHERE seq = ?", [head.seq]).fetchone()
    last, _ = read_end(con)
    if found is None:
        return f"The ledger ends at row {last}, but its head was row {head.seq}: it was cut short, or is an older copy."
    if found[0] != head.hash:
        return f"Row {head.seq} does not match the head kept outside: the ledger was rewritten, or is a different one."
    return ""


def check_head(con: sqlite3.Connection, ledger: Path) -> None:
    """Done before anything is added: adding to a cut ledger would write a new head and hide the loss.

    Raises AuditError.
    """
    head = read_head(ledger)
    if head is None and read_end(con)[0] <= 1:
        return  # stopped before its first head was written
    amiss = compare_head(con, head) if head else f"There is no head file beside the ledger ({head_file(ledger)})."
    if amiss:
        raise AuditError(
            f"{amiss} Nothing was recorded. Find out what happened. If you must carry on with this ledger, run "
            "'casefinder ledger head --accept', which is itself recorded."
        )
