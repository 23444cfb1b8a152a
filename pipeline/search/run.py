"""Runs a whole search over canonical tables, and reads what it decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pipeline.rules.model import Rule
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.calendar import write_month_shift
from pipeline.search.compile import Plan, compile_rule
from pipeline.search.engine import Engine, run_steps
from pipeline.search.input_tables import CodeUse, has_coded_months, number_roles, write_inputs


def search(
    engine: Engine,
    rule: Rule,
    index: date,
    uses: Iterable[CodeUse],
    practices: Iterable[str],
    by_hand: ByHand = NOBODY,
    prefix: str | None = None,
) -> Plan:
    """Find the people of a rule. Leaves the plan's tables: `person`, `hits`, `decision` and the steps between them.

    `prefix` is what their names begin with, as `compile_rule` takes it.
    """
    kept = list(uses)
    plan = compile_rule(rule, index, number_roles(kept, rule), by_hand, prefix)
    write_inputs(engine, plan, kept, practices)
    run_steps(engine, plan.find)
    decide(engine, plan, has_coded_months(kept))
    return plan


def decide(engine: Engine, plan: Plan, has_coded_months: bool) -> None:
    """Work everything out from `person` and `hits`."""
    write_month_shift(engine, plan, has_coded_months)
    run_steps(engine, plan.decide)


def found_people(engine: Engine, plan: Plan) -> list[int]:
    """The `person_row` of everyone who went through every stage, in order."""
    return _people(engine, plan, f"passed = {len(plan.stages)}")


def excluded_people(engine: Engine, plan: Plan) -> list[int]:
    """The `person_row` of everyone the rule finds and an exclusion keeps off, in order."""
    first = sum(stage.part != "exclude" for stage in plan.stages)
    return _people(engine, plan, f"passed >= {first} AND passed < {len(plan.stages)}")


def _people(engine: Engine, plan: Plan, condition: str) -> list[int]:
    sql = f"SELECT person_row FROM {plan.table('decision')} WHERE {condition} ORDER BY person_row"
    return [row[0] for row in engine.fetch(sql)]
