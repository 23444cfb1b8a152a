"""What a run says about values that a rule cannot compare: how many there are, and what was made of them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.rules.selection import Rows
from pipeline.rules.wording import readable
from pipeline.search.compile import Plan
from pipeline.search.doubt.amounts import is_value_in_doubt
from pipeline.search.engine import Engine


def say_values_in_doubt(engine: Engine, plan: Plan) -> Iterator[str]:
    """One line for each criterion that has some. Needs the plan's `hits`."""
    for number, (name, criterion) in enumerate(plan.rule.criteria.items(), 1):
        value = criterion.selection.value if isinstance(criterion.selection, Rows) else None
        if value and (value.unit or value.plausible):
            sql = f"SELECT COUNT(*) FROM {plan.table('hits')} WHERE criterion = {number} AND left_out = '' "  # noqa: S608
            [(found,)] = engine.fetch(f"{sql}AND {is_value_in_doubt(value)}")
            if found:
                yield _say(name, found)


def _say(name: str, found: int) -> str:
    rows, has, they = ("1 entry", "has", "It helps") if found == 1 else (f"{found:,} entries", "have", "They help")
    return (
        f"{rows} of the criterion '{readable(name)}' {has} a value in another unit, in none, or outside what the rule "
        f"calls plausible. {they} no one onto a list, and can keep people off."
    )
