"""Whatever is changed behind the ledger's back is found: triggers refuse, and verify sees what got past them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

import pytest

from pipeline.errors import AuditError, LedgerError
from pipeline.ledger.accept import accept_head
from pipeline.ledger.chain import COLUMNS, digest
from pipeline.ledger.head import head_file, parse_head
from pipeline.ledger.letters import record_refusal
from pipeline.ledger.open import open_ledger
from pipeline.ledger.purge import purge
from pipeline.ledger.review import decide
from pipeline.ledger.verify import verify_ledger
from pipeline.ledger.vocabulary import EVERY_STUDY
from tests.ledger.small import DAY, STUDY_NAME, bring_to, code_of, night, said, small_ledger


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    """Some of everything, with somebody erased."""
    folder = tmp_path / "kept"
    with small_ledger(folder) as ledger:
        night(ledger, said(patient="9", number=None), study="Over")
        purge(ledger, "Over", None, DAY)
        code = bring_to(ledger, "replied")
        night(ledger, said("not_found"), said("excluded", "cancer", patient="2", number="9990000026"))
        record_refusal(ledger, STUDY_NAME, code, EVERY_STUDY, DAY, "me")
    return folder / "ledger.db"


@contextmanager
def behind_its_back(path: Path, without_triggers: bool = True) -> Iterator[sqlite3.Connection]:
    """As somebody with the file and SQLite, who puts the triggers back after."""
    con = sqlite3.connect(path, isolation_level=None)
    con.execute("PRAGMA synchronous = OFF")
    triggers = con.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    con.execute("BEGIN")
    for name, _ in triggers if without_triggers else ():
        con.execute(f"DROP TRIGGER {name}")
    yield con
    for _, sql in triggers if without_triggers else ():
        con.execute(sql)
    con.execute("COMMIT")
    con.close()


@pytest.mark.parametrize("table", ["chain", "subject", "identity"])
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {} SET seq = seq + 1000",
        "UPDATE {} SET seq = seq",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE seq = (SELECT MAX(seq) FROM {})",
        "REPLACE INTO {} SELECT * FROM {} ORDER BY seq DESC LIMIT 1",
        "INSERT OR REPLACE INTO {} SELECT * FROM {} LIMIT 1",
    ],
)
def test_triggers_refuse(ledger_file: Path, table: str, change: str) -> None:
    with behind_its_back(ledger_file, without_triggers=False) as con, pytest.raises(sqlite3.IntegrityError):
        con.execute(change.format(table, table))
    verify_ledger(ledger_file)


def test_a_ledger_as_it_was_recorded(ledger_file: Path) -> None:
    found = verify_ledger(ledger_file)
    assert (found.newer, found.erased, found.backdated) == (0, 2, 0)
    assert verify_ledger(ledger_file, parse_head(str(found.head))) == found


def test_any_change_to_any_value_is_found(ledger_file: Path) -> None:
    with sqlite3.connect(ledger_file) as con:
        last = con.execute("SELECT MAX(seq) FROM chain").fetchone()[0]
    con.close()
    for seq in range(1, last + 1):
        for column in (*COLUMNS[1:], "hash"):
            with behind_its_back(ledger_file) as con:
                (kept,) = con.execute(f"SELECT {column} FROM chain WHERE seq = ?", [seq]).fetchone()
                other = (
                    (kept or 0) + 1 if isinstance(kept, int) or column in ("subject", "run", "about") else f"{kept}x"
                )
                con.execute(f"UPDATE chain SET {column} = ? WHERE seq = ?", [other, seq])
            assert_found(ledger_file, f"[Rr]ow {seq}\\b")
            with behind_its_back(ledger_file) as con:
                con.execute(f"UPDATE chain SET {column} = ? WHERE seq = ?", [kept, seq])
    verify_ledger(ledger_file)


def assert_found(path: Path, words: str) -> None:
    with pytest.raises(AuditError, match=words):
        verify_ledger(path)


CHANGES: dict[str, tuple[str, str]] = {
    "a row gone": ("DELETE FROM chain WHERE seq = 5", "Row 5 is missing"),
    "the tail cut": ("DELETE FROM chain WHERE seq > 12", "was cut short, or is an older copy"),
    "the last row cut": ("DELETE FROM chain WHERE seq = (SELECT MAX(seq) FROM chain)", "was cut"),
    "emptied": ("DELETE FROM chain", "It is empty"),
    "who: another number": (
        "UPDATE identity SET nhs_number = '9990000034'",
        "personal details of row .* have been changed",
    ),
    "who: another practice": ("UPDATE identity SET practice_id = 'X'", "personal details of row .* have been changed"),
    "who: another person": (
        "UPDATE identity SET subject = (SELECT MAX(seq) FROM subject)",
        "personal details of row .* have been changed",
    ),
    "who: another birth date": (
        "UPDATE identity SET date_of_birth = NULL",
        "personal details of row .* have been changed",
    ),
    "another code": (
        "UPDATE subject SET study_code = 'x' WHERE seq = (SELECT MIN(seq) FROM subject)",
        "personal details of row .* have been changed",
    ),
    "who: taken out": ("DELETE FROM identity", "have been removed, and no purge says so"),
    "a view that lies": ("DROP VIEW present", "its safeguards were changed"),
    "a table more": ("CREATE TABLE more (a)", "its safeguards were changed"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_somebody_may_do(ledger_file: Path, name: str) -> None:
    change, words = CHANGES[name]
    with behind_its_back(ledger_file) as con:
        con.execute(change)
    assert_found(ledger_file, words)


def test_a_trigger_taken_away(ledger_file: Path) -> None:
    con = sqlite3.connect(ledger_file)
    con.execute("DROP TRIGGER chain_is_never_cut")
    con.close()
    assert_found(ledger_file, "its safeguards were changed")


def test_two_rows_changed_round(ledger_file: Path) -> None:
    with behind_its_back(ledger_file) as con:
        con.execute("UPDATE chain SET seq = -6 WHERE seq = 6")
        con.execute("UPDATE chain SET seq = 6 WHERE seq = 7")
        con.execute("UPDATE chain SET seq = 7 WHERE seq = -6")
    assert_found(ledger_file, "Row 6")


def test_a_chain_written_afresh_is_found_by_the_head_outside(ledger_file: Path) -> None:
    """Somebody who works every hash out again."""
    with behind_its_back(ledger_file) as con:
        rows = [list(row) for row in con.execute("SELECT * FROM chain ORDER BY seq")]
        con.execute("DELETE FROM chain")
        previous = ""
        for row in rows:
            if row[5] == "replied":
                row[6] = "not_interested"
            row[-2] = previous
            row[-1] = previous = digest(row[:-1])
            con.execute(f"INSERT INTO chain VALUES ({', '.join('?' * len(row))})", row)
    assert_found(ledger_file, "was rewritten")


def test_an_older_copy_is_found_by_the_head_outside(ledger_file: Path, tmp_path: Path) -> None:
    copytree(ledger_file.parent, tmp_path / "older")
    with small_ledger(ledger_file.parent) as ledger:
        night(ledger, said(), study="Other")
    printed = verify_ledger(ledger_file).head
    ledger_file.write_bytes((tmp_path / "older" / "ledger.db").read_bytes())
    assert_found(ledger_file, "older copy")
    with small_ledger(ledger_file.parent) as ledger, pytest.raises(AuditError, match="Nothing was recorded"):
        night(ledger, said())
    head_file(ledger_file).write_bytes(head_file(tmp_path / "older" / "ledger.db").read_bytes())
    verify_ledger(ledger_file)  # both are older, and fit; only the head that was printed tells
    with pytest.raises(AuditError, match="older copy"):
        verify_ledger(ledger_file, printed)


@pytest.mark.parametrize("content", [None, b"", b"{}", b"12"])
def test_a_head_that_is_gone_or_no_head(ledger_file: Path, content: bytes | None) -> None:
    head_file(ledger_file).unlink()
    if content is not None:
        head_file(ledger_file).write_bytes(content)
    assert_found(ledger_file, "head")
    with small_ledger(ledger_file.parent) as ledger, pytest.raises(AuditError):
        decide(ledger, STUDY_NAME, "33333-33333", "later", DAY, "GP")


def test_going_on_with_a_restored_copy_is_recorded(ledger_file: Path) -> None:
    head_file(ledger_file).unlink()
    with small_ledger(ledger_file.parent) as ledger:
        accept_head(ledger, DAY, "the manager")
        night(ledger, said())
        with pytest.raises(LedgerError, match="nothing to accept"):
            accept_head(ledger, DAY, "the manager")
        assert ledger.con.execute("SELECT who FROM chain WHERE kind = 'accepted'").fetchall() == [("the manager",)]
    verify_ledger(ledger_file)


def test_any_damage_to_the_file_is_found_or_harmless(ledger_file: Path) -> None:
    """One byte changed anywhere: verify says so, or what is recorded is the same to the last value."""
    whole = ledger_file.read_bytes()
    before = dump(ledger_file)
    found = 0
    for at in range(0, len(whole), 499):
        ledger_file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            verify_ledger(ledger_file)
        except (AuditError, LedgerError):
            found += 1
        else:
            assert dump(ledger_file) == before
        for ending in ("-wal", "-shm"):
            ledger_file.with_name(ledger_file.name + ending).unlink(missing_ok=True)
    assert found > 10


def dump(path: Path) -> list[object]:
    con = sqlite3.connect(path)
    found: list[object] = [
        con.execute(f"SELECT * FROM {table} ORDER BY seq").fetchall() for table in ("chain", "subject", "identity")
    ]
    con.close()
    return found


@pytest.mark.parametrize("cut", [lambda text: text[: len(text) // 2], lambda _: b"", lambda _: b"not a database" * 99])
def test_no_ledger_at_all(ledger_file: Path, cut: Callable[[bytes], bytes]) -> None:
    ledger_file.write_bytes(cut(ledger_file.read_bytes()))
    with pytest.raises((AuditError, LedgerError)):
        verify_ledger(ledger_file)


def test_a_used_code_is_of_one_person(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.db", DAY) as ledger:
        night(ledger, said())
        (salt,) = ledger.con.execute("SELECT salt FROM subject").fetchone()
        with pytest.raises(sqlite3.IntegrityError, match="drawn once"):
            ledger.con.execute("INSERT INTO subject VALUES (99, ?, ?, ?)", [STUDY_NAME, code_of(ledger), salt])
