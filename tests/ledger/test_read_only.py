"""A ledger on a disk that cannot be written is verified all the same, or it is said that it cannot be: never damage."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import AuditError, OutputError
from pipeline.ledger import read_only
from pipeline.ledger.verify import verify_ledger
from tests.ledger.small import NUMBER, night, said, small_ledger


@pytest.fixture
def ledger_file(tmp_path: Path) -> Path:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
    return tmp_path / "ledger.db"


@pytest.mark.parametrize(
    "name", ["READONLY_CANTINIT", "CANTOPEN", "FULL", "IOERR_SHMSIZE", "READONLY_DIRECTORY", "PERM"]
)
def test_a_disk_that_cannot_be_written_is_no_damage(
    ledger_file: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """And what has no log is read all the same."""
    before = verify_ledger(ledger_file)

    def refuse(_: Path) -> None:
        error = sqlite3.OperationalError("x")
        error.sqlite_errorname = f"SQLITE_{name}"
        raise error

    monkeypatch.setattr(read_only, "connect", refuse)
    assert verify_ledger(ledger_file) == before
    whole = ledger_file.read_bytes()
    ledger_file.write_bytes(whole.replace(NUMBER.encode(), NUMBER[::-1].encode()))
    with pytest.raises(AuditError, match="have been changed"):
        verify_ledger(ledger_file)
    ledger_file.with_name("ledger.db-wal").write_bytes(b"x")
    with pytest.raises(OutputError, match="does not mean that it was altered"):
        verify_ledger(ledger_file)


def test_a_head_that_may_not_be_read_is_no_damage(ledger_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", refuse)
    with pytest.raises(OutputError, match="not damage"):
        verify_ledger(ledger_file)
