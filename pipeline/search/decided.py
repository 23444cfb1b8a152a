"""Runs a whole search over canonical tables, and reads what it decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import duckdb

from pipeline.rules.model import Rule
from pipeline.search.compile import Plan, compile_rule
from pipeline.search.engine import run_steps
from pipeline.search.prepare import CodeUse, prepare


def search(
    con: duckdb.DuckDBPyConnection,
    rule: Rule,
    index: date,
    uses: Iterable[CodeUse],
    practices: Iterable[str],
    progress: Callable[[str], None] = lambda _: None,
) -> Plan:
    """Find the people of a rule. Leaves `person`, `hits`, `met`, `decision` and the steps between them in `con`."""
    progress("Finding")
    roles = prepare(con, rule, index, uses, practices)
    plan = compile_rule(rule, index, roles)
    run_steps(con, (*plan.find, *plan.decide))
    return plan


def found_people(con: duckdb.DuckDBPyConnection, plan: Plan) -> list[int]:
    """The `person_row` of everybody who went through every stage, in order."""
    sql = "SELECT person_row FROM decision WHERE passed = ? ORDER BY person_row"
    return [row[0] for row in con.execute(sql, [len(plan.stages)]).fetchall()]
