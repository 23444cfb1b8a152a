"""How many names on the lists depend on what the rule assumes about fit notes without a length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.rules.wording import joined, readable
from pipeline.search.assumed_lengths import assumed_lengths, find_dependent
from pipeline.search.compile import Plan
from pipeline.search.engine import Engine


@dataclass(frozen=True)
class AssumedNames:
    """`lengths`: what each criterion assumes. `dependent`, `listed`: how many names, by practice.

    Dependent are those who would not be listed if the rule said `assume: none`.
    """

    lengths: Mapping[str, str]
    dependent: Mapping[str, int]
    listed: Mapping[str, int]

    def say(self, practice: str | None = None) -> str:
        """One sentence, about one practice or all; empty if the rule assumes nothing."""
        if not self.lengths:
            return ""
        dependent, listed = (
            sum(counts.values()) if practice is None else counts.get(practice, 0)
            for counts in (self.dependent, self.listed)
        )
        names = "the 1 name the rule finds" if listed == 1 else f"the {listed:,} names the rule finds"
        lengths = joined((f"{length} for {readable(name)}" for name, length in self.lengths.items()), "and")
        return (
            f"{dependent:,} of {names} {'depends' if dependent == 1 else 'depend'} on an assumption: that a fit note "
            f"without a length lasts {lengths}. By the dates and coded lengths alone they would not be listed."
        )

    def described(self) -> dict[str, object]:
        """What the manifest says about it."""
        return {
            "assume": dict(self.lengths),
            "names": sum(self.listed.values()),
            "depend_on_it": sum(self.dependent.values()),
            "by_practice": {one: self.dependent.get(one, 0) for one in sorted(self.listed)} if self.lengths else {},
        }


def count_assumed(engine: Engine, plan: Plan, people: Iterable[int]) -> AssumedNames:
    """Of the people listed, by `person_row`. Needs the tables of the plan."""
    listed = sorted(people)
    dependent = find_dependent(engine, plan, listed)
    engine.fill(plan.table("chosen"), ("person_row BIGINT",), [(person,) for person in listed])
    person, chosen = plan.table("person"), plan.table("chosen")
    sql = f"SELECT p.person_row, p.practice_id FROM {person} p JOIN {chosen} c ON c.person_row = p.person_row"  # noqa: S608
    practices: dict[int, str] = dict(engine.fetch(sql))
    return AssumedNames(
        lengths=assumed_lengths(plan.rule),
        dependent=Counter(practices[person] for person in dependent),
        listed=Counter(practices[person] for person in listed),
    )
