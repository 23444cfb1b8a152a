"""What the steps of a rule are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.rules.model import Rule
from pipeline.rules.selection import Rows, ValueRange
from pipeline.search.by_hand import ByHand
from pipeline.search.doubt.readings import Variant
from pipeline.search.table_names import CriterionTable, PlanTable, TableNames


@dataclass(frozen=True)
class Basis:
    """A rule on an index date. `roles`: the number that stands for each role in the SQL."""

    rule: Rule
    index: date
    roles: Mapping[str, int]
    names: TableNames
    by_hand: ByHand

    def table(self, table: PlanTable) -> str:
        """What a table of the whole plan is called in the database."""
        return self.names.of(table)

    def criterion_table(self, variant: Variant, table: CriterionTable) -> str:
        """What a table of one criterion in one reading is called in the database."""
        return self.names.of_criterion(variant, table)

    def role_list(self, names: tuple[str, ...]) -> str:
        """Roles as their numbers, for IN (...)."""
        return ", ".join(str(self.roles[name]) for name in sorted(names))


def values_in_units(rule: Rule) -> dict[int, ValueRange]:
    """The values that a rule compares in a unit, by the number of their criterion."""
    selections = {number: one.selection for number, one in enumerate(rule.criteria.values(), 1)}
    return {n: one.value for n, one in selections.items() if isinstance(one, Rows) and one.value and one.value.unit}


def in_work_number(rule: Rule) -> int:
    """The number under which `hits` keeps the rows about employment: the one after the last criterion's."""
    return len(rule.criteria) + 1
