"""The in-work evidence: what the record last said about work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from pipeline.dates import Duration, shift
from pipeline.rules.model import InWork
from pipeline.search.doubt.readings import Reading
from pipeline.search.in_memory.doubt import Days, newest_day
from pipeline.search.in_memory.record import Row


def work_state(in_work: InWork, rows: Sequence[Row], role_of: Callable[[Row], str], index: date) -> str:
    """What the record last said about work. Being in work speaks against a letter, so it counts whenever it may."""
    back = in_work.look_back
    sides: tuple[tuple[str, tuple[str, ...], Duration, Reading], ...] = (
        ("in_work", in_work.in_work, back.in_work, "against"),
        ("out_of_work", in_work.out_of_work, back.out_of_work, "for"),
        ("other", in_work.other, back.other or back.in_work, "for"),
    )
    newest: dict[str, date] = {}
    for side, roles, length, reading in sides:
        window = Days(shift(index, length, -1), index)
        day = newest_day([row for row in rows if role_of(row) in roles], window, reading)
        if day:
            newest[side] = day
    first = [side for side, day in newest.items() if day == max(newest.values())]
    return "none" if not first else first[0] if len(first) == 1 else "conflicting"
