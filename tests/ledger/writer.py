"""A program that writes to a ledger and says what it has recorded, for tests that crowd or kill it.

python -m tests.ledger.writer LEDGER NAME ROUNDS [KILL_AT]: each round a refusal of somebody new and, every fourth, a
night of a study of its own. After each it prints what was recorded. With KILL_AT it kills itself at that call to the
database or the disk; with 0 it says how many there were.
"""

from __future__ import annotations

import atexit
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.ledger import open as opening
from pipeline.ledger.letters import refuse_unlisted
from pipeline.ledger.open import Ledger, open_ledger
from pipeline.ledger.record_run import Run, record_run
from pipeline.ledger.registration import Outcome, Registration

DAY = date(2026, 11, 2)
NIGHT = 20  # people


def main() -> None:
    path, name, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if len(sys.argv) > 4:
        die_at(int(sys.argv[4]))
    with open_ledger(path, DAY) as ledger:
        for number in range(rounds):
            began = time.monotonic()
            said = night(ledger, name, number) if number % 4 == 3 else refuse(ledger, name, number)
            print(f"{said} {time.monotonic() - began:.3f}", flush=True)  # noqa: T201


def refuse(ledger: Ledger, name: str, number: int) -> str:
    study = f"{name}-{number}"
    refuse_unlisted(ledger, Registration(name, str(number), None, None), study, "study", DAY)
    return f"mark {study}"


def night(ledger: Ledger, name: str, number: int) -> str:
    study = f"{name}-{number}"
    people = [Outcome(name, str(person), None, None, "for_review") for person in range(NIGHT)]
    record_run(ledger, Run(study, "rule", 1, "f" * 64, DAY, {name: DAY}), people, DAY)
    return f"counted {study}"


def die_at(at: int) -> None:
    """Counts every statement SQLite runs, and every flush and renaming of ours."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*words: Any, **more: Any) -> Any:
            count()
            return function(*words, **more)

        return call

    for call in ("fsync", "replace", "unlink"):
        setattr(os, call, counted(getattr(os, call)))
    connect = opening.connect

    def watched(path: Path) -> sqlite3.Connection:
        con = connect(path)
        con.set_trace_callback(count)
        return con

    opening.connect = watched
    atexit.register(lambda: print("calls", calls, file=sys.stderr))  # noqa: T201


if __name__ == "__main__":
    main()
