"""A ledger that is missing or empty is not a new one while anything of an earlier one is there.

A new ledger would know nothing of who was written to or said no, and would list them all again.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.errors import LedgerError, OutputError
from pipeline.ledger.head import head_file
from pipeline.ledger.key import key_file


def is_blank(ledger: Path) -> bool:
    """Whether there is nothing where the ledger should be. Raises OutputError if that cannot be found out."""
    try:
        return ledger.stat().st_size == 0
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        raise OutputError(f"The ledger {ledger} cannot be reached: {error.strerror}. Check who owns it.") from None


def refuse_lost(ledger: Path) -> None:
    """Done before a ledger is made. Raises LedgerError if its head or its key shows that there was one."""
    left = [each.name for each in (head_file(ledger), key_file(ledger)) if each.exists()]
    if left:
        raise lost(ledger, f"{' and '.join(left)} beside it")


def lost(ledger: Path, left: str) -> LedgerError:
    """`left`: what shows that there was a ledger."""
    return LedgerError(
        f"The ledger {ledger} is missing or empty, but there was one before: {left} shows it. Nothing was changed, and "
        "no new ledger was made, because it would list people again who were written to or said no.\n"
        "If the disk it is on is not connected, or the path is wrong, put that right.\n"
        "Otherwise put back the newest copy of the ledger, with its key and its head.\n"
        "If there is no copy, ask the person who looks after Casefinder. To begin again without it, first keep the "
        "run folders and these files somewhere else, and make sure that no one who was on a list is written to again."
    )


def refuse_blank(ledger: Path) -> None:
    """Raises LedgerError if there is no ledger to open."""
    if is_blank(ledger):
        refuse_lost(ledger)
        raise LedgerError(f"There is no ledger at {ledger}, or it is empty. Check the path.")


def refuse_lost_with_runs(ledger: Path, runs: Iterable[str]) -> None:
    """`runs`: the published runs that are there. Raises LedgerError."""
    names = sorted(runs)
    if names and is_blank(ledger):
        more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        raise lost(ledger, f"the published run {names[-1]}{more}")
