"""`latest`: what the newest row says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from pipeline.rules.criteria import LatestCriterion
from pipeline.search.doubt.readings import Reading, turned
from pipeline.search.in_memory.doubt import newest_day, window_of
from pipeline.search.in_memory.record import Row

RoleOf = Callable[[Row], str]


def latest(criterion: LatestCriterion, rows: Sequence[Row], role_of: RoleOf, index: date, reading: Reading) -> bool:
    """Whether the newest row in the window has one of the roles.

    For a person the wanted role must be newest however the dates fall out, so a tie is not enough; against one it is
    enough that it may be.
    """
    window, wanted = window_of(criterion.latest, index), criterion.latest.roles
    this = newest_day([row for row in rows if role_of(row) in wanted], window, reading)
    other = newest_day([row for row in rows if role_of(row) not in wanted], window, turned(reading))
    if this is None or other is None:
        return this is not None
    return this > other if reading == "for" else this >= other
