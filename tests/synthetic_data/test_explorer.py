"""The synthetic population as EMIS-X Explorer exports: files, parts, and what is written in them."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from synthetic_data.explorer.files import CURRENT, OLDER, read_seven
from synthetic_data.population.chunk import Chunk
from tests.extracts.explorer_population import write_population

Row = dict[str, str]
PART = 8_000


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Chunk]]:
    folder = tmp_path_factory.mktemp("written")
    return folder, write_population(folder, 150, part_rows=PART)


def rows(folder: Path, table: str) -> list[Row]:
    """All parts of a table; only the first has a header."""
    first, *others = sorted(folder.glob(f"{table}*.csv"), key=lambda path: (len(path.name), path.name))
    with first.open(encoding="utf-8", newline="") as file:
        read = csv.reader(file, strict=True)
        names, *lines = read
    for part in others:
        assert len(lines) % PART == 0
        with part.open(encoding="utf-8", newline="") as file:
            lines += csv.reader(file, strict=True)
    assert {len(line) for line in lines} <= {len(names)}
    return [dict(zip(names, line, strict=True)) for line in lines]


def test_files(written: tuple[Path, list[Chunk]]) -> None:
    folder, _ = written
    for name, columns in (("current", CURRENT), ("older", OLDER)):
        tables = {path.stem.rstrip("_0123456789") for path in (folder / name).iterdir()}
        assert tables == {*columns}
        assert {path.stat().st_mode & 0o777 for path in (folder / name).iterdir()} == {0o600}
        assert (folder / name).stat().st_mode & 0o777 == 0o700
        assert (folder / name / "observation_2.csv").exists()
        for table, names in columns.items():
            with (folder / name / f"{table}.csv").open(encoding="utf-8") as file:
                assert file.readline() == ",".join(names.split()) + "\n"


def test_the_same_arguments_give_the_same_bytes(written: tuple[Path, list[Chunk]], tmp_path: Path) -> None:
    folder, _ = written
    write_population(tmp_path, 150, part_rows=PART)
    for name in ("current", "older"):
        for path in (folder / name).iterdir():
            assert path.read_bytes() == (tmp_path / name / path.name).read_bytes()


def test_every_registration_can_be_found_in_the_truth(written: tuple[Path, list[Chunk]]) -> None:
    folder, _ = written
    with (folder / "emis" / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    keys = {hashlib.md5(f"{row['practice']}:{row['patient_guid']}".encode()).hexdigest() for row in truth}
    assert len(keys) == len(truth) == 300
    assert {row["patient_id"].lower() for row in rows(folder / "current", "patient")} == keys
    older = {row["registration_guid"].replace("-", "") for row in rows(folder / "older", "patient")}
    deleted = {row["patient_id"].lower() for row in rows(folder / "current", "patient") if row["is_deleted"] == "true"}
    assert older == keys - deleted


def test_a_deleted_row_of_the_current_models_keeps_its_keys_alone(written: tuple[Path, list[Chunk]]) -> None:
    folder, _ = written
    keys = {"is_deleted", "observation_id", "issue_record_id", "organisation"}
    for table in ("observation", "medication_issue_record"):
        gone = [row for row in rows(folder / "current", table) if row["is_deleted"] == "true"]
        assert gone
        assert {name for row in gone for name, value in row.items() if value} <= keys


def test_nobody_can_be_named_from_the_current_models(written: tuple[Path, list[Chunk]]) -> None:
    folder, chunks = written
    people = rows(folder / "current", "patient")
    real = {str(number) for chunk in chunks for number in chunk.registrations.nhs_number}
    assert not real & {row["nhs_number"] for row in people}
    assert {row["date_of_birth"][8:10] for row in people} <= {"01", ""}


def test_the_older_tables_hold_nothing_deleted_and_nobody_unknown(written: tuple[Path, list[Chunk]]) -> None:
    folder, chunks = written
    known = {row["registration_guid"] for row in rows(folder / "older", "patient")}
    observed = rows(folder / "older", "observation")
    assert {row["registration_guid"] for row in observed} <= known
    kept = 0
    for chunk in chunks:
        whose = chunk.events.who
        here = ~chunk.events.deleted & (whose >= 0) & ~chunk.registrations.deleted[whose]
        kept += int(here.sum())
    assert len(observed) == kept


def test_a_course_has_one_row(written: tuple[Path, list[Chunk]]) -> None:
    folder, chunks = written
    courses = rows(folder / "older", "medication")
    issues = 0
    for chunk in chunks:
        whose = chunk.issues.who
        issues += int((~chunk.issues.deleted & (whose >= 0) & ~chunk.registrations.deleted[whose]).sum())
    assert sum(int(row["number_of_issues"]) for row in courses) == issues > 3 * len(courses)
    assert len({row["emis_drug_guid"] for row in courses}) == len(courses)


@pytest.mark.parametrize(
    ("emis", "seven"),
    [
        ("9Nu0", "9Nu0.00"),
        ("N239-1", "N239.11"),
        ("246", "246..00"),
        ("N2480", "N248000"),
        ("EMISNQSY1", None),
        ("", None),
    ],
)
def test_read_codes_in_seven_characters(emis: str, seven: str | None) -> None:
    assert read_seven(emis) == seven
