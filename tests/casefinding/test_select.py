"""Tuning needs the middle of a search alone: one prepared extract, and rules selected from it one after another."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.casefinding.options import SearchOptions, read_inputs
from pipeline.casefinding.prepare import prepare
from pipeline.casefinding.select import select
from pipeline.database import connect
from pipeline.rules.model import Rule
from pipeline.search.by_hand import ByHand
from pipeline.store.source import Source, open_source
from tests.functional.plain import write_plain

RULE = """\
rule: small
version: 1
title: Small
study: {name: Small}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain}}
  sick: {certificates: {roles: [not_fit]}, spell: {gap: 7 days, lasts: 20 days, assume: 28 days}}
include: pain
exclude: [sick]
"""
# 1 and 2 have pain, and 2 has been signed off; 3 has nothing.
PEOPLE = "\n".join(
    f"{n},A00001,{n},{number},{n},1980-06-15,day,2010-01-01,regular,0,0"
    for n, number in ((1, "9990000018"), (2, "9990000026"), (3, "9990000042"))
)
EVENTS = "1,1,2026-01-01,day,0\n2,1,2026-01-01,day,0\n2,2,2026-03-01,day,0"


def without_exclusions(rule: Rule) -> Rule:
    return rule.model_copy(update={"exclude": ()})


@pytest.fixture
def options(tmp_path: Path) -> SearchOptions:
    write_plain(tmp_path / "extract", PEOPLE, EVENTS)
    (tmp_path / "small.yaml").write_text(RULE, encoding="utf-8")
    return SearchOptions(source=Source(tmp_path / "extract"), rule=tmp_path / "small.yaml", out=tmp_path / "run")


def local_numbers(con: duckdb.DuckDBPyConnection, people: frozenset[int]) -> set[str]:
    rows = con.execute("SELECT local_number FROM patient WHERE person_row IN (SELECT unnest(?))", [list(people)])
    return {number for (number,) in rows.fetchall()}


def test_rules_are_selected_one_after_another(options: SearchOptions, tmp_path: Path) -> None:
    inputs = read_inputs(options)
    rule = inputs.checked.loaded.rule
    work = tmp_path / "work"
    with connect(work) as con, open_source(options.source, work) as (store, manifest):
        prepared = prepare(con, store, manifest, inputs, lambda _: None)
        first = select(con, prepared, rule)
        assert local_numbers(con, first.listed) == {"1"} and local_numbers(con, frozenset(first.others)) == {"2"}
        assert local_numbers(con, select(con, prepared, without_exclusions(rule)).listed) == {"1", "2"}
        [third] = con.execute("SELECT person_row FROM patient WHERE local_number = '3'").fetchone() or [0]
        named = select(con, prepared, rule, by_hand=ByHand(nominated=frozenset({third})))
        assert local_numbers(con, named.listed) == {"1", "3"}
        assert select(con, prepared, rule).attrition == first.attrition
    assert not (tmp_path / "run").exists()
