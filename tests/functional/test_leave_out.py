"""People on an earlier trial's list are not listed; they are counted, and nothing says who they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.errors import UsageError
from pipeline.runs.explain import explain
from pipeline.runs.explain_text import describe
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.functional.plain import write_plain

pytestmark = pytest.mark.usefixtures("no_quality")

RULE = """\
rule: pain
version: 1
title: Pain
study: {name: Pain}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain}}
include: pain
"""
NUMBERS = ("9990000018", "9990000026", "9990000042")
PEOPLE = (
    *(f"{n},A00001,a{n},{number},L{n},1980-06-15,day,2010-01-01,regular,0,0" for n, number in enumerate(NUMBERS, 1)),
    "4,A00001,a4,,L4,1980-06-15,day,2010-01-01,regular,0,0",  # without an NHS number
)
EVENTS = "\n".join(f"{n},1,2026-01-01,day,0" for n in range(1, 5))


def options(folder: Path, earlier: str) -> SearchOptions:
    write_plain(folder / "extract", "\n".join(PEOPLE), EVENTS)
    (folder / "pain.yaml").write_text(RULE, encoding="utf-8")
    (folder / "earlier.csv").write_text(earlier, encoding="utf-8")
    return SearchOptions(
        source=Source(folder / "extract"),
        rule=folder / "pain.yaml",
        out=folder / "run",
        accept_missing=True,
        leave_out=folder / "earlier.csv",
    )


def listed(folder: Path, earlier: str) -> list[str]:
    found = run_search(options(folder, earlier))
    return sorted(row.local_number for rows in found.lists.values() for row in rows)


@pytest.mark.parametrize(
    "earlier, names",
    [
        ("NHS Number\n999 000 0018\n", ["L2", "L3", "L4"]),  # compared by digits
        ("nhs_number,date_of_birth\n9990000018,1950-01-01\n", ["L2", "L3", "L4"]),  # whoever was born when
        ("nhs_number,local_number\n9990000026,L9\n,L4\n", ["L1", "L3"]),  # without a number, by the practice's own
        ("nhs_number,local_number\n9990000026,L1\n", ["L1", "L3", "L4"]),  # L1 has another NHS number
        ("nhs_number,local_number\n9990000050,L4\n", ["L1", "L2", "L3"]),  # L4 has none, so it may be theirs
        ("local_number,practice code\nL1,B00002\nL2,a00001\n", ["L1", "L3", "L4"]),
        ("nhs_number\n", ["L1", "L2", "L3", "L4"]),
    ],
)
def test_who_is_left_out(tmp_path: Path, earlier: str, names: list[str]) -> None:
    assert listed(tmp_path, earlier) == names


def test_they_are_counted_and_nothing_names_them(tmp_path: Path) -> None:
    asked = options(tmp_path, "NHS Number\n9990000018\n9990000019\n9990000050\n")
    found = run_search(asked)
    [left] = [count for count in found.attrition if count.name == "in_earlier_list"]
    assert (left.people, left.left) == (3, 1)
    manifest = json.loads((asked.out / "manifest.json").read_text(encoding="utf-8"))["reports"]["leave_out"]
    assert (manifest["people"], manifest["became"]) == (2, {"left_off": 1, "absent": 1})
    assert manifest["rejected"] == {"an NHS number that fails its check digit": 1}
    assert any("earlier.csv" in warning for warning in found.warnings)  # the line that could not be used
    files = [path for path in asked.out.rglob("*") if path.is_file()]
    assert files and not any(b"9990000050" in path.read_bytes() for path in files)
    own, *_ = explain(asked.out, NUMBERS[0])
    assert "Not listed: the rule is met, but the person is in the earlier list to leave out" in list(describe(own))


def test_a_list_that_is_not_there_stops_the_search(tmp_path: Path) -> None:
    asked = options(tmp_path, "")
    (tmp_path / "earlier.csv").unlink()
    with pytest.raises(UsageError):
        run_search(asked)
