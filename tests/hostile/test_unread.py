"""Whatever is named like a table of the format is read, stops the run or is named, in every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import CasefinderError
from pipeline.extracts.read import open_folder
from tests.hostile.folders import FOLDERS
from tests.hostile.looking import look, room, write_files
from tests.hostile.oracle import sound

# A table each, of patients and of rows.
TABLES = {
    "emis": ("Admin_Patient", "CareRecord_Observation"),
    "plain": ("patient", "event"),
    "plain_parquet": ("patient", "prescription"),
    "explorer": ("patient", "observation"),
    "explorer_older": ("patient", "medication"),
    "omop": ("person", "drug_exposure"),
    "omop_parquet": ("person", "condition_occurrence"),
    "tpp": ("SRPatient", "SRCode"),
    "aurum": ("Patient_001", "Observation_001"),
}
ODD = (
    "{name}.bak", "{name}.old", "{name}~", "{name}.gz", "{name}.part", "{name}.enc", "{stem}_2024{end}",
    "{stem} (2){end}",
    "{stem}.parquet", "{stem}.txt", "{stem}.tsv", "{stem}.xlsx", "old_{name}", "{stem}_old{end}", "{stem}-2{end}",
    "{stem}_part2{end}", "{stem}2{end}", "{stem}_b{end}", "{stem}-000{end}", "{stem}_csv", "{table}s{end}",
    "{table}_deleted{end}", "dbo.{table}{end}", "backup/{name}", "{table}/part-0000{end}", "{table}_20241120{end}",
    "{stem}.CSV",
)  # fmt: skip


def _is_said(folder: Path, odd: str) -> bool:
    """Read, named in a warning, or named as what stops the run."""
    try:
        found = open_folder(folder)
    except CasefinderError as error:
        return Path(odd).name in str(error)
    read = {path.relative_to(folder).as_posix() for each in found.deliveries for path in each.files}
    return odd in read or any(Path(odd).name in warning for warning in found.warnings)


@pytest.mark.parametrize(("format", "table"), [(format, table) for format in TABLES for table in TABLES[format]])
def test_odd_names_beside_a_table(format: str, table: str) -> None:
    files = FOLDERS[format]()
    name = min((name for name in files if table in name), key=len)
    stem, dot, end = name.rpartition(".")
    unsaid = []
    for odd in ODD:
        called = odd.format(name=name, stem=stem, end=dot + end, table=table.removesuffix("_001"))
        if called not in files:
            with room() as base:
                if not _is_said(write_files(base / "in", files | {called: files[name]}), called):
                    unsaid.append(called)
    assert unsaid == []


@pytest.mark.parametrize(("format", "table"), [("emis", "CareRecord_Observation"), ("tpp", "SRCode.csv")])
@pytest.mark.parametrize("marks", [("", "_2"), ("_part1", "_part2"), ("_1", "_3")])
def test_tables_of_practice_systems_in_parts(format: str, table: str, marks: tuple[str, str]) -> None:
    """They are read, or what is missing between them stops the run."""
    files = FOLDERS[format]()
    name = next(name for name in files if table in name)
    stem, dot, ending = name.rpartition(".")
    end = b"\r\n" if b"\r\n" in files[name] else b"\n"
    titles, *rows = files[name].removesuffix(end).split(end)
    parts = zip(marks, (rows[:3], rows[3:]), strict=True)
    rest = {other: content for other, content in files.items() if other != name}
    seen = look(rest | {f"{stem}{mark}{dot}{ending}": end.join([titles, *some, b""]) for mark, some in parts})
    if marks[1] == "_3":
        assert "part 2 of this table is missing" in seen.error
    else:
        assert (seen.error, seen.listed, seen.left_out) == ("", sound(format).listed, sound(format).left_out)


def test_parts_of_other_columns_are_not_of_one_table() -> None:
    files = FOLDERS["tpp"]()
    seen = look(files | {"SRCode_2.csv": files["SRCode.csv"].replace(b'DateEvent"', b'DateOther"', 1)})
    assert "SRCode_2.csv does not have the columns of SRCode.csv" in seen.error


def test_every_format_is_tried() -> None:
    assert {*TABLES, "omop_duckdb"} == {*FOLDERS}  # one file holds its tables
