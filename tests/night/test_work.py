"""A night tells the ledger what records say about work, and whom that leaves out."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from pipeline.ledger.counts import count_states
from pipeline.ledger.open import open_ledger
from pipeline.night.settings import Site
from tests.night.small import DAY, later, make_site, night, somebody

WORK = """\
in_work:
  codelists: [small-work]
  look_back: {in: 24 months, out: 12 months}
  in: [employed]
  out: [unemployed]
  action: %s
"""
ABOUT = """\
title: small-work
version: 1
author: Nobody
date: '2026-11-01'
source: Invented
licence: None
roles: [employed, unemployed]
"""
CODES = "code,system,term,role\n363346000,snomed,Employed,employed\n73438004,snomed,Unemployed,unemployed\n"


def site_of(folder: Path, action: str) -> Site:
    """The rule reads the second code of the extract as employment, and leaves no one out for it as cancer."""
    site = make_site(folder)
    (folder / "lists" / "small-work.csv").write_text(CODES, encoding="utf-8")
    (folder / "lists" / "small-work.yaml").write_text(ABOUT, encoding="utf-8")
    rule = folder / "pain.yaml"
    text = rule.read_text(encoding="utf-8").replace("exclude: [cancer]\n", "exclude: []\n")
    rule.write_text(text + WORK % action, encoding="utf-8")
    return site


def recorded(site: Site) -> list[dict[str, str]]:
    """What the chain says about work, one row after another."""
    with open_ledger(site.ledger, DAY) as ledger:
        rows = ledger.con.execute("SELECT body FROM chain WHERE kind = 'work' ORDER BY seq").fetchall()
        fingerprints = ledger.con.execute("SELECT json_extract(body, '$.fingerprint') FROM chain WHERE kind = 'run'")
        known = {row[0] for row in fingerprints}
    found = [json.loads(body) for (body,) in rows]
    assert {one["fingerprint"] for one in found} <= known
    return found


def attrition(site: Site, day: date) -> dict[str, tuple[int, int]]:
    """The states of everyone found, and how many were left out, over the practices."""
    [path] = (site.output / "runs").rglob(f"{day}/attrition.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "in_work"]
    names = {row["name"] for row in rows}
    own = {name: [row for row in rows if row["name"] == name] for name in names}
    return {name: (sum(int(r["people"]) for r in of), sum(int(r["left"]) for r in of)) for name, of in own.items()}


def test_a_listed_persons_state_strength_and_age_are_in_the_chain(tmp_path: Path) -> None:
    site = site_of(tmp_path, "flag")
    people = [somebody(0, cancer=later(-100)), somebody(1)]
    assert not night(site, people, DAY).failures
    said = [(one["state"], one["strength"], one["age"]) for one in recorded(site)]
    assert sorted(said) == [("in_work", "employment_code", "3_to_6_months"), ("none", "none", "none")]
    # Nothing has changed a night later. After three months the evidence is older.
    assert not night(site, people, later(1)).failures
    assert len(recorded(site)) == 2
    assert not night(site, people, later(90)).failures
    assert [one["age"] for one in recorded(site)[2:]] == ["6_to_12_months"]


@pytest.mark.parametrize("action, state", [("flag", ("for_review", None)), ("exclude", ("excluded", "in_work"))])
def test_who_is_left_out_for_work_is_so_in_the_ledger_and_in_the_counts(
    tmp_path: Path, action: str, state: tuple[str, str | None]
) -> None:
    site = site_of(tmp_path, action)
    assert not night(site, [somebody(0, cancer=later(-100))], DAY).failures
    with open_ledger(site.ledger, DAY) as ledger:
        assert count_states(ledger, "pain") == {state: 1}
    left = int(action == "exclude")
    assert attrition(site, DAY)["in_work"] == (1, left)
    page = "".join((site.output / "nightly.html").read_text(encoding="utf-8").split())
    said = "Recordedasinwork:anemploymentcode,3to6months"
    assert f'{said}</th><tdclass="number">1</td><tdclass="number">{left}</td>' in page
