"""The steps of a plan: they read and write what they say, and two plans share a connection without meeting."""

from datetime import date
from itertools import chain
from pathlib import Path

import pytest
from sqlglot import expressions as exp
from sqlglot import parse_one

from pipeline.rules.check import check_rule
from pipeline.rules.load import load_rule
from pipeline.search.by_hand import ByHand
from pipeline.search.compile import Plan, compile_rule
from pipeline.search.elsewhere import elsewhere_steps
from pipeline.search.engine import DuckDbEngine, Engine
from pipeline.search.evidence import evidence_steps, gather
from pipeline.search.evidence_text import EvidenceRow
from pipeline.search.found_rows import hits_step, person_step
from pipeline.search.input_tables import number_roles
from pipeline.search.plan_text import say_plan
from pipeline.search.run import found_people, search
from pipeline.search.sql_layout import lay_out_sql
from pipeline.search.step import Step
from pipeline.search.table_names import (
    CRITERION_TABLES,
    LONGEST,
    PLAN_TABLES,
    TableNames,
    dropped_column,
    prefix_of,
    truth_column,
)
from tests.search.engines import complete, open_database, read_decisions
from tests.search.tables import INDEX, ON_DUCKDB, ON_SQL, Spec, read_rule
from tests.search.test_trees import SHIPPED

# Every kind of criterion, in both readings, with every part that reads a table of its own.
EVERY_KIND = """
population: {age: {from: 18, to: 64}, sex: [female, male]}
criteria:
  pain: {events: {codelist: pain, value: {at_least: 2, unit: [mm], plausible: {to: 9}}}, at_least: 2, spread: 3 months}
  again: {events: {codelist: pain}, persists: 3 months, same: meaning}
  drugs: {prescriptions: {codelist: drugs}, count: drugs, at_most: 2, after: {criterion: pain, within: 2 months}}
  few: {events: {codelist: pain}, at_least: 1, at_most: 3, after: {criterion: pain, date: last, within: 9 days}}
  off_work:
    certificates: {roles: [not_fit], within: 12 months}
    spell: {gap: 7 days, lasts: 28 days, assume: 14 days}
  off_after:
    certificates: {roles: [not_fit], within: 12 months}
    spell: {gap: 7 days, lasts: 28 days, assume: 14 days}
    after: {criterion: pain, date: any, within: 2 months}
  declined: {latest: {codelist: contact, roles: [declined]}}
include:
  all: [pain, again, drugs, few, off_work, off_after, declined]
exclude: [{any: [pain, again, drugs, few, off_work, off_after, declined]}]
in_work: {look_back: {in: 1 year, out: 1 year}, in: [employed], out: [unemployed]}
"""
CANONICAL = {"practice", "patient", "event", "prescription"}
FILLED = {
    "code_use", "searched_practice", "reported", "nominated", "unit_use", "calendar", "month_shift", "whole_number",
    "chosen", "other_record",
}  # fmt: skip


def plans(folder: Path) -> list[Plan]:
    rules = [read_rule(folder, EVERY_KIND)]
    rules += [load_rule(path).rule for path in SHIPPED if not path.name.endswith(".patients.yaml")]
    everybody = ByHand(frozenset(), frozenset())
    return [compile_rule(rule, INDEX, number_roles((), rule), everybody) for rule in rules]


def steps(plan: Plan) -> list[Step]:
    return [*plan.find, *plan.decide, *evidence_steps(plan)]


def steps_elsewhere(plan: Plan) -> list[Step]:
    """The steps that ask people's other records, after those of the plan itself."""
    other = compile_rule(plan.rule, INDEX, plan.roles, prefix="other__")
    found = (person_step(other, only=other.table("chosen")), hits_step(other))
    return [*found, *other.decide, *elsewhere_steps(plan, other)]


def read_by(sql: str) -> set[str]:
    """The tables that a SELECT really reads: those it names, without those it makes for itself."""
    tree = parse_one(sql, dialect="duckdb")
    own = {made.alias for made in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table)} - own


@ON_DUCKDB
def test_each_step_reads_what_it_says_and_nothing_that_is_not_there_yet(tmp_path: Path) -> None:
    for plan in plans(tmp_path):
        names = (plan.names, TableNames("other__"))
        there = CANONICAL | {own.of(name) for own in names for name in FILLED}  # type: ignore[arg-type]
        for step in (*steps(plan), *steps_elsewhere(plan)):
            assert set(step.reads) == read_by(step.sql), step.writes
            assert len(set(step.reads)) == len(step.reads)
            assert set(step.reads) <= there, step.writes
            assert step.writes not in there
            there.add(step.writes)


@ON_DUCKDB
def test_each_step_is_named_by_its_criterion_and_says_in_words_what_it_holds(tmp_path: Path) -> None:
    plan = plans(tmp_path)[0]
    names = {step.writes for step in steps(plan)}
    assert {"spec__off_work_spells", "spec__off_work_spells_against", "spec__pain_people"} <= names
    assert all(name.startswith("spec__") for name in names)
    assert all(step.comment.endswith(".") and len(step.comment) > 20 for step in steps(plan))


@ON_DUCKDB
def test_laying_out_changes_white_space_only(tmp_path: Path) -> None:
    for step in chain.from_iterable(map(steps, plans(tmp_path))):
        said = lay_out_sql(step.sql)
        assert "".join(said.split()) == "".join(step.sql.split())
        assert parse_one(said, dialect="duckdb") == parse_one(step.sql, dialect="duckdb")


@ON_DUCKDB
def test_how_sql_is_laid_out() -> None:
    sql = (
        "SELECT a.one, MAX(CASE WHEN a.two BETWEEN 1 AND 2 AND a.three IS NOT NULL THEN a.four ELSE 'no (brackets, "
        "here' END) AS five FROM (SELECT * FROM b) a LEFT JOIN c ON c.one = a.one WHERE a.one = 1"
    )
    assert lay_out_sql(sql).splitlines() == [
        "SELECT",
        "  a.one,",
        "  MAX(CASE",
        "    WHEN a.two BETWEEN 1 AND 2 AND a.three IS NOT NULL THEN a.four",
        "    ELSE 'no (brackets, here'",
        "  END) AS five",
        "FROM (",
        "  SELECT *",
        "  FROM b",
        ") a",
        "LEFT JOIN c ON c.one = a.one",
        "WHERE a.one = 1",
    ]


PEOPLE = "person | born\n1 | 1980-06-15\n2 | 1980-06-15\n3 | 1980-06-15\n"
EVENTS = """
person | code      | date       | role    | value
1      | pain      | 2026-01-05 |         | 3
1      | pain      | 2026-06-05 |         | 3
2      | pain      | 2026-01-05 |         | 1
1      | fit-notes | 2026-09-01 | not_fit |
1      | fit-notes | 2026-09-15 | not_fit |
3      | fit-notes |            | not_fit |
3      | contact   | 2026-09-01 | declined |
"""
OTHER = """
population: {}
criteria:
  off_work:
    certificates: {roles: [not_fit]}
    spell: {gap: 0 days, lasts: 14 days, assume: 14 days}
  pain: {events: {codelist: pain}}
include: {any: [pain, {not: off_work}]}
flag: [off_work]
"""


def outcome(engine: Engine, plan: Plan) -> tuple[object, object, tuple[dict[int, list[EvidenceRow]], object]]:
    """Everything that a search decides, and why."""
    engine.fill("code", ("code_id BIGINT", "term VARCHAR"), [])
    engine.fill("source_file", ("file_id INTEGER", "file VARCHAR"), [])
    return read_decisions(engine, plan), found_people(engine, plan), gather(engine, plan, [1, 2, 3])


@ON_SQL
@pytest.mark.parametrize("other_name", ["other", "spec"])
def test_two_rules_in_one_connection_find_what_each_finds_alone(tmp_path: Path, other_name: str, engine: str) -> None:
    one = Spec(tmp_path, EVERY_KIND).people(PEOPLE).events(EVENTS)
    two = Spec(tmp_path, OTHER, index=date(2026, 6, 1)).people(PEOPLE).events(EVENTS)
    two.rule = two.rule.model_copy(update={"rule": other_name})
    prefix = "again__" if other_name == "spec" else None  # two plans of one name need a prefix of the caller's
    alone = [outcome(spec.engine, spec.run()) for spec in (one, two)]

    shared = open_database(engine, complete(one.rows, one.made))
    first = search(shared, one.rule, one.index, one.uses(), one.practices)
    second = search(shared, two.rule, two.index, two.uses(), two.practices, prefix=prefix)
    assert [outcome(shared, plan) for plan in (first, second)] == alone


@ON_SQL
def test_the_reason_for_the_same_again_is_the_rows_of_that_meaning(tmp_path: Path) -> None:
    """A knee in between is not behind back pain that was recorded again."""
    rule = """
        population: {}
        criteria:
          again: {events: {codelist: pain}, persists: 3 months, same: meaning}
        include: again
    """
    spec = (
        Spec(tmp_path, rule)
        .people("person\n1")
        .events("""
        person | code | date       | meaning
        1      | pain | 2025-01-01 | back
        1      | pain | 2025-03-01 | knee
        1      | pain | 2025-06-01 | back
    """)
    )
    plan = spec.run()
    _, _, (rows, _) = outcome(spec.engine, plan)
    assert [date.fromordinal(row.first_day or 0).month for row in rows[1]] == [1, 6]


RULE_NAMES = ["instep", "instep-wide", "2fast", "a", "a-", "a--b", "a-b", "a-b-c", "x" * 80, "x" * 81]
CRITERIA = ["person", "hits", "work", "a", "a_spells", "a_spells_against", "a_", "b__c", "wide_a", "y" * 80, "y" * 81]


@ON_DUCKDB
def test_no_two_tables_or_columns_have_one_name(tmp_path: Path) -> None:
    body = "\n".join(f"  {name}: {{events: {{codelist: pain}}}}" for name in CRITERIA)
    rule = read_rule(tmp_path, f"population: {{}}\ncriteria:\n{body}\ninclude: {{all: [{', '.join(CRITERIA)}]}}\n")
    rule = rule.model_copy(update={"exclude": tuple(CRITERIA)})
    variants = compile_rule(rule, INDEX, {}).variants
    assert len(variants) == 2 * len(CRITERIA)
    columns = [truth_column(one) for one in variants] + [dropped_column(name) for name in CRITERIA]
    names = [TableNames(prefix_of(rule)) for rule in RULE_NAMES]
    tables = [own.of(table) for own in names for table in PLAN_TABLES]  # type: ignore[arg-type]
    tables += [
        own.of_criterion(one, table)  # type: ignore[arg-type]
        for own in names
        for one in variants
        for table in CRITERION_TABLES
    ]
    for every in (columns, tables):
        assert len(set(every)) == len(every)
        assert all(len(name) <= LONGEST and not name[:1].isdigit() and name.isidentifier() for name in every)


@ON_DUCKDB
@pytest.mark.parametrize("name", ["instep", "oslo"])
def test_what_is_printed_runs_as_it_stands(name: str) -> None:
    checked = check_rule(load_rule(Path(name)))
    opened = open_database("duckdb", complete({}, INDEX))
    assert isinstance(opened, DuckDbEngine)
    plan = search(opened, checked.loaded.rule, INDEX, [], [])
    opened.fill(plan.table("chosen"), ("person_row BIGINT",), [])
    for step in (*plan.find, *plan.decide):
        opened.con.execute(f"DROP TABLE {step.writes}")
    opened.con.execute("\n".join(say_plan(plan, checked.codelists)))
    assert all(opened.fetch(f"SELECT * FROM {step.writes}") == [] for step in steps(plan))


@ON_DUCKDB
@pytest.mark.parametrize("tree", ["{{all: [{0}]}}", "{{any: [{0}]}}", "{{count_of: {{n: 2, of: [{0}]}}}}"])
def test_the_sql_grows_as_the_rule_does(tmp_path: Path, tree: str) -> None:
    """200 criteria once took gigabytes, since each of them wrote out all of the others."""

    def length(count: int) -> int:
        names = [f"c{number}" for number in range(count)]
        body = "\n".join(f"  {name}: {{events: {{codelist: pain}}}}" for name in names)
        include = tree.format(", ".join(names))
        rule = read_rule(tmp_path, f"population: {{}}\ncriteria:\n{body}\ninclude: {include}\nexclude: [{names[0]}]\n")
        rule = rule.model_copy(update={"exclude": tuple(names)})
        plan = compile_rule(rule, INDEX, {})
        return sum(len(step.sql) for step in (*plan.find, *plan.decide))

    assert length(200) < 2.2 * length(100)
