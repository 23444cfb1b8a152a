"""Compares measures with their thresholds.

Chance is asked about only where the value itself is beyond a limit: the bounds lie around the value, and working them
out needs scipy, which takes a second to import.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.quality.judge.finding import Level
from pipeline.quality.judge.intervals import Measured, find_bounds, find_value
from pipeline.quality.judge.thresholds import Limits, Thresholds


@dataclass(frozen=True)
class Breach:
    """A measure beyond a threshold of this level."""

    measured: Measured
    level: Level


@dataclass(frozen=True)
class Limit:
    """One side of a threshold: what the value must be at least, or at most, or a finding of this level is made."""

    level: Level
    value: float
    is_least: bool

    def is_passed_by(self, low: float, high: float) -> bool:
        """Whether a value that lies between these two is beyond the limit for certain."""
        return high < self.value if self.is_least else low > self.value


def find_breaches(measures: Iterable[Measured], thresholds: Thresholds) -> list[Breach]:
    """The measures beyond a threshold, each once, with the more serious level."""
    levels = ((one, _worst(one, thresholds)) for one in measures)
    return [Breach(one, level) for one, level in levels if level]


def limits_of(one: Measured, thresholds: Thresholds) -> Iterator[Limit]:
    """What the measure is compared with, the more serious level first."""
    threshold = thresholds.checks[one.kind].for_item(one.item)
    for level in (Level.STOP, Level.WARN):
        for is_least, side in ((True, threshold.least), (False, threshold.most)):
            if side != Limits() and (value := side.of(level)) is not None:
                yield Limit(level, value, is_least)


def bounds_of(one: Measured, thresholds: Thresholds) -> tuple[float, float] | None:
    """The lowest and the highest that the true value may be; None if nothing can be said."""
    clump = thresholds.checks[one.kind].for_item(one.item).clump
    return find_bounds(one, thresholds.one_in_of(one.kind), clump)


def _worst(one: Measured, thresholds: Thresholds) -> Level | None:
    value = find_value(one)
    if value is None:
        return None
    beyond = [limit for limit in limits_of(one, thresholds) if limit.is_passed_by(value, value)]
    bounds = bounds_of(one, thresholds) if beyond else None
    return next((limit.level for limit in beyond if bounds and limit.is_passed_by(*bounds)), None)
