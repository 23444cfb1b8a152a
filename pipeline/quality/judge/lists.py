"""Measures a search's lists against the last run's and against the other practices'."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.quality.judge.finding import Kind
from pipeline.quality.judge.intervals import Measured


@dataclass(frozen=True)
class Step:
    """An attrition step that should leave most people: `before` reached it, `after` are left."""

    practice: str
    words: str
    before: int
    after: int


@dataclass(frozen=True)
class ListCounts:
    """What a search found, by practice: `names` on the list and patients `registered`; and its `steps`."""

    names: Mapping[str, int]
    registered: Mapping[str, int]
    steps: Sequence[Step]


def measure_lists(listed: ListCounts, previous: Mapping[str, int] | None) -> Iterator[Measured]:
    """`previous`: names on each list of the last run of the same rule and code lists."""
    for practice, names in listed.names.items():
        if previous and practice in previous:
            yield Measured(kind=Kind.LIST_CHANGED, practice=practice, n=names, base=previous[practice])
        others = [other for other in listed.names if other != practice]
        people = sum(listed.registered.get(other, 0) for other in others)
        if people and listed.registered.get(practice):
            weight = listed.registered[practice] / people
            yield Measured(
                kind=Kind.LIST_EMPTY,
                practice=practice,
                n=names,
                base=sum(listed.names[o] for o in others),
                weight=weight,
            )
    for step in listed.steps:
        yield Measured(kind=Kind.STEP_EMPTIES, practice=step.practice, item=step.words, n=step.after, base=step.before)
