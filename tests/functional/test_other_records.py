"""Anything against a person in another practice's record of them keeps them off, is counted, and is not told."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.casefinding.reasons import RESTRICTED_ELSEWHERE
from pipeline.runs.explain import explain
from pipeline.runs.explain_text import describe
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.functional.plain import EVENT, PATIENT, write_plain

pytestmark = pytest.mark.usefixtures("no_quality")

RULE = """\
rule: other
version: 1
title: Other
study: {name: Other}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain}}
  signed_off: {certificates: {roles: [not_fit]}, spell: {gap: 7 days, lasts: 14 days, assume: 14 days}}
include: pain
exclude: [signed_off]
"""
NUMBERS = ("9990000018", "9990000026", "9990000042")
PRACTICES = "practice_id,name,supplier,extract_date\nA00001,First,Test,2026-11-20\nB00002,Second,Test,%s\n"
# Three people of the first practice. The second has an ended registration of each.
PEOPLE = "".join(
    f"{n},A00001,a{n},{number},{n},1980-06-15,day,2010-01-01,regular,0,0,,\n"
    f"{n + 10},B00002,b{n},{number},{n},1980-06-15,day,2001-01-01,regular,0,{int(n == 2)},,2009-01-01\n"
    for n, number in enumerate(NUMBERS, 1)
)
# Everybody has pain. The first was signed off, by the second practice's record only.
EVENTS = "".join(f"{n},1,2026-01-01,day,0\n" for n in (1, 2, 3)) + "11,2,2008-03-01,day,0\n"


def options(folder: Path, made: str = "2026-11-20", **more: object) -> SearchOptions:
    write_plain(folder / "extract", "", "")
    header = f"{PATIENT.strip()},date_of_death,registered_to\n"
    tables = {"practice": PRACTICES % made, "patient": header + PEOPLE, "event": EVENT + EVENTS}
    for name, text in tables.items():
        (folder / "extract" / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "other.yaml").write_text(RULE, encoding="utf-8")
    source, rule = Source(folder / "extract"), folder / "other.yaml"
    return SearchOptions(source=source, rule=rule, out=folder / "run", accept_missing=True, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("made", ["2026-11-20", "2026-07-15"])
def test_an_exclusion_in_a_record_of_any_practice_keeps_off(tmp_path: Path, made: str) -> None:
    """Also of one that is itself left out, because its extract is too old."""
    asked = options(tmp_path, made)
    found = run_search(asked)
    assert [row.nhs_number for rows in found.lists.values() for row in rows] == list(NUMBERS[1:])
    [said] = [warning for warning in found.warnings if "another record" in warning]
    assert said.startswith("1 person found by the rule is left off the lists because an exclusion holds in another")
    [left] = [count for count in found.attrition if count.name == "excluded_elsewhere" and count.left]
    assert (left.practice_id, left.people, left.left) == ("A00001", 2, 1)


def test_no_file_of_the_run_says_what_stands_in_the_other_record(tmp_path: Path) -> None:
    asked = options(tmp_path)
    run_search(asked)
    own, *_ = explain(asked.out, NUMBERS[0])
    lines = list(describe(own))
    assert [line for line in lines if line.startswith("Not listed: the rule is met, but an exclusion holds in another")]
    assert not [line for line in lines if "Not fit" in line]
    with (asked.out / "attrition.csv").open(encoding="utf-8-sig", newline="") as file:
        [row, *_] = [row for row in csv.DictReader(file) if row["name"] == "excluded_elsewhere"]
    assert "signed" not in str(row)
    assert "another record" in json.dumps(json.loads((asked.out / "manifest.json").read_text())["warnings"])


def test_a_restricted_record_elsewhere_is_shown(tmp_path: Path) -> None:
    found = run_search(options(tmp_path))
    assert [RESTRICTED_ELSEWHERE in row.flags for rows in found.lists.values() for row in rows] == [True, False]


def test_a_past_day_asks_the_other_record_of_that_day_too(tmp_path: Path) -> None:
    found = run_search(options(tmp_path, as_of=date(2026, 7, 1)))
    assert [row.nhs_number for rows in found.lists.values() for row in rows] == list(NUMBERS[1:])
