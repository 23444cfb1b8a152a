"""How many letters may go to people in work is counted in attrition.csv and the manifest, flagged or left out."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.functional.commands import casefinder
from tests.functional.plain import write_plain

RULE = """\
rule: small
version: 1
title: Small
study: {name: Small}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain}}
include: pain
in_work:
  look_back: {in: 24 months, out: 12 months}
  in: [employed, may_be_fit]
  out: [not_fit]
  action: %s
"""
# 1: nothing about work. 2: a note of March 2026. 3 and 4 are one person, who counts once.
PEOPLE = "\n".join(
    f"{n},A00001,{n},{number},{n},1980-06-15,day,{since},regular,0,0"
    for n, number, since in (
        (1, "9990000018", "2010-01-01"),
        (2, "9990000026", "2010-01-01"),
        (3, "9990000042", "2010-01-01"),
        (4, "9990000042", "2012-01-01"),
    )
)
EVENTS = "\n".join([*(f"{n},1,2026-01-01,day,0" for n in range(1, 5)), "2,2,2026-03-01,day,0"])


def counted(
    folder: Path, action: str, side: str
) -> tuple[list[dict[str, str]], dict[str, dict[str, dict[str, dict[str, int]]]]]:
    write_plain(folder / "extract", PEOPLE, EVENTS)
    rule = RULE % action
    rule = rule.replace("out: [not_fit]", "out: [employed]").replace("[employed, may_be_fit]", "[not_fit]")
    (folder / "small.yaml").write_text(rule if side == "in" else RULE % action, encoding="utf-8")
    out = folder / "run"
    casefinder("search", "--extract", folder / "extract", "--rule", folder / "small.yaml", "--out", out)
    with (out / "attrition.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return rows, manifest["in_work"]


@pytest.mark.parametrize("action", ["flag", "exclude"])
def test_every_state_is_counted_and_adds_up_to_the_list_and_those_left_out(tmp_path: Path, action: str) -> None:
    rows, described = counted(tmp_path, action, "in")
    states = {row["name"]: (int(row["people"]), int(row["left"])) for row in rows if row["kind"] == "in_work"}
    gone = int(action == "exclude")
    none = dict.fromkeys(("out_of_work", "conflicting", "other", "not_recent"), (0, 0))
    assert states == {"in_work": (1, gone), **none, "none": (2, 0)}
    [last] = [row for row in rows if row["kind"] == "stage"][-1:]
    assert int(last["people"]) == sum(people - left for people, left in states.values())
    told = {name: (one["people"], one["left_out"]) for name, one in described["A00001"]["in_work"].items()}
    assert told == states


def test_strength_and_age_are_counted_within_each_state(tmp_path: Path) -> None:
    rows, described = counted(tmp_path, "flag", "out")
    detail = {row["name"]: row for row in rows if row["kind"] == "in_work_evidence"}
    assert set(detail) == {"out_of_work:other_certificate:6_to_12_months", "none:none:none"}
    assert detail["none:none:none"]["words"] == "nothing recorded about work: no entry"
    both = Counter(row["kind"] for row in rows for _ in range(int(row["people"])) if row["kind"].startswith("in_work"))
    assert both["in_work"] == both["in_work_evidence"] == 3
    assert described["A00001"]["in_work_evidence"]["none:none:none"] == {"people": 2, "left_out": 0}


def test_explain_says_what_kind_of_entry_it_is_and_how_old(tmp_path: Path) -> None:
    counted(tmp_path, "flag", "in")
    told = casefinder("explain", "--run", tmp_path / "run", "--patient", "2").stdout
    assert "What the record says about work: in work (another certificate, 6 to 12 months)" in told
    assert "What the record says about work: none\n" in casefinder(
        "explain", "--run", tmp_path / "run", "--patient", "1"
    ).stdout.replace("\r", "")
