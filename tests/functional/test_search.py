"""The product's main job from end to end, on a synthetic EMIS extract."""

import csv
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

from openpyxl import load_workbook

from tests.functional.commands import casefinder
from tests.functional.conftest import RULE


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def listed(run: Path) -> Counter[tuple[str, str]]:
    """Practice and local number of every row of every list."""
    found = Counter[tuple[str, str]]()
    for path in run.glob("lists/*/invitation-list.csv"):
        found.update((path.parent.name, row["local_number"]) for row in read(path))
    return found


def test_the_list_holds_just_those_whom_the_generator_meant_to_qualify(extract: Path, run: Path) -> None:
    """Two computations of one rule, written apart, agree person by person."""
    truth = read(extract / "truth.csv")
    meant = Counter((row["practice"], row["local_number"]) for row in truth if row["record_qualifies"] == "1")
    assert meant  # or the test shows nothing
    assert listed(run) == meant


def test_one_person_is_on_one_list_once(run: Path) -> None:
    numbers = Counter(
        row["nhs_number"] for path in run.glob("lists/*/*.csv") for row in read(path) if row["nhs_number"]
    )
    assert numbers and set(numbers.values()) == {1}


def test_attrition_reconciles_in_every_practice(extract: Path, run: Path) -> None:
    stages = [row for row in read(run / "attrition.csv") if row["kind"] == "stage"]
    on_lists = Counter(practice for practice, _ in listed(run).elements())
    for practice in {row["practice"] for row in stages}:
        own = sorted((row for row in stages if row["practice"] == practice), key=lambda row: int(row["position"]))
        for before, after in pairwise(own):
            assert int(before["people"]) - int(after["left"]) == int(after["people"])
        assert int(own[-1]["people"]) == on_lists[practice]
        combined = [
            row for row in read(run / "attrition.csv") if row["kind"] == "combination" and row["practice"] == practice
        ]
        aged = next(row for row in own if row["name"] == "age")
        assert sum(int(row["people"]) for row in combined) == int(aged["people"])


def test_every_row_behind_a_list_is_a_row_of_the_input(extract: Path, run: Path) -> None:
    """The keys that `explain` shows for a listed person stand in the file that it names, on that person's lines."""
    practice, local = next(iter(sorted(listed(run))))
    told = casefinder("explain", "--run", run, "--patient", local).stdout
    own = next(part for part in told.split("\n\n") if f"Practice {practice}," in part)
    files = dict(
        line.strip().removeprefix("file ").split(": ") for line in own.splitlines() if line.startswith("  file ")
    )
    keys = [line.split("[file ")[1].rstrip("]").split(" ", 1) for line in own.splitlines() if "[file " in line]
    assert len(keys) >= 7  # pain once, four issues, two notes
    guid = next(
        r["patient_guid"]
        for r in read(extract / "truth.csv")
        if (r["practice"], r["local_number"]) == (practice, local)
    )
    text = {number: (extract / name).read_text(encoding="utf-8").splitlines() for number, name in files.items()}
    for number, key in keys:
        line = next(line for line in text[number] if key in line)
        assert guid in line


def test_the_same_input_gives_the_same_bytes(extract: Path, run: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    assert casefinder("search", "--extract", extract, "--rule", RULE, "--out", again).returncode == 0
    files = sorted(path.relative_to(run) for path in run.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [str(file) for file in files if (run / file).read_bytes() != (again / file).read_bytes()] == []


def test_every_file_is_private(extract: Path, run: Path) -> None:
    for folder in (run, extract):
        for path in (folder, *folder.rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path.name


def test_csv_and_workbook_hold_the_same_people(run: Path) -> None:
    for path in run.glob("lists/*/invitation-list.xlsx"):
        sheet = load_workbook(path)["Invitation list"]
        names, *rows = sheet.iter_rows(values_only=True)
        column = names.index("local_number")
        assert [row[column] for row in rows] == [row["local_number"] for row in read(path.with_suffix(".csv"))]


def test_the_manifest_says_what_the_run_was_made_from(extract: Path, run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["index_date"] == "2026-11-20"
    assert {entry["name"] for entry in manifest["code_lists"]} >= {"chronic-pain", "opioids", "fit-notes"}
    for file in manifest["extract"]["files"]:
        assert file["rows"] + file["rejected"] + file["breaks"] + 1 == file["lines"], file["name"]
    counted = {practice["practice"]: practice["listed"] for practice in manifest["practices"]}
    assert Counter(counted) == Counter(practice for practice, _ in listed(run).elements())
    assert len(manifest["defaults"]) >= 10


def test_as_of_in_the_past_finds_others_and_the_future_is_refused(extract: Path, run: Path, tmp_path: Path) -> None:
    past = tmp_path / "past"
    words = ("search", "--extract", extract, "--rule", RULE)
    assert casefinder(*words, "--out", past, "--as-of", "2026-05-20").returncode == 0
    assert json.loads((past / "manifest.json").read_text(encoding="utf-8"))["index_date"] == "2026-05-20"
    assert listed(past) != listed(run)
    refused = casefinder(*words, "--out", tmp_path / "future", "--as-of", "2026-11-21")
    assert refused.returncode == 11 and "The extract was made on 20/11/2026" in refused.stderr
    assert not (tmp_path / "future").exists()
