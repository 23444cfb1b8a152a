"""The small tables a compiled search reads beside the canonical ones: which code counts where, and the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.rules.criteria import PrescriptionsCriterion
from pipeline.rules.model import Rule
from pipeline.rules.selection import DURATION_ROLES
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.calendar import write_calendar
from pipeline.search.engine import Database, fill

EVENT, PRESCRIPTION = 1, 2
NO_ROLE = ""


@dataclass(frozen=True)
class CodeUse:
    """A code of the extract counts for a criterion (by its number in the rule), with a role; a medicine is a drug."""

    criterion_number: int
    code_id: int
    role: str
    substance: str | None = None


def number_roles(uses: Iterable[CodeUse], rule: Rule) -> dict[str, int]:
    """A number for every role in use or named, the same for the same rule and codes."""
    named = {role for criterion in rule.criteria.values() for role in criterion.selection.roles}
    if rule.in_work:
        named |= {*rule.in_work.in_work, *rule.in_work.out_of_work, *rule.in_work.other}
    roles = {use.role for use in uses} | named | {NO_ROLE, *DURATION_ROLES}
    return {role: number for number, role in enumerate(sorted(roles))}


def prepare(
    con: Database, rule: Rule, uses: Iterable[CodeUse], practices: Iterable[str], by_hand: ByHand = NOBODY
) -> dict[str, int]:
    """Write every small table, and return the roles' numbers. `practices` are those to search."""
    kept = list(uses)
    roles = number_roles(kept, rule)
    kinds = {number: _kind(rule, number) for number in {use.criterion_number for use in kept}}
    drugs = {name: number for number, name in enumerate(sorted({use.substance for use in kept if use.substance}))}
    rows = [
        (
            kinds[use.criterion_number],
            use.code_id,
            use.criterion_number,
            roles[use.role],
            drugs.get(use.substance or ""),
        )
        for use in sorted(kept, key=lambda use: (use.criterion_number, use.code_id))
    ]
    columns = ("kind INTEGER", "code_id BIGINT", "criterion INTEGER", "role INTEGER", "drug INTEGER")
    fill(con, "code_use", columns, rows)
    fill(con, "searched_practice", ("practice_id VARCHAR",), [(practice,) for practice in practices])
    for table, people in (("reported", by_hand.only), ("nominated", by_hand.nominated)):
        fill(con, table, ("person_row BIGINT",), [(person,) for person in sorted(people or ())])
    write_calendar(con)
    return roles


def _kind(rule: Rule, number: int) -> int:
    """Which table a criterion reads; the number after the last is the rule's look at employment."""
    criteria = list(rule.criteria.values())
    medicines = number <= len(criteria) and isinstance(criteria[number - 1], PrescriptionsCriterion)
    return PRESCRIPTION if medicines else EVENT


def has_coded_months(uses: Iterable[CodeUse]) -> bool:
    return any(use.role == "duration_months" for use in uses)
