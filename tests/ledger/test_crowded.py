"""Several processes at one ledger: no row is lost, nobody waits long, and readers do not wait at all."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from pipeline.ledger.counts import count_states
from pipeline.ledger.open import open_ledger, writing
from pipeline.ledger.verify import verify_ledger
from tests.effort import longer, much
from tests.ledger.small import DAY, STUDY_NAME, night, said, small_ledger
from tests.ledger.writer import NIGHT

pytestmark = longer

ROUNDS = much(20, 200)
LONGEST_WAIT = 10.0  # seconds, on a machine busy with other tests


def start(ledger: Path, name: str, rounds: int, *more: object) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "tests.ledger.writer", str(ledger), name, str(rounds), *map(str, more)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def recorded(ledger: Path) -> set[str]:
    """What is in the chain, in the words of the writers."""
    con = sqlite3.connect(ledger)
    rows = con.execute("SELECT kind, study FROM chain WHERE kind IN ('mark', 'counted')").fetchall()
    con.close()
    return {f"{kind} {study}" for kind, study in rows}


def test_three_writers_and_a_reader(tmp_path: Path) -> None:
    """They begin together, so that the ledger is made by one of three at once."""
    path = tmp_path / "ledger.db"
    writers = [start(path, name, ROUNDS) for name in ("night", "page", "command")]
    while not path.with_name("ledger.db.head").exists():
        time.sleep(0.01)
    reads = 0
    while any(writer.poll() is None for writer in writers):
        assert verify_ledger(path).head.seq > 0
        reads += 1
    lines = []
    for writer in writers:
        out, wrong = writer.communicate(timeout=60)
        assert writer.returncode == 0, wrong
        lines += [line.rsplit(" ", 1) for line in out.splitlines()]
    assert len(lines) == 3 * ROUNDS
    assert {said for said, _ in lines} == recorded(path)
    assert max(float(seconds) for _, seconds in lines) < LONGEST_WAIT
    assert reads > 1
    assert verify_ledger(path).newer == 0
    with open_ledger(path, DAY) as ledger:
        assert count_states(ledger, "night-3") == {("for_review", None): NIGHT}


def test_a_reader_does_not_wait_for_a_writer_nor_see_half_of_what_it_does(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger, small_ledger(tmp_path) as page:
        night(ledger, said())
        page.con.execute("PRAGMA busy_timeout = 0")
        with writing(ledger) as chain:
            chain.append("state", DAY, study=STUDY_NAME, subject=3, state="approved")
            assert count_states(page, STUDY_NAME) == {("for_review", None): 1}
        assert count_states(page, STUDY_NAME) != {("for_review", None): 1}


def test_a_writer_does_not_wait_for_a_reader(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger, small_ledger(tmp_path) as page:
        night(ledger, said())
        page.con.execute("BEGIN")
        before = count_states(page, STUDY_NAME)
        ledger.con.execute("PRAGMA busy_timeout = 0")
        night(ledger, said("excluded", "cancer"))
        assert count_states(page, STUDY_NAME) == before  # what it began to read
        page.con.execute("COMMIT")
        assert count_states(page, STUDY_NAME) == {("excluded", "cancer"): 1}
