"""A writer killed anywhere leaves a ledger that verifies and holds everything it said it had recorded."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path
from random import Random

import pytest

from pipeline.errors import AuditError
from pipeline.ledger.chain import read_end
from pipeline.ledger.listed import people_in
from pipeline.ledger.migrate import read_version
from pipeline.ledger.open import connect, open_ledger
from pipeline.ledger.verify import verify_ledger
from tests.effort import long, much, some
from tests.ledger.small import DAY, night, said, small_ledger
from tests.ledger.test_crowded import recorded, start
from tests.ledger.writer import NIGHT

pytestmark = long

ROUNDS = 4
KILLS = 8  # at calls spread over the run; in a long one, at every call
MOMENTS = much(4, 60)
CUTS = much(60, 400)


def assert_whole(path: Path, printed: str) -> None:
    """And another can go on with it."""
    if not path.exists():
        assert printed == ""
        return
    kept = {line.rsplit(" ", 1)[0] for line in printed.splitlines() if line.count(" ") == 2}
    if path.with_name("ledger.db.head").exists():
        assert verify_ledger(path).newer <= 4 * NIGHT + 2  # at most the last transaction
    with open_ledger(path, DAY) as ledger:
        assert kept <= recorded(path)
        night(ledger, said(patient="after", number=None), study="after")
        for study in sorted(name for name in kept if name.startswith("counted"))[-3:]:
            assert len(people_in(ledger, study.split()[1], "for_review")) == NIGHT
    assert verify_ledger(path).newer == 0


def test_killed_at_a_call(tmp_path: Path) -> None:
    whole = start(tmp_path / "whole" / "ledger.db", "one", ROUNDS, 0)
    calls = int(whole.communicate(timeout=120)[1].split()[-1])
    for at in (*some(range(1, calls), KILLS - 1), calls):
        path = tmp_path / str(at) / "ledger.db"
        writer = start(path, "one", ROUNDS, at)
        out, wrong = writer.communicate(timeout=120)
        assert writer.returncode == -signal.SIGKILL, wrong
        assert_whole(path, out)
        shutil.rmtree(tmp_path / str(at))


def test_killed_at_a_moment(tmp_path: Path) -> None:
    """Also inside SQLite's own writing, which no call of ours marks; again and again on one ledger."""
    path = tmp_path / "ledger.db"
    random, kept = Random(7), ""
    for number in range(MOMENTS):
        writer = start(path, f"writer{number}", 10_000)
        assert writer.stdout
        first = writer.stdout.readline()
        time.sleep(random.uniform(0, 0.2))
        writer.kill()
        rest, _ = writer.communicate(timeout=60)
        kept += first + rest
        assert_whole(path, kept)


def test_a_log_cut_anywhere_loses_whole_transactions_from_its_end_and_verify_says_so(tmp_path: Path) -> None:
    """What a disk that lies about flushing leaves. Never half a transaction, and never unseen."""
    with small_ledger(tmp_path / "kept") as ledger:
        ends = {read_end(ledger.con)}
        for number in range(4):
            night(ledger, said(patient=str(number), number=None))
            ends.add(read_end(ledger.con))
        shutil.copytree(tmp_path / "kept", tmp_path / "open")  # closing it would empty its log
    log = (tmp_path / "open" / "ledger.db-wal").read_bytes()
    found = set()
    for at in range(0, len(log), max(1, len(log) // CUTS)):
        path = shutil.copytree(tmp_path / "open", tmp_path / str(at)) / "ledger.db"
        path.with_name("ledger.db-shm").unlink()
        path.with_name("ledger.db-wal").write_bytes(log[:at])
        with pytest.raises(AuditError):
            verify_ledger(path)
        con = connect(path)
        if read_version(con):
            found.add(read_end(con))
        con.close()
    assert found < ends
    assert len(found) == len(ends) - 1
