"""Runs a whole search over canonical tables, and reads what it decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.rules.model import Rule
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.calendar import write_month_shift
from pipeline.search.compile import Plan, compile_rule
from pipeline.search.engine import Database, run_steps
from pipeline.search.input_tables import CodeUse, has_coded_months, prepare


def search(
    con: Database,
    rule: Rule,
    index: date,
    uses: Iterable[CodeUse],
    practices: Iterable[str],
    by_hand: ByHand = NOBODY,
) -> Plan:
    """Find the people of a rule. Leaves `person`, `hits`, `met`, `decision` and the steps between them in `con`."""
    kept = list(uses)
    plan = compile_rule(rule, index, prepare(con, rule, kept, practices, by_hand), by_hand)
    run_steps(con, plan.find)
    decide(con, plan, has_coded_months(kept))
    return plan


def decide(con: Database, plan: Plan, coded_months: bool) -> None:
    """Work everything out from `person` and `hits`."""
    write_month_shift(con, plan.rule, plan.index, coded_months)
    run_steps(con, plan.decide)


def found_people(con: Database, plan: Plan) -> list[int]:
    """The `person_row` of everybody who went through every stage, in order."""
    sql = "SELECT person_row FROM decision WHERE passed = ? ORDER BY person_row"
    return [row[0] for row in con.execute(sql, [len(plan.stages)]).fetchall()]


def excluded_people(con: Database, plan: Plan) -> list[int]:
    """The `person_row` of everybody whom the rule finds and an exclusion keeps off, in order."""
    first = sum(stage.part != "exclude" for stage in plan.stages)
    sql = "SELECT person_row FROM decision WHERE passed >= ? AND passed < ? ORDER BY person_row"
    return [row[0] for row in con.execute(sql, [first, len(plan.stages)]).fetchall()]
