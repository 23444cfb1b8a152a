"""The population as a CPRD Aurum extract: names, bytes, and that its files fit together."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from pipeline.codes.verhoeff import verhoeff_ok
from tests.extracts.aurum_folder import HEADERS, MEDICAL, write_both

Row = dict[str, str]
NAME = re.compile(r"synthetic_Extract_([A-Za-z]+)_(\d{3})\.txt")


def rows(folder: Path, table: str) -> list[Row]:
    found: list[Row] = []
    for path in sorted(folder.rglob(f"*{table}*.txt")):
        with path.open(encoding="latin-1", newline="") as file:
            found += csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    return found


def truth(folder: Path) -> list[Row]:
    with (folder / "emis" / "truth.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,000 patients in two chunks, no part longer than 5,000 rows."""
    out = tmp_path_factory.mktemp("aurum")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("synthetic_data.population.rates.CHUNK", 600)
        patch.setattr("synthetic_data.aurum.files.PART_ROWS", 5000)
        write_both(out, 1000, practices=2, seed=3)
    return out


def test_names_parts_and_permissions(folder: Path) -> None:
    paths = sorted((folder / "aurum").iterdir())
    assert paths.pop(0).name == "202611_Lookups_CPRDAurum"
    found = [NAME.fullmatch(path.name) for path in paths]
    assert {match[1] for match in found if match} == {
        "Patient", "Practice", "Staff", "Consultation", "Observation", "Problem", "DrugIssue",
    }  # fmt: skip
    numbers = [int(match[2]) for match in found if match and match[1] == "Observation"]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 10
    every = list((folder / "aurum").rglob("*"))
    assert {path.stat().st_mode & 0o777 for path in every} == {0o600, 0o700}
    assert [path.name for path in every if path.stat().st_mode & 0o777 == 0o700] == ["202611_Lookups_CPRDAurum"]


def test_tabs_no_quotes_and_each_part_with_its_header(folder: Path) -> None:
    for path in (folder / "aurum").glob("*.txt"):
        match = NAME.fullmatch(path.name)
        assert match
        lines = path.read_bytes().decode("ascii").removesuffix("\n").split("\n")
        if match[1] in HEADERS:
            assert lines[0].split("\t") == HEADERS[match[1]].split()
        assert {line.count("\t") for line in lines} == {lines[0].count("\t")}
        assert len(lines) <= 5001 and not any('"' in line or "\r" in line for line in lines)
    dictionary = (folder / "aurum").glob(f"*/{MEDICAL.replace('202605', '202611')}.txt")
    (said,) = [path.read_bytes() for path in dictionary]
    assert said.count(b"\r\n") == said.count(b"\n") > 50


def test_patients_are_those_of_truth_csv_but_for_the_deleted_and_the_objectors(folder: Path) -> None:
    practices = {f"2{row['practice'].removeprefix('ZZ')}" for row in truth(folder)}
    known = {int(row["local_number"]): f"2{row['practice'].removeprefix('ZZ')}" for row in truth(folder)}
    patients = rows(folder / "aurum", "Extract_Patient")
    assert {row["pracid"] for row in rows(folder / "aurum", "Practice")} == practices
    for row in patients:
        assert re.fullmatch(r"8\d{17}", row["patid"]) and row["patid"].endswith(row["pracid"])
        assert known[int(row["patid"][1:13])] == row["pracid"]
    assert 0.94 < len({row["patid"] for row in patients}) / len(known) < 0.99
    assert len({row["patid"] for row in patients}) == len(patients)


def test_rows_are_of_patients_that_are_there_and_their_ids_are_unique(folder: Path) -> None:
    patids = {row["patid"]: row["pracid"] for row in rows(folder / "aurum", "Extract_Patient")}
    for table, key in (("Observation", "obsid"), ("DrugIssue", "issueid"), ("Consultation", "consid")):
        found = rows(folder / "aurum", f"Extract_{table}")
        assert len({row[key] for row in found}) == len(found) > 1000
        assert all(patids[row["patid"]] == row["pracid"] for row in found)
    observations = rows(folder / "aurum", "Extract_Observation")
    of_visits = {row["consid"] for row in observations} - {""}
    assert of_visits == {row["consid"] for row in rows(folder / "aurum", "Extract_Consultation")}
    assert {row["obsid"] for row in rows(folder / "aurum", "Extract_Problem")} < {row["obsid"] for row in observations}
    staff = {row["staffid"] for row in rows(folder / "aurum", "Extract_Staff")}
    assert {row["staffid"] for row in observations} <= staff


def test_no_day_of_birth_and_the_month_of_children_only(folder: Path) -> None:
    for row in rows(folder / "aurum", "Extract_Patient"):
        assert re.fullmatch(r"(19|20)\d\d|", row["yob"])
        assert row["acceptable"] == ("1" if row["yob"] and row["gender"] in "12" else "0")
        if row["mob"]:
            assert 1 <= int(row["mob"]) <= 12 and int(row["yob"]) >= 2010
        elif row["yob"]:
            assert int(row["yob"]) <= 2010


def test_dates_codes_and_lookups(folder: Path) -> None:
    form = re.compile(r"\d\d/\d\d/\d{4}|")
    observations = rows(folder / "aurum", "Extract_Observation")
    assert all(form.fullmatch(row["obsdate"]) and form.fullmatch(row["enterdate"]) for row in observations)
    assert any(not row["obsdate"] for row in observations)
    used = {row["medcodeid"] for row in observations}
    assert all(verhoeff_ok(code) and len(code) >= 16 for code in used)
    listed = {row["MedCodeId"] for row in rows(folder / "aurum", "EMISMedicalDictionary")}
    assert len(used - listed) <= 1  # the one code that is in no dictionary
    products = {row["ProdCodeId"] for row in rows(folder / "aurum", "EMISProductDictionary")}
    issues = rows(folder / "aurum", "Extract_DrugIssue")
    assert {row["prodcodeid"] for row in issues} <= products
    doses = {row["dosageid"] for row in rows(folder / "aurum", "common_dosages")}
    assert {row["dosageid"] for row in issues} <= doses
    units = {row["quantunitid"] for row in rows(folder / "aurum", "QuantUnit")}
    assert {row["quantunitid"] for row in issues} <= units


def test_same_seed_same_bytes(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_data.population.rates.CHUNK", 600)
    monkeypatch.setattr("synthetic_data.aurum.files.PART_ROWS", 5000)
    write_both(tmp_path, 1000, practices=2, seed=3)
    again = {path.name: path.read_bytes() for path in (tmp_path / "aurum").rglob("*.txt")}
    assert again == {path.name: path.read_bytes() for path in (folder / "aurum").rglob("*.txt")}
