"""Nights by the command, as a scheduler starts it: after every delta the people of a search of the whole extract."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.commands import casefinder
from tests.functional.conftest import RULE

NIGHTS = 1
pytestmark = pytest.mark.usefixtures("real_quality")
_SETTINGS = """\
extract = "inbox"
store = "store"
output = "output"
ledger = "ledger.db"
compact_after = 2

[[study]]
name = "instep"
rule = "instep"
"""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site after the bulk and each night's delivery; `synthetic/final` is the same as one extract."""
    folder = tmp_path_factory.mktemp("site")
    words = ("--patients", "1500", "--practices", "2", "--seed", "5", "--deltas", str(NIGHTS))
    made = casefinder("synth", *words, "--out", folder / "synthetic")
    assert made.returncode == 0, made.stderr
    (folder / "inbox").mkdir()
    (folder / "site.toml").write_text(_SETTINGS)
    deliveries = (folder / "synthetic" / "bulk", *sorted((folder / "synthetic" / "deltas").iterdir()))
    for number, delivery in enumerate(deliveries):
        for path in delivery.iterdir():
            (folder / "inbox" / path.name).hardlink_to(path)
        done = casefinder("nightly", "--config", folder / "site.toml", "--today", f"2026-11-{20 + number}")
        assert done.returncode == 0 and "nightly.html" in done.stdout, done.stderr
    return folder


def rows(run: Path) -> Iterator[tuple[str, dict[str, str]]]:
    for path in run.glob("lists/*/invitation-list.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from ((path.parent.name, row) for row in csv.DictReader(file))


def people(run: Path) -> list[tuple[str, str]]:
    return sorted((practice, row["local_number"]) for practice, row in rows(run))


def newest(site: Path) -> Path:
    return max(path for path in (site / "output" / "runs" / "instep").iterdir() if path.is_dir())


def test_the_night_finds_whom_a_search_of_the_whole_finds(nights: Path) -> None:
    out = nights / "search"
    assert (
        casefinder("search", "--extract", nights / "synthetic" / "final", "--rule", RULE, "--out", out).returncode == 0
    )
    found = set(people(out))
    listed = {
        (practice, row["local_number"])
        for practice, row in rows(newest(nights))
        if "No longer found" not in row["flags"] and "Not in this" not in row["flags"]
    }
    assert found and listed == found


def test_the_store_is_written_afresh_now_and_then(nights: Path) -> None:
    assert len(list((nights / "store" / "segments").iterdir())) <= 3  # two of rows at most, and the counts


def test_a_night_without_anything_new_makes_the_same_list(nights: Path) -> None:
    before = people(newest(nights))
    again = casefinder("nightly", "--config", nights / "site.toml", "--today", "2026-11-22")
    assert again.returncode == 0 and newest(nights).name == "2026-11-22"
    assert people(newest(nights)) == before
    assert "No new delivery was applied" in (nights / "output" / "nightly.html").read_text()


def test_a_run_of_the_night_can_be_explained(nights: Path) -> None:
    (practice, row) = next(rows(newest(nights)))
    said = casefinder("explain", "--run", newest(nights), "--patient", row["local_number"])
    assert said.returncode == 0 and practice in said.stdout and "Listed: every step is met" in said.stdout


def test_the_command_says_what_failed_and_ends_with_its_code(nights: Path, tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "site.toml").write_text(_SETTINGS)
    failed = casefinder("nightly", "--config", tmp_path / "site.toml")
    assert failed.returncode == 11 and "no extract that Casefinder can read" in failed.stderr
    assert "No lists could be made" in (tmp_path / "output" / "nightly.html").read_text()


def test_a_schedule_is_printed_and_nothing_is_run(nights: Path) -> None:
    config = nights / "site.toml"
    said = casefinder("nightly", "--config", config, "--print-schedule", "cron", "--at", "03:15")
    assert said.returncode == 0 and "15 3 * * *" in said.stdout and str(config) in said.stdout
    wrong = casefinder("nightly", "--config", config, "--print-schedule", "cron", "--at", "half three")
    assert wrong.returncode == 2 and "--at 02:30" in wrong.stderr
