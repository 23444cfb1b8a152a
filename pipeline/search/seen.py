"""The rows of one person that a criterion could use, for saying how near the record came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.search.doubt.days import OLDEST
from pipeline.search.doubt.windows import Window
from pipeline.search.evidence_text import Spell, say_day


@dataclass(frozen=True)
class Hit:
    """A row of the record that a criterion could use. Days are ordinals; `left_out` is empty where it may take part."""

    criterion: int
    role: str
    first_day: int | None
    last_day: int | None
    is_confidential: bool
    left_out: str

    @property
    def newest(self) -> int:
        """The last day it can be of."""
        return OLDEST if self.last_day is None else self.last_day

    @property
    def exact_day(self) -> int | None:
        """Its day, where that is known."""
        return self.first_day if self.first_day == self.last_day else None

    @property
    def when(self) -> str:
        return "undated" if self.first_day is None else say_day(self.first_day, self.last_day)


@dataclass(frozen=True)
class Seen:
    """One person's rows that may take part, those of them that count in the window, and all their spells."""

    rows: Sequence[Hit]
    inside: Sequence[Hit]
    spells: Sequence[Spell]
    window: Window


def say_outside(rows: Sequence[Hit]) -> str:
    """None of the rows counts: open ones may be dated outside the window, confidential ones cannot count."""
    open_rows = [row for row in rows if not row.is_confidential]
    if not open_rows:
        return f"{_count(len(rows), 'confidential row')}, which cannot count for a person"
    newest = max(open_rows, key=lambda hit: hit.newest)
    return f"{_count(len(open_rows), 'row')}, none certainly in the window; the newest is {newest.when}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
