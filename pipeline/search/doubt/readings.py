"""How a criterion reads rows in doubt: for a person only what is certain counts, against a person whatever is possible.

A criterion's reading follows from where it stands: `include` reads it for the person, `exclude` and `flag` against,
and each `not` turns that round. One that stands on both sides is worked out twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.rules.criteria import Criterion
from pipeline.rules.expression import Expression, names
from pipeline.rules.model import Rule

Reading = Literal["for", "against"]
READINGS: tuple[Reading, ...] = ("for", "against")


@dataclass(frozen=True)
class Variant:
    """A criterion read one way. `number` names its column in SQL: `v<number>`."""

    number: int
    criterion_number: int
    name: str
    criterion: Criterion
    reading: Reading


def turned(reading: Reading) -> Reading:
    """The other reading."""
    return "against" if reading == "for" else "for"


def find_variants(rule: Rule) -> tuple[Variant, ...]:
    """Every criterion the rule uses, in each reading it is used in, in the order of the rule."""
    used = {reading for tree, positive in _uses(rule) for reading in _readings(tree, positive)}
    wanted = [
        (number, name, reading)
        for number, name in enumerate(rule.criteria, 1)
        for reading in READINGS
        if (name, reading) in used
    ]
    return tuple(
        Variant(place, number, name, rule.criteria[name], reading)
        for place, (number, name, reading) in enumerate(wanted, 1)
    )


def plain_variant(rule: Rule, name: str) -> Variant:
    """A criterion by itself, as the anchor of an `after`; it has no column, and no reading of its own."""
    return Variant(0, 1 + list(rule.criteria).index(name), name, rule.criteria[name], "for")


def _uses(rule: Rule) -> list[tuple[Expression, bool]]:
    against = [*rule.exclude, *rule.flag]
    return [(rule.include, True), *((tree, False) for tree in against)]


def _readings(tree: Expression, positive: bool) -> set[tuple[str, Reading]]:
    return {(name, "for" if side else "against") for name, side in names(tree, positive)}
