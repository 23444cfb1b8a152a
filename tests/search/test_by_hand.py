"""A search kept to some people, and people nominated by hand: what each may change, and what nothing can."""

from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.search.attrition import Count, count_attrition
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.compile import compile_rule
from pipeline.search.input_tables import number_roles
from tests.search.tables import INDEX, ON_DUCKDB, ON_SQL, Spec
from tests.search.test_trees import strange

RULE = """
population: {registered: {type: regular}, age: {from: 18, to: 64}}
criteria:
  pain: {events: {codelist: pain}}
  drugs: {events: {codelist: drugs}}
  cancer: {events: {codelist: cancer}}
  declined: {events: {codelist: declined}}
include: {all: [pain, drugs, {not: declined}]}
exclude: [cancer]
in_work: {look_back: {in: 1 year, out: 1 year}, in: [employed], out: [unemployed], action: exclude}
"""
PEOPLE = """
person | born       | died       | type      | test
1      | 1980-06-15 |            | regular   | 0
2      | 1980-06-15 |            | regular   | 0
3      | 1980-06-15 |            | regular   | 0
4      | 1980-06-15 |            | regular   | 0
5      | 1980-06-15 |            | regular   | 0
6      | 1980-06-15 | 2026-01-01 | regular   | 0
7      | 1980-06-15 |            | temporary | 0
8      | 2015-06-15 |            | regular   | 0
9      | 1980-06-15 |            | regular   | 1
"""
# 1 meets the rule; 2 has nothing; 3 has cancer, 4 said no, 5 is in work. Of 6 to 9 nobody may be looked at.
EVENTS = """
person | code       | date       | role
1      | pain       | 2026-01-01 |
1      | drugs      | 2026-01-01 |
3      | cancer     |            |
4      | declined   |            |
5      | employment | 2026-11-01 | employed
"""
EVERYBODY = frozenset(range(1, 10))


def spec(folder: Path, by_hand: ByHand) -> Spec:
    made = Spec(folder, RULE).people(PEOPLE).events(EVENTS)
    made.by_hand = by_hand
    return made


@pytest.mark.parametrize(
    ("by_hand", "found"),
    [
        (NOBODY, [1]),
        (ByHand(only=frozenset({1, 2})), [1]),
        (ByHand(only=frozenset({2})), []),
        (ByHand(only=frozenset()), []),
        (ByHand(nominated=frozenset()), [1]),
        (ByHand(nominated=EVERYBODY), [1, 2]),
        (ByHand(only=frozenset({2, 3}), nominated=EVERYBODY), [2]),
        (ByHand(only=frozenset({1}), nominated=frozenset({2})), [1]),
    ],
)
def test_who_is_found(tmp_path: Path, by_hand: ByHand, found: list[int]) -> None:
    assert spec(tmp_path, by_hand).found() == found


def test_a_nomination_overrides_no_step_but_what_speaks_for_a_person(tmp_path: Path) -> None:
    # Steps: real, alive, registered, age; pain, drugs, not declined; cancer, in work; 9 is listed.
    decisions = spec(tmp_path, ByHand(nominated=EVERYBODY)).decisions()
    assert {person: one.passed for person, one in decisions.items()} == {
        1: 9, 2: 9, 3: 7, 4: 6, 5: 8, 6: 1, 7: 2, 8: 3, 9: 0
    }  # fmt: skip


def test_a_criterion_that_only_saves_from_an_exclusion_is_not_stood_in_for(tmp_path: Path) -> None:
    # Excluded unless a scan is certain: a nomination is no scan.
    made = Spec(
        tmp_path,
        """
        population: {}
        criteria: {pain: {events: {codelist: pain}}, scan: {events: {codelist: scan}}}
        include: pain
        exclude: [{not: scan}]
        """,
    ).people("person\n1")
    made.by_hand = ByHand(nominated=frozenset({1}))
    assert made.found() == []


@ON_SQL
def test_whether_the_rule_alone_finds_the_nominated(tmp_path: Path) -> None:
    made = spec(tmp_path, ByHand(nominated=frozenset({1, 2, 3})))
    decision = made.run().table("decision")
    rows = made.engine.fetch(f"SELECT person_row, by_rule FROM {decision} WHERE person_row <= 3 ORDER BY 1")
    assert rows == [(1, 1), (2, 0), (3, 0)]


def stages(counts: list[Count]) -> list[tuple[str, int, int | None]]:
    return [(count.name, count.people, count.left) for count in counts if count.kind == "stage"]


@ON_DUCKDB
def test_attrition_adds_up_and_shows_the_step(tmp_path: Path) -> None:
    made = spec(tmp_path, ByHand(only=frozenset(range(2, 10)), nominated=frozenset({2, 3, 4, 6})))
    counts = count_attrition(made.engine, made.run(), {})
    found = stages(counts)
    assert found[:3] == [("records", 9, None), ("reported", 8, 1), ("real", 7, 1)]
    assert found[-1] == ("one_person", 1, 0)
    assert all(before - (left or 0) == people for (_, before, _), (_, people, left) in pairwise(found))
    assert {count.words for count in counts if count.name in ("reported", "pain")} >= {
        "In the patient report",
        "pain, or nominated",
    }


@ON_DUCKDB
def test_what_a_dropped_criterion_adds_is_counted_with_the_reports_in_force(tmp_path: Path) -> None:
    def added(by_hand: ByHand) -> dict[str, int]:
        made = spec(tmp_path, by_hand)
        made.events("person | code | date\n2 | pain | 2026-01-01")  # now 2 lacks only the drugs
        return {c.name: c.people for c in count_attrition(made.engine, made.run(), {}) if c.kind == "if_dropped"}

    assert added(NOBODY)["drugs"] == 1
    assert added(ByHand(only=frozenset({1})))["drugs"] == 0
    assert added(ByHand(nominated=frozenset({2})))["drugs"] == 0  # listed already


@ON_DUCKDB
def test_the_steps_keep_to_the_subset_of_sql(tmp_path: Path) -> None:
    rule = spec(tmp_path, NOBODY).rule
    plan = compile_rule(rule, INDEX, number_roles((), rule), ByHand(frozenset(), frozenset()))
    assert [strange(step) for step in (*plan.find, *plan.decide)] == [[]] * len((*plan.find, *plan.decide))


@ON_DUCKDB
def test_without_a_report_no_step_of_the_decision_asks_for_one(tmp_path: Path) -> None:
    rule = spec(tmp_path, NOBODY).rule
    plan = compile_rule(rule, INDEX, number_roles((), rule))
    assert not any("is_reported" in step.sql or "is_nominated" in step.sql for step in plan.decide)
