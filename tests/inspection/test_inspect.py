"""`casefinder extract inspect` as a stranger uses it: words, JSON, and nothing left behind."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from rich.console import Console

from cli.extract_inspect import _print
from pipeline.inspection.inspect import InspectionOptions, inspect
from pipeline.inspection.sections import sections
from tests.functional.commands import Done, casefinder
from tests.inspection.folders import write

STOP = """
import os, signal, sys
import pipeline.store.source as source
from pipeline.errors import OutputError
def stop(extract, store, settings, progress):
    (store / "patients").write_text("somebody")
    assert store.parent.stat().st_mode & 0o777 == 0o700
    {then}
source.build_store = stop
from cli.main import run as main
sys.argv = ["casefinder", "extract", "inspect", sys.argv[1]]
main()
"""


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("extract") / "in", "emis", 1500)


def run(place: Path, *words: str | Path) -> Done:
    """The command, with `place` as the system's folder for temporary files."""
    place.mkdir()
    with patch("tempfile.tempdir", str(place)):
        return casefinder("extract", "inspect", *words)


def run_apart(place: Path, extract: Path, code: str) -> subprocess.CompletedProcess[str]:
    """This program instead, in a process of its own."""
    place.mkdir()
    environment = os.environ | {"TMPDIR": str(place)}
    words = [sys.executable, "-c", code, str(extract)]
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=300)


def truth(extract: Path) -> list[dict[str, str]]:
    with (extract / "truth.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_one_command_says_what_is_there(extract: Path, tmp_path: Path) -> None:
    before = sorted(extract.iterdir())
    done = run(tmp_path / "temp", extract)
    assert done.returncode == 0 and done.stderr == ""
    for said in (
        "EMIS Web bulk extract, version 5.4 (certain)",
        "full extract  20/11/2026",
        "ZZ0001",
        "How long a fit note lasts is not coded",
        "instep: can be run, with these gaps: (",
        f"casefinder search --extract {extract} --rule instep --out runs/2026-11-20",
    ):
        assert said in done.stdout
    assert not any((tmp_path / "temp").iterdir()) and sorted(extract.iterdir()) == before


def test_the_command_it_advises_works(extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = json.loads(run(tmp_path / "temp", extract, "--json").stdout)["next"][0].split()
    done = casefinder(*said[1:], "--despite-quality")
    assert done.returncode == 0, done.stderr


def test_json_says_the_same_and_nothing_of_anybody(extract: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "temp", extract, "--json")
    found = json.loads(done.stdout)
    assert (found["format"], found["sure"]) == ("EMIS Web bulk extract", True)
    rows = {file["file"].split("_20")[0]: file["rows"] for file in found["files"]}
    people = truth(extract)
    assert rows["1001_Admin_Patient"] == 1500
    assert [practice["practice"] for practice in found["practices"]] == ["ZZ0001"]
    assert 0 < found["practices"][0]["regular_patients_now"] < 1500
    assert found["practices"][0]["newest_entry"] <= found["practices"][0]["extract_date"] == "2026-11-20"
    assert {rule["verdict"] for rule in found["rules"]} == {"with losses"}
    told = set(re.findall(r"\w+", done.stdout))
    for column in ("nhs_number", "patient_guid"):
        assert not told & {row[column] for row in people if row[column]}


def test_own_rules_come_first(extract: Path, tmp_path: Path) -> None:
    rule = tmp_path / "mine.yaml"
    rule.write_text(
        "rule: mine\nversion: 1\ntitle: Mine\nstudy: {name: Mine}\npopulation: {}\n"
        "criteria: {pain: {events: {codelist: chronic-pain}}}\ninclude: pain\n",
        encoding="utf-8",
    )
    found = inspect(InspectionOptions(extract=extract, rules=(rule,), work=tmp_path))
    assert [seen.name for seen in found.rules][:2] == [str(rule), "instep"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_terminal_gets_tables(extract: Path, tmp_path: Path) -> None:
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=100)
    for section in sections(inspect(InspectionOptions(extract=extract, work=tmp_path))):
        _print(console, section)
    assert "┃" in shown.getvalue() and "Regular patients now" in shown.getvalue()


@pytest.mark.parametrize(
    ("then", "exit_code"),
    [
        (f"os.kill(os.getpid(), {int(signal.SIGINT)})", 130),
        (f"os.kill(os.getpid(), {int(signal.SIGTERM)})", 130),
        ("raise ValueError('somebody')", 1),
        ("raise OutputError('no room')", 14),
    ],
)
def test_nothing_is_left_behind(tmp_path: Path, then: str, exit_code: int) -> None:
    (tmp_path / "in").mkdir()
    done = run_apart(tmp_path / "temp", tmp_path / "in", STOP.format(then=then))
    assert done.returncode == exit_code, done.stderr
    assert not any((tmp_path / "temp").iterdir())
    assert "somebody" not in done.stderr


def test_an_unreadable_folder_gets_the_readers_own_refusal(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    done = run(tmp_path / "temp", tmp_path / "in")
    assert done.returncode == 11 and "The folder holds no extract that Casefinder can read" in done.stderr
    assert not any((tmp_path / "temp").iterdir())


@pytest.mark.parametrize(("work", "exit_code"), [("no such folder", 14), ("in", 2)])
def test_a_place_that_cannot_be(tmp_path: Path, work: str, exit_code: int) -> None:
    (tmp_path / "in").mkdir()
    done = run(tmp_path / "temp", tmp_path / "in", "--work", tmp_path / work)
    assert done.returncode == exit_code and "--work" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "temp"]
