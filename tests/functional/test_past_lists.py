"""Lists of a past day name no one who may not be named today. The index date is 1 July 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.casefinding.find import SearchResult
from pipeline.casefinding.options import SearchOptions
from pipeline.runs.explain import explain
from pipeline.runs.explain_text import describe
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.functional.plain import EVENT, PATIENT, write_plain

pytestmark = pytest.mark.usefixtures("no_quality")

RULE = """\
rule: past
version: 1
title: Past
study: {name: Past}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain}}
include: pain
"""
NUMBERS = ("9990000018", "9990000026", "9990000042", "9990000050")
PRACTICES = "practice_id,name,supplier,extract_date\nA00001,First,Test,2026-11-20\nB00002,Second,Test,%s\n"
# Person, practice, patient, number, death, start and end of the registration.
PERSON = "{0},{1},p{0},{2},{0},1980-06-15,day,{4},regular,0,0,{3},{5}"


def options(folder: Path, *people: str, second_made: str = "2026-11-20") -> SearchOptions:
    """A search of these rows of `patient`, each `person practice number death start end`; everybody has pain."""
    write_plain(folder / "extract", "", "")
    rows = [PERSON.format(*("" if word == "-" else word for word in one.split())) for one in people]
    events = [f"{one.split()[0]},1,2026-01-01,day,0" for one in people]
    header = f"{PATIENT.strip()},date_of_death,registered_to"
    tables = {"practice": PRACTICES % second_made, "patient": "\n".join((header, *rows, ""))}
    for name, text in {**tables, "event": EVENT + "\n".join((*events, ""))}.items():
        (folder / "extract" / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "past.yaml").write_text(RULE, encoding="utf-8")
    source, rule = Source(folder / "extract"), folder / "past.yaml"
    return SearchOptions(source=source, rule=rule, out=folder / "run", as_of=date(2026, 7, 1), accept_missing=True)


def listed(found: SearchResult) -> list[str]:
    return sorted(row.nhs_number for rows in found.lists.values() for row in rows)


def test_who_moved_or_died_by_another_record_is_left_off_and_said(tmp_path: Path) -> None:
    one, two, three, four = NUMBERS
    asked = options(
        tmp_path,
        f"1 A00001 {one} - 2010-01-01 -",
        f"2 A00001 {two} - 2010-01-01 -",  # another practice's patient since August, and never taken off this one's
        f"3 B00002 {two} - 2026-08-01 -",
        f"4 A00001 {three} - 2010-01-01 -",  # dead by the record of a practice they have left
        f"5 B00002 {three} 2026-09-01 2001-01-01 2009-01-01",
        f"6 B00002 {four} - 2010-01-01 2026-10-01",
    )
    found = run_search(asked)
    assert listed(found) == [one]
    [said] = [warning for warning in found.warnings if "may not be named today" in warning]
    assert (
        said.startswith("3 people found by the rule on 01/07/2026")
        and "20/11/2026: 1 died, by this or another record of their NHS number; 2 left" in said
    )
    lines = list(describe(explain(asked.out, two)[0]))
    assert "Not listed: the rule was met on the index date, but the person has left the practice since" in lines


def test_a_practice_without_a_new_extract_is_left_out_for_names_and_not_for_counts(tmp_path: Path) -> None:
    rows = (f"1 A00001 {NUMBERS[0]} - 2010-01-01 -", f"2 B00002 {NUMBERS[1]} - 2010-01-01 -")
    asked = options(tmp_path, *rows, second_made="2026-07-15")
    found = run_search(asked)
    assert listed(found) == [NUMBERS[0]]
    assert any(said.startswith("B00002 was not searched: its extract is from 15/07/2026") for said in found.warnings)
    counted = run_search(replace(asked, counts_only=True, out=tmp_path / "counts"))
    assert [one.is_searched for one in counted.practices] == [True, True]
    assert len(counted.identities) == 2
