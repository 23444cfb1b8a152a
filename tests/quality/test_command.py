"""`casefinder extract quality` as a user runs it."""

import json
from pathlib import Path

import pytest

from pipeline.quality.report.model import JSON_NAME, PAGE_NAME
from tests.functional.commands import casefinder
from tests.quality.damage import ISSUE, SECOND, change, copy, of_practice

WHEN = ("--today", "2026-11-22")


def test_a_clean_extract(extract: Path, tmp_path: Path) -> None:
    done = casefinder("extract", "quality", extract, "--rule", "instep", "--out", tmp_path / "out", *WHEN)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [PAGE_NAME, JSON_NAME]


def test_a_stop_and_then_a_comparison(extract: Path, clean: Path, tmp_path: Path) -> None:
    folder = copy(extract, tmp_path / "bad")
    change(folder, ISSUE, lambda rows: rows.filter(of_practice(folder, SECOND).not_()))
    done = casefinder("extract", "quality", folder, "--out", tmp_path / "out", "--previous", clean, *WHEN)
    assert done.returncode == 12
    assert f"{SECOND}: There are no prescriptions" in done.stdout and PAGE_NAME in done.stderr
    told = json.loads((tmp_path / "out" / JSON_NAME).read_text(encoding="utf-8"))
    assert (told["verdict"], told["compared_with"]) == ("stop", "2026-11-20")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("{empty}",), 11, "holds no extract that Casefinder can read"),
        (("{empty}", "--store", "{empty}"), 2, "Say what to check"),
        (("{empty}", "--previous", "{empty}"), 2, "holds no quality.json"),
    ],
)
def test_what_cannot_be_done(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    (tmp_path / "empty").mkdir()
    own = [word.replace("{empty}", str(tmp_path / "empty")) for word in words]
    done = casefinder("extract", "quality", *own, "--out", tmp_path / "out", *WHEN)
    assert done.returncode == code and said in done.stderr
    assert (tmp_path / "out" / PAGE_NAME).exists() is (code == 11)  # why it cannot be read is a page too
