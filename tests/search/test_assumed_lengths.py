"""Who depends on an assumed length: whoever the rule finds, and would not find with `assume: none`."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given

from pipeline.search.assumed_lengths import assumed_lengths, find_dependent, without_assumptions
from pipeline.search.by_hand import ByHand
from pipeline.search.in_memory.find import find
from pipeline.search.run import found_people, search
from tests.effort import effort
from tests.generative.pool import PRACTICES
from tests.generative.records import PEOPLE, Example, examples
from tests.search.engines import open_database
from tests.search.tables import ON_DUCKDB, ON_SQL, Spec
from tests.search.test_certificates import RULE

EVERYBODY = ByHand(nominated=frozenset(range(1, PEOPLE + 1)))


@ON_SQL
def test_names_that_depend_on_an_assumed_length(tmp_path: Path) -> None:
    # 1 has a coded length, 2 has none; 3 is found without it, since a week's gap joins what is certain.
    made = Spec(tmp_path, RULE).people("person\n1\n2\n3")
    made.events("""
        person | code      | date       | role          | encounter | value
        1      | fit-notes | 2026-03-01 | not_fit       | a         |
        1      | fit-notes | 2026-03-01 | duration_days | a         | 60
        2      | fit-notes | 2026-03-01 | not_fit       |           |
        2      | fit-notes | 2026-03-22 | not_fit       |           |
        3      | fit-notes | 2026-03-01 | not_fit       | a         |
        3      | fit-notes | 2026-03-01 | duration_days | a         | 40
        3      | fit-notes | 2026-04-12 | not_fit       |           |
    """)
    plan = made.run()
    assert assumed_lengths(made.rule) == {"off_work": "28 days"}
    assert found_people(made.engine, plan) == [1, 2, 3]
    assert find_dependent(made.engine, plan, [1, 2, 3]) == {2}


@ON_SQL
def test_a_rule_that_assumes_nothing_has_no_such_names(tmp_path: Path) -> None:
    made = Spec(tmp_path, RULE.replace("assume: 28 days", "assume: none")).people("person\n1")
    assert assumed_lengths(made.rule) == {}
    assert find_dependent(made.engine, made.run(), [1]) == frozenset()


@ON_DUCKDB
@effort(few=15, many=1_000)
@given(example=examples())
def test_the_oracle_without_assumptions_finds_the_others(example: Example) -> None:
    asked = (example.index, example.tables, example.uses, PRACTICES, EVERYBODY)
    found, certain = (
        {person for person, decision in find(rule, *asked).items() if decision.listed}
        for rule in (example.rule, without_assumptions(example.rule))
    )
    opened = open_database("sqlite", example.tables)
    try:
        plan = search(opened, example.rule, example.index, example.uses, PRACTICES, EVERYBODY)
        dependent = find_dependent(opened, plan, found)
    finally:
        opened.con.close()
    assert dependent == (found - certain if assumed_lengths(example.rule) else set())
