"""Opening: private files, one key, other programs' files, and ledgers of an earlier version."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from pipeline.errors import LedgerError, LockedError, StoreError
from pipeline.ledger import open as opening
from pipeline.ledger.chain import Chain, commit_to, read_end, write_body
from pipeline.ledger.counts import count_states
from pipeline.ledger.head import Head, head_file, new_head
from pipeline.ledger.key import draw_key, keep_key, key_check, key_file, take_key
from pipeline.ledger.listed import people_in
from pipeline.ledger.migrate import migrations, read_version
from pipeline.ledger.open import connect, open_existing, open_ledger
from pipeline.ledger.study_code import ALPHABET, draw_code, read_code
from pipeline.ledger.verify import verify_ledger
from tests.ledger.small import BORN, DAY, NUMBER, PRACTICE, STUDY_NAME, night, said, small_ledger

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")


@POSIX
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        with small_ledger(tmp_path / "new") as ledger:
            night(ledger, said())
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    finally:
        os.umask(mask)
    assert {"ledger.db", "ledger.db-wal", "ledger.db.head", "ledger.db.key"} <= set(modes)
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_what_the_connection_promises(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        found = {name: ledger.con.execute(f"PRAGMA {name}").fetchone()[0] for name in (
            "journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")}  # fmt: skip
    assert found == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": opening.WAIT_MS,
    }  # fmt: skip


def test_another_key_is_refused(tmp_path: Path) -> None:
    with small_ledger(tmp_path):
        pass
    other = tmp_path / "other.key"
    other.write_text("0" * 64)
    other.chmod(0o600)
    with pytest.raises(LedgerError, match="not the key"), open_ledger(tmp_path / "ledger.db", DAY, other):
        pass
    key_file(tmp_path / "ledger.db").unlink()
    with pytest.raises(StoreError, match="key file"), small_ledger(tmp_path):
        pass


def test_a_key_kept_elsewhere(tmp_path: Path) -> None:
    key = tmp_path / "kept.key"
    key.write_text("1" * 64)
    key.chmod(0o600)
    for _ in range(2):
        with open_ledger(tmp_path / "new" / "ledger.db", DAY, key) as ledger:
            night(ledger, said())
    assert not key_file(tmp_path / "new" / "ledger.db").exists()


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    con = sqlite3.connect(path)
    con.execute("CREATE TABLE theirs (a)")
    con.close()
    key_file(path).write_text("1" * 64)
    key_file(path).chmod(0o600)
    with pytest.raises(LedgerError, match="another program"), open_ledger(path, DAY):
        pass
    path.write_bytes(b"a letter to the practice" * 100)
    with pytest.raises(LedgerError, match="not a ledger, or is damaged"), open_ledger(path, DAY):
        pass


def first_version(path: Path) -> None:
    """A ledger as the first version wrote it: the tables of 0001, one person for review."""
    draw_key(path)
    keep_key(path)
    key = take_key(path, None)
    con = connect(path)
    con.executescript(migrations()[0])
    con.execute("PRAGMA user_version = 1")
    con.execute("BEGIN")
    chain = Chain(con, key)
    chain.append("opened", DAY, body=write_body({"schema": 1, "key_check": key_check(key)}))
    subject = chain.append(
        "subject",
        DAY,
        study=STUDY_NAME,
        opens=True,
        state="identified",
        commitment=commit_to("a", STUDY_NAME, "33333-33333"),
    )
    con.execute("INSERT INTO subject VALUES (?, ?, ?, ?)", [subject, STUDY_NAME, "33333-33333", "a"])
    values: list[str | int | None] = [subject, PRACTICE, "1", NUMBER, BORN.isoformat()]
    identity = chain.append("identity", DAY, commitment=commit_to("b", *values))
    con.execute("INSERT INTO identity VALUES (?, ?, ?, ?, ?, ?, ?)", [identity, *values, "b"])
    chain.append("state", DAY, study=STUDY_NAME, subject=subject, state="for_review")
    con.execute("COMMIT")
    con.close()
    path.chmod(0o600)


def test_an_earlier_ledger_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    first_version(path)
    con = connect(path)
    before = con.execute("SELECT * FROM chain").fetchall()
    with new_head(path, Head(*read_end(con))):
        con.close()
    verify_ledger(path)  # which changes nothing, so the version is still the first
    with open_ledger(path, DAY) as ledger:
        assert read_version(ledger.con) == len(migrations()) > 1
        rows = ledger.con.execute("SELECT * FROM chain").fetchall()
        assert rows[: len(before)] == before
        assert [row[2] for row in rows[len(before) :]] == ["schema"]
        assert [one.study_code for one in people_in(ledger, STUDY_NAME, "for_review")] == ["33333-33333"]
        night(ledger, said("excluded", "cancer"))
        assert count_states(ledger, STUDY_NAME) == {("excluded", "cancer"): 1}
    verify_ledger(path)


def test_a_newer_ledger_is_left_alone(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        ledger.con.execute("PRAGMA user_version = 99")
    before = (tmp_path / "ledger.db").read_bytes()
    with pytest.raises(LedgerError, match="newer version of Casefinder"), small_ledger(tmp_path):
        pass
    with pytest.raises(LedgerError, match="newer version of Casefinder"):
        verify_ledger(tmp_path / "ledger.db")
    assert (tmp_path / "ledger.db").read_bytes() == before


def test_who_waits_too_long_is_told(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        other = sqlite3.connect(ledger.path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        ledger.con.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(LockedError, match="Nothing was recorded") as error:
            night(ledger, said())
        assert error.value.exit_code == 13
        other.close()


def test_an_error_inside_records_nothing(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        with pytest.raises(ZeroDivisionError), opening.writing(ledger) as chain:
            chain.append("run", DAY)
            raise ZeroDivisionError
        assert ledger.con.execute("SELECT COUNT(*) FROM chain").fetchone() == (1,)
        night(ledger, said())
    verify_ledger(tmp_path / "ledger.db")


def test_a_code_is_checked() -> None:
    """Every single mistake, and every two neighbours changed round."""
    for code in (draw_code() for _ in range(20)):
        assert read_code(f" {code.lower().replace('-', ' ')} ") == code
        kept = code.replace("-", "")
        for place, right in enumerate(kept):
            wrong = {kept[:place] + other + kept[place + 1 :] for other in ALPHABET if other != right}
            swapped = kept[:place] + kept[place : place + 2][::-1] + kept[place + 2 :]
            wrong |= {swapped} - {kept}
            assert [text for text in wrong if read_code(text)] == []
    assert read_code("33333-3333") is read_code("ABCDE-FGHIJ") is read_code("") is None
    assert not set(ALPHABET) & set("0O1IL2Z5S8BUVGQAE")


def test_a_ledger_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
    for left in ((), (head_file(path),), (key_file(path),)):
        for each in (path, *left):
            each.rename(tmp_path / f"kept-{each.name}")
        with pytest.raises(LedgerError, match="there was one before"), small_ledger(tmp_path):
            pass
        assert not path.exists()
        for each in (path, *left):
            (tmp_path / f"kept-{each.name}").rename(each)
    verify_ledger(path)


def test_a_ledger_whose_tables_are_gone_is_not_begun_anew(tmp_path: Path) -> None:
    with small_ledger(tmp_path):
        pass
    path = tmp_path / "ledger.db"
    path.unlink()
    con = sqlite3.connect(path)
    con.execute("PRAGMA journal_mode = WAL")
    con.close()
    with pytest.raises(LedgerError, match="there was one before"), small_ledger(tmp_path):
        pass


@pytest.mark.parametrize("content", [None, b""])
def test_commands_make_no_ledger(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "new" / "ledger.db"
    if content is not None:
        path.parent.mkdir()
        path.write_bytes(content)
    with pytest.raises(LedgerError, match="no ledger"), open_existing(path, DAY):
        pass
    with pytest.raises(LedgerError, match="no ledger"):
        verify_ledger(path)
    assert not path.with_name("ledger.db.key").exists()


def test_a_ledger_that_was_being_made_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before its tables were there, and after: the key is the one that was drawn first."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    for step in ("migrate", "commit", "keep_key"):
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(opening, step, die)
            with small_ledger(tmp_path / step):
                pass
        with small_ledger(tmp_path / step) as ledger:
            night(ledger, said())
        verify_ledger(tmp_path / step / "ledger.db")
        assert not list((tmp_path / step).glob("*.new-key"))
