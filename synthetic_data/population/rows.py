"""Rows of a record, as arrays of one length: coded events, or issues of medicines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from synthetic_data.arrays import Bools, Ints

# How exactly a date is known, in EMIS's words; `precision` is the position here.
PRECISIONS = ("YMD", "YMDT", "YM", "Y", "U")
EXACT, WITH_TIME, MONTH, YEAR_ONLY, UNKNOWN = range(5)

NO_DAY = 0  # an empty date; days are ordinals, so every real one is larger
NOBODY = -1  # `who` of a row whose patient is not in the patient file
NO_COURSE = -1


@dataclass(frozen=True)
class Rows:
    """`who` is a position among the chunk's people, and after `registrations.split_records` among its registrations.

    `code` is a position in CODES (events) or MEDICINES (issues). `course` numbers a chunk's courses of issues.
    """

    who: Ints
    code: Ints
    day: Ints
    entered: Ints
    precision: Ints
    course: Ints
    deleted: Bools
    confidential: Bools

    def __len__(self) -> int:
        return len(self.who)

    def take(self, chosen: Ints | Bools) -> Rows:
        """These rows only, in this order."""
        return Rows(*(getattr(self, field.name)[chosen] for field in fields(self)))


def make_rows(who: Ints, code: Ints, day: Ints, course: Ints | None = None) -> Rows:
    """Rows without faults: dated exactly, entered on the day, neither deleted nor confidential."""
    count = len(who)
    return Rows(
        who=who,
        code=code,
        day=day,
        entered=day,
        precision=np.full(count, EXACT),
        course=np.full(count, NO_COURSE) if course is None else course,
        deleted=np.zeros(count, bool),
        confidential=np.zeros(count, bool),
    )


def join_rows(parts: Iterable[Rows]) -> Rows:
    """All the rows, one part after another."""
    kept = list(parts)
    return Rows(*(np.concatenate([getattr(part, field.name) for part in kept]) for field in fields(Rows)))
