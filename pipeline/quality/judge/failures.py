"""Turns breaches into failures: consecutive months become one, and consequences are left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pipeline.quality.count.periods import ONWARDS, find_runs
from pipeline.quality.judge.breaches import Breach
from pipeline.quality.judge.finding import ORDER, Failure, Kind, Level, drop_consequences

_Key = tuple[Kind, str, str]


def gather_failures(beyond: Iterable[Breach], periods: Mapping[str, tuple[str, ...]]) -> list[Failure]:
    """In the order of the page. `periods`: the names of each practice's periods, oldest first."""
    grouped: dict[_Key, list[Breach]] = defaultdict(list)
    for each in beyond:
        grouped[each.measured.kind, each.measured.practice, each.measured.item].append(each)
    failures = [one for key, own in grouped.items() for one in _join(key, own, periods.get(key[1], ()))]
    return sorted(drop_consequences(failures), key=lambda one: (one.level, ORDER[one.kind], one.practice, one.item))


def _join(key: _Key, own: list[Breach], names: tuple[str, ...]) -> Iterator[Failure]:
    """One failure for each run of months; one without months only if no month says more."""
    by_month = {each.measured.month: each for each in own}
    onwards = [place for place, name in enumerate(names) if name + ONWARDS in by_month]
    if onwards:
        ongoing = by_month[names[onwards[0]] + ONWARDS]
        yield _failure(key, names[onwards[0] :], [ongoing])
        names = names[: onwards[0]]
        if not find_runs(list(names), set(by_month)):
            return
    for months in find_runs(list(names), set(by_month)) or [()]:
        members = [by_month[name] for name in months] or own
        yield _failure(key, months, members)


def _failure(key: _Key, months: tuple[str, ...], members: list[Breach]) -> Failure:
    level = Level.STOP if any(each.level is Level.STOP for each in members) else Level.WARN
    counts = [each.measured for each in members]
    return Failure(
        kind=key[0],
        level=level,
        practice=key[1],
        item=key[2],
        months=months,
        n=sum(c.n for c in counts),
        of=sum(c.of for c in counts),
    )
