"""A run's folder: no cell of its lists is a formula; where somebody changed it, `explain` ends in an error of ours."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.casefinding.options import SearchOptions
from pipeline.errors import CasefinderError
from pipeline.quality.previous import read_previous
from pipeline.runs.explain import explain
from pipeline.runs.explain_text import describe
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.effort import LONG, effort, longer, some
from tests.hostile.clock import within
from tests.hostile.folders import Files
from tests.hostile.looking import room, write_files
from tests.hostile.people import LISTS, PEOPLE, RULE
from tests.hostile.test_text import NASTY, filled

pytestmark = longer

NUMBER = PEOPLE[0].nhs_number
MANIFEST, QUALITY = "manifest.json", "quality.json"


# What a spreadsheet may take for a formula, and what does not print or turns the text around it.
FORMULA = re.compile(r"[\s\u200b-\u200f\ufeff]*[=+@\uff1d\uff0b\uff20]|\s*[-\uff0d]\d")
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@cache
def run(format: str = "plain") -> Files:
    """Every file that a search left of a folder with formulas, SQL and control characters in all its free text."""
    with room() as base:
        folder = write_files(base / "in", filled(format, "|".join(NASTY[:13]) if format == "plain" else NASTY[0]))
        write_files(base / "lists", {f"{name}.csv": rows.encode() for name, (rows, _) in LISTS.items()})
        for name, (_, roles) in LISTS.items():
            (base / "lists" / f"{name}.yaml").write_text(f"title: {name}\nversion: '1'\n{roles}\n", encoding="utf-8")
        (base / "hostile.yaml").write_text(RULE, encoding="utf-8")
        run_search(
            SearchOptions(source=Source(folder), rule=base / "hostile.yaml", out=base / "run", codelists=base / "lists")
        )
        assert {path.name for path in base.iterdir()} == {"in", "lists", "hostile.yaml", "run"}
        found = [path for path in (base / "run").rglob("*") if path.is_file()]
        return {path.relative_to(base / "run").as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("format", ["plain", "emis"] if LONG else ["plain"])
def test_no_cell_of_a_list_is_a_formula(format: str) -> None:
    lists = {name: content for name, content in run(format).items() if name.endswith((".csv", ".xlsx"))}
    assert lists
    for name, content in lists.items():
        cells = csv_cells(content) if name.endswith(".csv") else xlsx_cells(content)
        assert [cell for cell in cells if FORMULA.match(cell) or UNPRINTABLE.search(cell)] == []


def csv_cells(content: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]


def xlsx_cells(content: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in found)
    return [str(cell.value) for cell in found if cell.data_type in ("s", "inlineStr")]


def explained(files: Files) -> str:
    """What `explain` prints, or its error. Anything but an error of ours goes through."""
    with room() as base, within(60):
        folder = write_files(base / "run", files)
        try:
            return "\n".join(line for one in explain(folder, NUMBER) for line in describe(one))
        except CasefinderError as error:
            return str(error)


def compared(content: bytes) -> bool:
    with room() as base, within(20):
        (base / QUALITY).write_bytes(content)
        try:
            return bool(read_previous(base))
        except CasefinderError:
            return False


def test_the_run_is_sound() -> None:
    assert "Listed" in explained(run())


def kept() -> list[str]:
    return sorted(name for name in run() if name.startswith("record/"))


OTHERS = (b"", b"\0" * 50, b"PAR1PAR1", b"\xff\xfe", b"a,b\n1,2\n", b"[" * 100_000)


@pytest.mark.parametrize(("place", "content"), some([(n, other) for n in range(9) for other in OTHERS], 14))
def test_a_file_of_the_record_with_something_else_in_it(place: int, content: bytes) -> None:
    names = [*kept(), MANIFEST]
    assert explained(run() | {names[place % len(names)]: content})


@pytest.mark.parametrize("name", ["record/hits.parquet", "record/rule.yaml", "record/patient.parquet", MANIFEST])
def test_a_file_of_the_record_that_is_gone(name: str) -> None:
    assert "Listed" not in explained({key: value for key, value in run().items() if key != name})


CHANGES: dict[str, Callable[[Any], object]] = {
    "no rule": lambda manifest: manifest.pop("rule"),
    "a rule that is none": lambda manifest: manifest.update(rule=[]),
    "no software": lambda manifest: manifest.pop("software"),
    "no day": lambda manifest: manifest.pop("index_date"),
    "a day that is none": lambda manifest: manifest.update(index_date="2026-02-30"),
    "a day in the year 0": lambda manifest: manifest.update(index_date="0000-01-01"),
    "a number for a day": lambda manifest: manifest.update(index_date=20261120),
}


@pytest.mark.parametrize("shape", CHANGES)
def test_a_manifest_that_was_changed(shape: str) -> None:
    manifest = json.loads(run()[MANIFEST])
    CHANGES[shape](manifest)
    assert explained(run() | {MANIFEST: json.dumps(manifest).encode()})


@effort(6, 300)
@given(st.data())
def test_any_bytes_of_the_record_changed(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([*kept(), MANIFEST]))
    content = run()[name]
    place = data.draw(st.integers(0, max(0, len(content) - 1)))
    piece = data.draw(st.binary(max_size=8))
    assert explained(run() | {name: content[:place] + piece + content[place + data.draw(st.integers(0, 8)) :]})


@pytest.mark.parametrize("content", [b"", b"\0", b"null", b"[]", b"[" * 200_000, b'{"quality_schema": 1}', b"\xff\xfe"])
def test_counts_of_an_earlier_run_that_are_none(content: bytes) -> None:
    assert not compared(content)


@effort(150, 1_000)
@given(st.data())
def test_any_bytes_of_the_counts_changed(data: st.DataObject) -> None:
    content = run().get(QUALITY, b"{}")
    place = data.draw(st.integers(0, len(content)))
    piece = data.draw(st.binary(max_size=6))
    compared(content[:place] + piece + content[place + data.draw(st.integers(0, 6)) :])


@pytest.mark.parametrize("number", ["", "' OR 1=1", "\0", "x" * 100_000, "\u202e", "%", "../..", "\ud800"])
def test_numbers_that_are_none(number: str) -> None:
    with room() as base:
        folder = write_files(base / "run", run())
        with pytest.raises(CasefinderError):
            list(explain(folder, number))


def test_an_explained_run_is_not_changed() -> None:
    with room() as base:
        folder = write_files(base / "run", run())
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        list(explain(folder, NUMBER))
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
