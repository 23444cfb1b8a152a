"""The files of a synthetic extract in the plain format. That they say what EMIS's do: test_plain_agrees.py."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.tables import SOURCE_FILE, TABLES
from synthetic_data import generate
from synthetic_data.plain.tables import HEADERS

Row = dict[str, str]


def rows(folder: Path, table: str) -> list[Row]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """800 registrations in 2 practices, in two chunks."""
    out = tmp_path_factory.mktemp("plain") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("synthetic_data.population.rates.CHUNK", 500)
        generate("plain", patients=800, practices=2, seed=4, out=out)
    return out


def test_the_files_and_their_columns(folder: Path) -> None:
    written = {path.name for path in folder.iterdir()}
    assert written == {f"{table}.csv" for table in HEADERS} | {"truth.csv"}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    known = {table.name: table.names for table in TABLES}
    for table, header in HEADERS.items():
        assert tuple(rows(folder, table)[0]) == header
        assert header == tuple(name for name in known[table] if name not in ("source_file", "source_key"))
    assert set(HEADERS) == set(known) - {SOURCE_FILE.name, "reject"}


def test_keys_are_unique_and_rows_point_at_them(folder: Path) -> None:
    patients, codes = rows(folder, "patient"), rows(folder, "code")
    people, known = {row["person_row"] for row in patients}, {row["code_id"] for row in codes}
    assert len(people) == len(patients) and len(known) == len(codes)
    for table, least in (("event", 40_000), ("prescription", 20_000)):
        found = rows(folder, table)
        assert len(found) > least
        assert {row["person_row"] for row in found} - people == {"0"}  # the patient who is in no file
        strangers = {row["code_id"] for row in found} - known
        assert len(strangers) == (table == "event")
    assert {row[name] for row in rows(folder, "code_parent") for name in ("code_id", "parent_id")} < known


def test_courses_and_encounters_of_two_chunks_do_not_meet(folder: Path) -> None:
    issues = rows(folder, "prescription")
    owner = {row["course"]: row["person_row"] for row in issues}
    assert all(owner[row["course"]] == row["person_row"] for row in issues if row["course"])
    encounters = [row["encounter"] for row in rows(folder, "event") if row["encounter"]]
    assert len(set(encounters)) == len(encounters) > 5000


def test_the_first_chunk_is_the_same_whatever_comes_after(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("synthetic_data.population.rates.CHUNK", 500)
    generate("plain", patients=500, practices=2, seed=4, out=tmp_path / "few")
    for path in (tmp_path / "few").iterdir():
        assert (folder / path.name).read_bytes().startswith(path.read_bytes())
