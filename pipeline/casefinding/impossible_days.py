"""What a run says about rows whose day cannot be: how many there are, and what was made of them."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.search.compile import Plan
from pipeline.search.engine import Engine
from pipeline.search.input_tables import TABLE_NUMBERS


def say_impossible_days(engine: Engine, plan: Plan) -> Iterator[str]:
    """One line for all tables; nothing where every day can be. Needs the plan's `hits`."""
    found = _count(engine, plan)
    if found:
        has, they = ("has", "It helps") if sum(found.values()) == 1 else ("have", "They help")
        rows = " and ".join(f"{n:,} {table}{'s' * (n > 1)}" for table, n in found.items())
        yield (
            f"{rows} with a code of this rule {has} a date, or a date of recording, that cannot be: before birth, on "
            f"or before 1 January 1900, or after the extract was made. {they} no one onto a list, and can keep people "
            "off. 'casefinder explain' shows a person's rows. Correct the dates in the practice's own system."
        )


def _count(engine: Engine, plan: Plan) -> dict[str, int]:
    """Rows by table, each once however many criteria use it."""
    rows = engine.fetch(
        "SELECT kind, COUNT(*) FROM (SELECT DISTINCT kind, person_row, source_file, source_key "  # noqa: S608
        f"FROM {plan.table('hits')} WHERE left_out = '' AND may_help = 0 "
        "AND (impossible_day IS NOT NULL OR is_confidential = 0)) d GROUP BY kind"
    )
    counts: dict[int, int] = dict(rows)
    return {table: counts[number] for table, number in TABLE_NUMBERS.items() if number in counts}
