"""The rows of one person that a criterion could use, for saying how near the record came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
        return self.last_day or 0

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
    """None of the rows counts: the open ones do not certainly lie in the window, confidential ones may not count."""
    open_rows = [row for row in rows if not row.is_confidential]
    if not open_rows:
        return f"{_count(len(rows), 'confidential row')}, which may not count for somebody"
    newest = max(open_rows, key=lambda hit: hit.newest)
    return f"{_count(len(open_rows), 'row')}, none certainly in the window; the newest is {newest.when}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
