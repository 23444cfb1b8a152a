"""Which issues make a course, and of what kind it is, as in the EMIS files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Ints
from synthetic_data.population.rows import NO_COURSE, NOBODY, Rows

ACUTE, REPEAT, REPEAT_DISPENSING = range(3)


@dataclass(frozen=True)
class Courses:
    """`member`: the course of each issue, -1 for none. Of each course: its first issue, their number and its kind."""

    member: Ints
    first: Ints
    counts: Ints
    kind: Ints

    def kinds(self) -> Ints:
        """The kind of each issue, by its course; -1 for an issue without one."""
        return np.append(self.kind, -1)[self.member]


def find_courses(rows: Rows) -> Courses:
    """A course of one issue is acute. Deleted issues count like any other; a row of no patient belongs to no course."""
    linked = (rows.course != NO_COURSE) & (rows.who != NOBODY)
    key = rows.who[linked] * (rows.course.max(initial=0) + 1) + rows.course[linked]
    _, first, inverse, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    member = np.full(len(rows), -1)
    member[linked] = inverse
    every_twentieth = np.arange(len(counts)) % 20 == 0
    kind = np.where(counts == 1, ACUTE, np.where(every_twentieth, REPEAT_DISPENSING, REPEAT))
    return Courses(member, np.flatnonzero(linked)[first], counts, kind)
