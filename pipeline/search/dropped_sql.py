"""SQL for what would change had one criterion never been written, per person.

Each part of the rule that holds several others is a sum, worked out once in the step `sums`. Without one criterion only
the sums above it change, so the SQL grows as the rule does and not as its square.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import assert_never

from pipeline.rules.expression import AllOf, AnyOf, CountOf, Expression, Not, children
from pipeline.rules.model import Rule
from pipeline.search.basis import Basis
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.decision_sql import bit_sql, decided_from, exclude_stages, population_stages, product_sql, tree_sql
from pipeline.search.doubt.readings import Reading, Variant, turned
from pipeline.search.step import Step
from pipeline.search.table_names import dropped_column

_POPULATION = "population"


@dataclass(frozen=True)
class _Part:
    """A part of the rule's tree. `value`: 1 or 0 as the rule stands. `total`: the column with the sum of `parts`."""

    tree: Expression
    value: str
    names: frozenset[str]
    parts: tuple[_Part, ...] = ()
    total: str = ""


@dataclass(frozen=True)
class Dropped:
    """`sums`: the columns of the step of that name. `columns`: of `decision`, by the number of a criterion."""

    sums: dict[str, str]
    names: dict[int, str]
    columns: tuple[str, ...]


def compile_dropped(rule: Rule, variants: tuple[Variant, ...], index: date, by_hand: ByHand = NOBODY) -> Dropped:
    """For each criterion that decides: whether someone would be listed had it never been written, 1 or 0."""
    sums = {_POPULATION: product_sql([stage.sql for stage in population_stages(rule, index, by_hand)])}
    include = _split(rule.include, variants, "for", by_hand.nominated is not None, sums)
    excludes = tuple(_split(tree, variants, "against", False, sums) for tree in rule.exclude)
    sums["excluded"] = " + ".join(["0", *(f"(1 - {stage.sql})" for stage in exclude_stages(rule, variants))])
    found: dict[int, str] = {}
    columns: list[str] = []
    for number, name in enumerate(rule.criteria, 1):
        included = _without(include, name)
        if included is None or not any(name in part.names for part in (include, *excludes)):
            continue
        found[number] = dropped_column(name)
        excluded = _total_without("s.excluded", excludes, name)
        columns.append(f"s.{_POPULATION} * {included} * {bit_sql(f'{excluded} = 0')} AS {found[number]}")
    return Dropped(sums, found, tuple(columns))


def sums_step(dropped: Dropped, basis: Basis) -> Step:
    """A row per person, and a column for each part of the rule that holds several others."""
    tables, reads = decided_from(basis)
    columns = ", ".join(f"{sql} AS {name}" for name, sql in dropped.sums.items())
    comment = "For each person and each part of the rule: how many of the parts in it hold."
    return Step(basis.table("sums"), reads, comment, f"SELECT p.person_row, {columns} {tables}")


def _split(
    tree: Expression, variants: tuple[Variant, ...], reading: Reading, nominated: bool, sums: dict[str, str]
) -> _Part:
    """The tree in its parts; what each sum is made of is put into `sums`."""
    value = tree_sql(tree, variants, reading, nominated)
    if isinstance(tree, str):
        return _Part(tree, value, frozenset({tree}))
    inside = turned(reading) if isinstance(tree, Not) else reading
    parts = tuple(_split(child, variants, inside, nominated, sums) for child in children(tree))
    names = frozenset().union(*(part.names for part in parts))
    if isinstance(tree, Not):
        return _Part(tree, f"(1 - {parts[0].value})", names, parts)
    total = f"sum_{len(sums)}"
    sums[total] = " + ".join(tree_sql(child, variants, inside, nominated) for child in children(tree))
    return _Part(tree, _holds(tree, f"s.{total}", len(parts)), names, parts, f"s.{total}")


def _without(part: _Part, name: str) -> str | None:
    """The part's value as if a criterion had never been written; None where nothing of it is left."""
    if name not in part.names:
        return part.value
    changed = [_without(inner, name) for inner in part.parts]
    left = sum(value is not None for value in changed)
    if not left:
        return None
    if isinstance(part.tree, Not):
        return f"(1 - {changed[0]})"
    return _holds(part.tree, _total_without(part.total, part.parts, name), left)


def _total_without(total: str, parts: tuple[_Part, ...], name: str) -> str:
    """The sum of the parts, without the criterion."""
    for part in parts:
        if name in part.names:
            value = _without(part, name)
            total += f" - {part.value}" + (f" + {value}" if value is not None else "")
    return total


def _holds(tree: Expression, total: str, parts: int) -> str:
    """Whether a tree holds: `total` is how many of its parts do, `parts` how many it has."""
    match tree:
        case AllOf():
            return bit_sql(f"{total} = {parts}")
        case AnyOf():
            return bit_sql(f"{total} >= 1")
        case CountOf():
            return bit_sql(f"{total} >= {min(tree.count_of.n, parts)}")
        case Not() | str():
            raise TypeError("only a tree of several parts has a sum")
        case _:
            assert_never(tree)
