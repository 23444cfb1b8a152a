"""What the newest row says: `latest`, and the in-work evidence. An undated row is older than any dated one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from pipeline.dates import Duration, shift
from pipeline.rules.criteria import LatestCriterion
from pipeline.rules.model import InWork
from pipeline.search.doubt.readings import Reading, turned
from pipeline.search.in_memory.record import Row
from pipeline.search.in_memory.window import Days, window_of

RoleOf = Callable[[Row], str]
OLDEST = date.min


def latest(criterion: LatestCriterion, rows: Sequence[Row], role_of: RoleOf, index: date, reading: Reading) -> bool:
    """Whether the newest row in the window has one of the roles.

    For a person the wanted role must be newest however the dates fall out, so a tie is not enough; against one it is
    enough that it may be.
    """
    window, wanted = window_of(criterion.latest, index), criterion.latest.roles
    this = _newest([row for row in rows if role_of(row) in wanted], window, reading)
    other = _newest([row for row in rows if role_of(row) not in wanted], window, turned(reading))
    if this is None or other is None:
        return this is not None
    return this > other if reading == "for" else this >= other


def _newest(rows: Iterable[Row], window: Days, reading: Reading) -> date | None:
    """The newest day that these rows certainly reach (for), or may reach (against); None without any."""
    days = [_day(row, reading) for row in rows if window.has(row, reading)]
    return max(days, default=None)


def _day(row: Row, reading: Reading) -> date:
    if row.when is None:
        return OLDEST
    return row.when.first if reading == "for" else row.when.last


def work_state(in_work: InWork, rows: Sequence[Row], role_of: RoleOf, index: date) -> str:
    """What the record last said of work. Being in work speaks against a letter, so it counts whenever it may."""
    back = in_work.look_back
    sides: tuple[tuple[str, tuple[str, ...], Duration, Reading], ...] = (
        ("in_work", in_work.in_work, back.in_work, "against"),
        ("out_of_work", in_work.out_of_work, back.out_of_work, "for"),
        ("other", in_work.other, back.other or back.in_work, "for"),
    )
    newest: dict[str, date] = {}
    for side, roles, length, reading in sides:
        window = Days(shift(index, length, -1), index)
        day = _newest([row for row in rows if role_of(row) in roles], window, reading)
        if day:
            newest[side] = day
    first = [side for side, day in newest.items() if day == max(newest.values())]
    return "none" if not first else first[0] if len(first) == 1 else "conflicting"
