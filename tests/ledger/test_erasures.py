"""Only a purge erases who people were: rows written by hand to look like one are found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import AuditError, LedgerError
from pipeline.ledger.chain import COLUMNS, digest
from pipeline.ledger.erasures import refuse_erased_by_hand
from pipeline.ledger.key import key_file
from pipeline.ledger.purge import purge
from pipeline.ledger.verify import verify_ledger
from tests.ledger.small import DAY, STUDY_NAME, bring_to, night, said, small_ledger
from tests.ledger.test_open import first_version

Rows = tuple[dict[str, str], ...]


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    """One person erased by a purge, another written to."""
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(patient="9", number=None), study="Over")
        purge(ledger, "Over", None, DAY)
        bring_to(ledger, "mailed")
    return tmp_path / "ledger.db"


def erase_by_hand(path: Path, *before: dict[str, str]) -> None:
    """With SQLite alone: rows that the triggers let in, then the deletes. `before`: rows written first."""
    con = sqlite3.connect(path, isolation_level=None)
    (subject,) = con.execute("SELECT MIN(seq) FROM subject").fetchone()
    sql = "SELECT seq FROM identity WHERE subject = ? UNION SELECT ?"
    about = [row[0] for row in con.execute(sql, [subject, subject])]
    for values in (*before, *({"kind": "erased", "about": each} for each in about)):
        seq, previous = con.execute("SELECT seq, hash FROM chain ORDER BY seq DESC LIMIT 1").fetchone()
        row = {**dict.fromkeys(COLUMNS), "day": str(DAY), **values, "seq": seq + 1, "previous": previous}
        cells = [row[name] for name in COLUMNS]
        con.execute(f"INSERT INTO chain VALUES ({', '.join('?' * 15)})", [*cells, digest(cells)])
    con.execute("DELETE FROM identity WHERE subject = ?", [subject])
    con.execute("DELETE FROM subject WHERE seq = ?", [subject])
    con.close()


def old_purge(path: Path) -> str:
    con = sqlite3.connect(path)
    (body,) = con.execute("SELECT body FROM chain WHERE kind = 'purge'").fetchone()
    con.close()
    return str(body)


FORGED: dict[str, Callable[[Path], Rows]] = {
    "without a purge": lambda _: (),
    "an unsealed purge": lambda _: ({"kind": "purge", "study": STUDY_NAME, "body": '{"before":null,"people":1}'},),
    "a purge sealed by another": lambda path: ({"kind": "purge", "study": STUDY_NAME, "body": old_purge(path)},),
    "a purge and a mark": lambda path: (
        {"kind": "purge", "study": STUDY_NAME, "body": old_purge(path)},
        {"kind": "mark", "study": STUDY_NAME, "body": "0" * 64, "reason": "contacted"},
    ),
}


@pytest.mark.parametrize("forged", FORGED)
def test_erased_by_hand_is_found(ledger_file: Path, forged: str) -> None:
    erase_by_hand(ledger_file, *FORGED[forged](ledger_file))
    with pytest.raises(AuditError, match="erased, but not by a purge"):
        verify_ledger(ledger_file)
    with small_ledger(ledger_file.parent) as ledger, pytest.raises(AuditError, match="not by a purge"):
        refuse_erased_by_hand(ledger)


def test_more_erased_right_after_a_purge_is_found(ledger_file: Path) -> None:
    with small_ledger(ledger_file.parent) as ledger:
        night(ledger, said(patient="8", number=None), study="Third")
        purge(ledger, "Third", None, DAY)
    erase_by_hand(ledger_file)
    with pytest.raises(AuditError, match="not by a purge"):
        verify_ledger(ledger_file)


def test_every_purge_is_one(ledger_file: Path) -> None:
    """With merged people, people still open, marks, and nobody at all."""
    with small_ledger(ledger_file.parent) as ledger:
        night(ledger, said(patient="5", number=None), said(patient="6", number="9990000034"), study="Third")
        night(ledger, said(patient="5", number="9990000034"), said(patient="6", number="9990000034"), study="Third")
        purge(ledger, "Third", DAY, DAY)
        for study in ("Third", STUDY_NAME):
            purge(ledger, study, None, DAY)
    found = verify_ledger(ledger_file)
    assert found.erased > 4
    key_file(ledger_file).rename(ledger_file.with_name("elsewhere"))
    assert verify_ledger(ledger_file) == verify_ledger(ledger_file, None, ledger_file.with_name("elsewhere")) == found


def test_the_key_of_another_ledger_verifies_nothing(ledger_file: Path, tmp_path: Path) -> None:
    with small_ledger(tmp_path / "other") as other:
        pass
    with pytest.raises(LedgerError, match="not the key"):
        verify_ledger(ledger_file, None, key_file(other.path))


def test_purges_of_earlier_versions_need_no_seal(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    first_version(path)
    with small_ledger(tmp_path):
        pass
    erase_by_hand(path, {"kind": "purge", "study": STUDY_NAME, "body": '{"before":null,"people":1}'})
    assert verify_ledger(path).erased == 2
