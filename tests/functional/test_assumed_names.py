"""How many names depend on an assumed length is said by a search, its manifest and workbook, and an inspection."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.functional.commands import casefinder
from tests.functional.plain import write_plain

pytestmark = pytest.mark.usefixtures("no_quality")

RULE = """\
rule: sick
version: 1
title: Sick
study: {name: Sick}
population: {}
criteria:
  off_work:
    certificates: {roles: [not_fit]}
    spell: {gap: 7 days, lasts: 42 days, assume: ASSUME}
include: off_work
"""
PEOPLE = "\n".join(
    f"{n},A00001,{n},{number},{n},1980-06-15,day,2010-01-01,regular,0,0"
    for n, number in ((1, "9990000018"), (2, "9990000026"))
)
# Both have two notes, 1 three weeks apart and 2 a week apart, five more in between.
EVENTS = "\n".join(
    [f"1,2,2026-03-{day},day,0" for day in ("01", "22")]
    + [f"2,2,2026-{day},day,0" for day in ("03-01", "03-08", "03-15", "03-22", "03-29", "04-05", "04-12")]
)
SAID = (
    "1 of the 2 names the rule finds depends on an assumption: that a fit note without a length lasts 28 days for off "
    "work."
)


def place(folder: Path, assume: str) -> Path:
    write_plain(folder / "extract", PEOPLE, EVENTS)
    (folder / "sick.yaml").write_text(RULE.replace("ASSUME", assume), encoding="utf-8")
    return folder


def run(folder: Path) -> str:
    options = ("--extract", folder / "extract", "--rule", folder / "sick.yaml", "--out", folder / "run")
    done = casefinder("search", *options, "--accept-missing")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_search_and_its_manifest_say_how_many(tmp_path: Path) -> None:
    assert SAID in run(place(tmp_path, "28 days"))
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["assumed_lengths"] == {
        "assume": {"off_work": "28 days"},
        "names": 2,
        "depend_on_it": 1,
        "by_practice": {"A00001": 1},
    }
    text = (tmp_path / "run" / "lists" / "A00001" / "invitation-list.csv").read_text(encoding="utf-8-sig")
    assert "off work at least 21 days by the dates of the notes, 49 if the last lasted 28" in text


def test_a_rule_that_assumes_nothing_lists_the_certain_and_says_no_such_thing(tmp_path: Path) -> None:
    said = run(place(tmp_path, "none"))
    assert "1 name" in said and "assumption" not in said
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["assumed_lengths"]["assume"] == {}
    assert manifest["rule"]["in_full"]["criteria"]["off_work"]["spell"]["assume"] == "none"


def test_an_inspection_says_how_many_each_rule_would_find_by_assuming(tmp_path: Path) -> None:
    done = casefinder("extract", "inspect", place(tmp_path, "28 days") / "extract", "--rule", tmp_path / "sick.yaml")
    assert SAID in " ".join(done.stdout.split()), done.stdout + done.stderr
