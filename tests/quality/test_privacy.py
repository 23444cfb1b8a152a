"""Nothing of a patient comes out of the check, and nothing it does reaches a network."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tests.quality.damage import PATIENT, change, check, copy, each, put

WATCHED = """
import socket, sys

def caught(*_, **__):
    print("CAUGHT", file=sys.stderr)
    raise SystemExit(99)

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = caught
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = caught
from cli.main import run
run()
"""


def people(extract: Path) -> list[dict[str, str]]:
    with next(extract.glob("*_Admin_Patient_2*.csv")).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def written(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Page and JSON of an extract with faults in its patients."""
    folder = tmp_path_factory.mktemp("private")
    bad = copy(extract, folder / "bad")
    spoilt = [put("NhsNumber", "1234567890", each(4)), put("DateOfRegistration", None, each(3))]
    change(bad, PATIENT, lambda rows: rows.with_columns(spoilt))
    assert check(bad, folder / "out").findings
    return "".join(path.read_text(encoding="utf-8") for path in sorted((folder / "out").iterdir()))


def test_no_value_of_a_patient_comes_out(extract: Path, written: str) -> None:
    rows = people(extract)
    assert len(rows) > 1000
    telling = ("PatientGuid", "NhsNumber", "Surname", "GivenName", "Postcode", "MobilePhone", "EmailAddress")
    values = {row[column].strip("{}") for row in rows for column in telling if len(row[column]) > 3}
    assert len(values) > 3000
    assert [value for value in values if value in written] == []
    assert "1234567890" not in written


def test_a_whole_run_opens_no_connection(extract: Path, tmp_path: Path) -> None:
    """In a process of its own, with every way out watched; a run that tried would end with 99."""
    words = ["search", "--extract", extract, "--rule", "instep", "--out", tmp_path / "run", "--today", "2026-11-22"]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, *map(str, words)], capture_output=True, text=True, check=False, timeout=300
    )
    assert (done.returncode, "CAUGHT" in done.stderr) == (0, False), done.stderr
    assert (tmp_path / "run" / "quality.html").exists()


def test_the_watch_does_catch(tmp_path: Path) -> None:
    broken = WATCHED.replace("from cli.main import run\nrun()", "socket.create_connection(('127.0.0.1', 9))")
    done = subprocess.run([sys.executable, "-c", broken], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 99 and "CAUGHT" in done.stderr
