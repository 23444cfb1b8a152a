"""`casefinder ledger` as a user runs it."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from tests.functional.commands import casefinder
from tests.ledger.small import DAY, NUMBER, STUDY_NAME, bring_to, night, said, small_ledger


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "mailed")
        night(ledger, said(), said("excluded", "cancer", patient="2", number=None))
    return tmp_path / "ledger.db"


def test_verify_head_and_info(ledger_file: Path) -> None:
    head = casefinder("ledger", "head", ledger_file)
    verified = casefinder("ledger", "verify", ledger_file, "--head", head.stdout.strip())
    assert (head.returncode, verified.returncode) == (0, 0), verified.stderr
    info = casefinder("ledger", "info", ledger_file)
    assert info.stdout.splitlines() == [
        f"{STUDY_NAME}: 2 people (0 erased). Runs: 2",
        "  excluded (cancer): 1",
        "  mailed: 1",
    ]
    assert NUMBER not in info.stdout + head.stdout + verified.stdout


def test_a_changed_ledger_is_exit_code_15(ledger_file: Path) -> None:
    head = casefinder("ledger", "head", ledger_file).stdout.strip()
    con = sqlite3.connect(ledger_file)
    con.execute("DROP TRIGGER chain_is_never_changed")
    con.execute("UPDATE chain SET reason = 'other' WHERE state = 'excluded'")
    con.commit()
    con.close()
    found = casefinder("ledger", "verify", ledger_file)
    assert found.returncode == 15
    assert "does not verify" in found.stderr
    assert NUMBER not in found.stderr
    assert casefinder("ledger", "verify", ledger_file, "--head", head).returncode == 15
    assert casefinder("ledger", "head", ledger_file).returncode == 15


def test_an_altered_end_can_be_accepted_by_name_only(ledger_file: Path) -> None:
    ledger_file.with_name("ledger.db.head").unlink()
    assert casefinder("ledger", "verify", ledger_file).returncode == 15
    assert casefinder("ledger", "head", ledger_file, "--accept").returncode == 2
    assert casefinder("ledger", "head", ledger_file, "--accept", "--by", "manager").returncode == 0
    assert casefinder("ledger", "verify", ledger_file).returncode == 0


def test_a_purge_asks_first(ledger_file: Path) -> None:
    words = ("ledger", "purge", ledger_file, "--study", STUDY_NAME)
    assert casefinder(*words).returncode == 2
    assert casefinder(*words, "--before", DAY.isoformat(), "--ended").returncode == 2
    asked = casefinder(*words, "--ended")  # with nobody to answer
    assert asked.returncode != 0
    assert "2 people" in asked.stdout
    assert NUMBER.encode() in ledger_file.read_bytes()
    assert "0 people" in casefinder(*words, "--before", DAY.isoformat(), "--yes").stdout
    done = casefinder(*words, "--ended", "--yes", "--by", "manager")
    assert (done.returncode, "2 people" in done.stdout) == (0, True), done.stderr
    assert NUMBER.encode() not in ledger_file.read_bytes()
    assert casefinder("ledger", "verify", ledger_file).returncode == 0


@pytest.mark.parametrize("command", ["verify", "head", "info"])
def test_no_such_ledger_is_not_made(tmp_path: Path, command: str) -> None:
    found = casefinder("ledger", command, tmp_path / "none.db")
    assert (found.returncode, list(tmp_path.iterdir())) == (18, [])
    assert "no ledger" in found.stderr


def test_todays_rows_are_dated_today(ledger_file: Path) -> None:
    casefinder("ledger", "purge", ledger_file, "--study", STUDY_NAME, "--ended", "--yes")
    con = sqlite3.connect(ledger_file)
    days = con.execute("SELECT DISTINCT day FROM chain WHERE kind = 'purge'").fetchall()
    con.close()
    assert abs((date.fromisoformat(days[0][0]) - date.today()).days) <= 1
