"""The small tables a compiled search reads beside the canonical ones: which code counts where, and the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline import dates
from pipeline.rules.criteria import Counted, PrescriptionsCriterion
from pipeline.rules.model import Rule
from pipeline.rules.selection import DURATION_ROLES
from pipeline.search.engine import fill

EVENT, PRESCRIPTION = 1, 2
NO_ROLE = ""
LONGEST_AMOUNT = 366  # the longest length a certificate's code may state, in its own unit


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
    con: duckdb.DuckDBPyConnection, rule: Rule, index: date, uses: Iterable[CodeUse], practices: Iterable[str]
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
    write_calendar(con, rule, index, _first_day(con, index), _coded_months(kept))
    return roles


def write_calendar(con: duckdb.DuckDBPyConnection, rule: Rule, index: date, first: int, coded_months: bool) -> None:
    """`calendar`, `month_shift` and `whole_number`, for every day from `first` to the end of the index date's year."""
    last = date(index.year, 12, 31).toordinal()
    months = _months_needed(rule) | (set(range(1, 13)) if coded_months else set())
    columns = ("day INTEGER", "month_end INTEGER", "year_end INTEGER")
    fill(con, "calendar", columns, dates.calendar_rows(first, last))
    shifts = dates.month_shift_rows(first, last, months)
    fill(con, "month_shift", ("day INTEGER", "months INTEGER", "shifted INTEGER"), shifts)
    fill(con, "whole_number", ("amount DOUBLE", "n INTEGER"), [(float(n), n) for n in range(1, LONGEST_AMOUNT + 1)])


def _kind(rule: Rule, number: int) -> int:
    """Which table a criterion reads; the number after the last is the rule's look at employment."""
    criteria = list(rule.criteria.values())
    medicines = number <= len(criteria) and isinstance(criteria[number - 1], PrescriptionsCriterion)
    return PRESCRIPTION if medicines else EVENT


def _months_needed(rule: Rule) -> set[int]:
    counted = [criterion for criterion in rule.criteria.values() if isinstance(criterion, Counted)]
    lengths = [c.persists for c in counted if c.persists] + [c.after.within for c in counted if c.after]
    return {length.months for length in lengths if length.months is not None}


def _coded_months(uses: Iterable[CodeUse]) -> bool:
    return any(use.role == "duration_months" for use in uses)


def _first_day(con: duckdb.DuckDBPyConnection, index: date) -> int:
    """The earliest day that any date of the extract can be, so that every one has its place in the calendar."""
    found = con.execute(
        "SELECT MIN(day) FROM (SELECT MIN(date) AS day FROM event UNION ALL SELECT MIN(date) FROM prescription "
        "UNION ALL SELECT MIN(date_of_birth) FROM patient) d"
    ).fetchone()
    earliest = found[0] if found else None
    return min(index.toordinal() if earliest is None else max(1, int(earliest)), index.toordinal())
