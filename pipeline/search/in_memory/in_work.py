"""The in-work evidence: what the record last said about work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.dates import shift
from pipeline.rules.model import InWork
from pipeline.search.in_memory.certificates import certain_length, is_length
from pipeline.search.in_memory.doubt import certain_notes, day_of_work
from pipeline.search.in_memory.record import Row
from pipeline.search.work_weight import STRENGTHS, age_of, strength_of
from pipeline.vocabulary import WorkAge, WorkState, WorkStrength

RoleOf = Callable[[Row], str]


@dataclass(frozen=True)
class Work:
    """What the record says about work, the strongest kind of row that says so, and how old it is."""

    state: WorkState = "none"
    strength: WorkStrength = "none"
    age: WorkAge = "none"


@dataclass(frozen=True)
class Said:
    """A row about work: on which side, the day that counts, and whether it is still believed."""

    row: Row
    side: WorkState
    role: str
    day: date
    is_believed: bool


def work_of(in_work: InWork, rows: Sequence[Row], role_of: RoleOf, index: date) -> Work:
    """The newest row decides, whatever its side; then it is asked whether that side is still believed."""
    said = list(_speaking(in_work, rows, role_of, index))
    if not said:
        return Work()
    newest = max(one.day for one in said)
    sides = {one.side for one in said if one.day == newest}
    if len(sides) > 1:
        tied = [one for one in said if one.day == newest]
        return _weigh("conflicting" if any(one.is_believed for one in tied) else "not_recent", tied, index)
    side = sides.pop()
    before = max((one.day for one in said if one.side != side), default=None)
    since = [one for one in said if one.is_believed and (before is None or one.day > before)]
    if not since:
        return _weigh("not_recent", [one for one in said if one.day == newest], index)
    named = [one for one in since if one.row.when] or since
    return _weigh(side, [one for one in named if one.day == max(each.day for each in named)], index)


def _speaking(in_work: InWork, rows: Sequence[Row], role_of: RoleOf, index: date) -> Iterable[Said]:
    """Being in work speaks against a letter, so it counts in doubt; anything else only if it may help."""
    sides: dict[str, WorkState] = {
        **dict.fromkeys(in_work.in_work, "in_work"),
        **dict.fromkeys(in_work.out_of_work, "out_of_work"),
        **dict.fromkeys(in_work.other, "other"),
    }
    later = _last_long_certificate(in_work, rows, role_of, index)
    weak = in_work.unless_later.overtakes if in_work.unless_later else ()
    for row in rows:
        role = role_of(row)
        side = sides.get(role)
        if side and (side == "in_work" or row.may_help):
            day = day_of_work(row, side == "in_work")
            length = in_work.look_backs[role]
            is_recent = length is None or day >= shift(index, length, -1)
            is_overtaken = side == "in_work" and role in weak and later is not None and later > day
            yield Said(row, side, role, day, is_recent and not is_overtaken)


def _last_long_certificate(in_work: InWork, rows: Sequence[Row], role_of: RoleOf, index: date) -> date | None:
    """The day of the last certificate that overtakes, if any: exactly dated, and certain to be long enough."""
    wanted = in_work.unless_later
    if not wanted:
        return None
    lengths = [row for row in rows if is_length(role_of(row))]
    notes = certain_notes([row for row in rows if role_of(row) in wanted.roles], lengths)
    long = [note for note in notes if certain_length(note, lengths, role_of, index) >= (wanted.lasts.days or 0)]
    return max((note.when.first for note in long if note.when), default=None)


def _weigh(state: WorkState, rows: Sequence[Said], index: date) -> Work:
    """The rows that decide are all of one day."""
    strength = min((strength_of(one.role) for one in rows), key=STRENGTHS.index)
    dated = [one.day for one in rows if one.row.when]
    return Work(state, strength, age_of(dated[0] if dated else None, index))
