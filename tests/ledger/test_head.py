"""A transaction and its head: both are recorded, or neither is, and nothing is half done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.ledger.head import head_file
from pipeline.ledger.letters import export, record_mailed
from pipeline.ledger.open import Ledger
from pipeline.ledger.purge import purge
from pipeline.ledger.review import decide
from pipeline.ledger.verify import verify_ledger
from tests.ledger.small import DAY, STUDY_NAME, bring_to, code_of, night, said, small_ledger, state_of


def full_disk(patch: pytest.MonkeyPatch, _: Path) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    patch.setattr(os, "fsync", refuse)


def folder_in_the_way(patch: pytest.MonkeyPatch, ledger: Path) -> None:
    ledger.with_name("ledger.db.head.next").mkdir()


def folder_in_the_way_of_its_part(patch: pytest.MonkeyPatch, ledger: Path) -> None:
    ledger.with_name("ledger.db.head.next.part").mkdir()


TROUBLES = (full_disk, folder_in_the_way, folder_in_the_way_of_its_part)
Trouble = Callable[[pytest.MonkeyPatch, Path], None]


def put_right(ledger: Path) -> None:
    for path in ledger.parent.iterdir():
        if path.is_dir():
            shutil.rmtree(path)


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("before", ["for_review", "approved", "exported", "mailed"])
def test_what_has_no_head_is_not_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, before: str
) -> None:
    steps: dict[str, Callable[[Ledger, str], object]] = {
        "for_review": lambda ledger, code: decide(ledger, STUDY_NAME, code, "approved", DAY, "GP"),
        "approved": lambda ledger, code: export(ledger, STUDY_NAME, [code], DAY, "me"),
        "exported": lambda ledger, code: record_mailed(ledger, STUDY_NAME, [code], DAY, "me"),
        "mailed": lambda ledger, _: purge(ledger, STUDY_NAME, None, DAY),
    }
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, before)
        whole = verify_ledger(ledger.path)
        with monkeypatch.context() as patch, pytest.raises(OutputError, match="Nothing was recorded"):
            trouble(patch, ledger.path)
            steps[before](ledger, code)
        assert state_of(ledger) == (before, None) and verify_ledger(ledger.path) == whole
        put_right(ledger.path)
        steps[before](ledger, code)
        assert verify_ledger(ledger.path).newer == 0


def test_a_night_without_a_head_publishes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
        with monkeypatch.context() as patch, pytest.raises(OutputError):
            full_disk(patch, ledger.path)
            night(ledger, said("lapsed", "died"))
        assert state_of(ledger) == ("for_review", None)


def test_a_head_that_only_lacks_its_name_is_one_behind_until_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, while another program reads the head. Who asked gets the answer."""
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "approved")
        replace = Path.replace

        def refuse(path: Path, target: Path) -> Path:
            if target == head_file(ledger.path):
                raise PermissionError(13, "Permission denied")
            return replace(path, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", refuse)
            assert len(export(ledger, STUDY_NAME, [code], DAY, "me").done) == 1
        assert verify_ledger(ledger.path).newer == 1
        record_mailed(ledger, STUDY_NAME, [code_of(ledger)], DAY, "me")
        assert verify_ledger(ledger.path).newer == 0
