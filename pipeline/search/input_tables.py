"""The small tables a compiled search reads beside the canonical ones: which code counts where, and who is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.rules.model import Rule
from pipeline.rules.selection import DURATION_ROLES
from pipeline.search.basis import Basis, values_in_units
from pipeline.search.calendar import write_calendar
from pipeline.search.engine import Engine

TABLE_NUMBERS = {"event": 1, "prescription": 2}
NO_ROLE = ""


@dataclass(frozen=True)
class CodeUse:
    """A code of the extract counts for a criterion (by its number in the rule), with a role and a meaning."""

    criterion_number: int
    code_id: int
    role: str
    meaning: str | None = None  # of a medicine, its substance


def number_roles(uses: Iterable[CodeUse], rule: Rule) -> dict[str, int]:
    """A number for every role in use or named, the same for the same rule and codes."""
    named = {role for criterion in rule.criteria.values() for role in criterion.selection.roles}
    if rule.in_work:
        named |= rule.in_work.roles_read
    roles = {use.role for use in uses} | named | {NO_ROLE, *DURATION_ROLES}
    return {role: number for number, role in enumerate(sorted(roles))}


def write_inputs(engine: Engine, basis: Basis, uses: Iterable[CodeUse], practices: Iterable[str]) -> None:
    """Write every small table but those of `decide`. `practices` are those to search."""
    kept = sorted(uses, key=lambda use: (use.criterion_number, use.code_id))
    meanings = {name: number for number, name in enumerate(sorted({use.meaning for use in kept if use.meaning}))}
    rows = [
        (
            _table_number(basis.rule, use.criterion_number),
            use.code_id,
            use.criterion_number,
            basis.roles[use.role],
            meanings.get(use.meaning or ""),
        )
        for use in kept
    ]
    columns = ("kind INTEGER", "code_id BIGINT", "criterion INTEGER", "role INTEGER", "meaning INTEGER")
    engine.fill(basis.table("code_use"), columns, rows)
    searched = [(practice,) for practice in practices]
    engine.fill(basis.table("searched_practice"), ("practice_id VARCHAR",), searched)
    engine.fill(basis.table("reported"), ("person_row BIGINT",), _rows(basis.by_hand.only))
    engine.fill(basis.table("nominated"), ("person_row BIGINT",), _rows(basis.by_hand.nominated))
    _write_units(engine, basis)
    write_calendar(engine, basis)


def _write_units(engine: Engine, basis: Basis) -> None:
    """`unit_use`: as it is written in the extract, each unit in which a criterion can compare a value."""
    values = values_in_units(basis.rule)
    if not values:
        return
    number_of = {number: table for table, number in TABLE_NUMBERS.items()}
    tables = {number: number_of[_table_number(basis.rule, number)] for number in values}
    written = {
        table: [str(unit) for (unit,) in engine.fetch(f"SELECT DISTINCT unit FROM {table} WHERE unit IS NOT NULL")]
        for table in set(tables.values())
    }
    rows = [(n, unit) for n, value in values.items() for unit in sorted(written[tables[n]]) if value.takes(unit)]
    engine.fill(basis.table("unit_use"), ("criterion INTEGER", "unit VARCHAR"), rows)


def _rows(people: Iterable[int] | None) -> list[tuple[int]]:
    return [(person,) for person in sorted(people or ())]


def _table_number(rule: Rule, number: int) -> int:
    """Which table a criterion reads; the number after the last is the rule's look at employment."""
    criteria = list(rule.criteria.values())
    return TABLE_NUMBERS[criteria[number - 1].table if number <= len(criteria) else "event"]


def has_coded_months(uses: Iterable[CodeUse]) -> bool:
    return any(use.role == "duration_months" for use in uses)
