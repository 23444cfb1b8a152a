"""The rows of one person that a criterion could use, for saying how near the record came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.search.doubt.days import OLDEST
from pipeline.search.doubt.windows import Window
from pipeline.search.evidence_text import Spell, say_when


@dataclass(frozen=True)
class Hit:
    """A row of the record that a criterion could use. Days are ordinals; `left_out` is empty where it may take part.

    `may_help`: it may count for the person. `impossible_day`: the day that the row says, where it cannot be.
    """

    criterion: int
    role: str
    first_day: int | None
    last_day: int | None
    is_confidential: bool
    left_out: str
    may_help: bool
    impossible_day: int | None = None

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
        is_undated = self.first_day is None and self.impossible_day is None
        return "undated" if is_undated else say_when(self.first_day, self.last_day, self.impossible_day)


@dataclass(frozen=True)
class Seen:
    """One person's rows that may take part, those of them that count in the window, and all their spells."""

    rows: Sequence[Hit]
    inside: Sequence[Hit]
    spells: Sequence[Spell]
    window: Window


def say_outside(rows: Sequence[Hit]) -> str:
    """None of the rows counts: those that may help may be dated outside the window, others cannot count."""
    may_help = [row for row in rows if row.may_help]
    if not may_help:
        return f"{_say_no_help(rows)}, which cannot count for a person"
    newest = max(may_help, key=lambda hit: hit.newest)
    return f"{_count(len(may_help), 'row')}, none certainly in the window; the newest is {newest.when}"


def _say_no_help(rows: Sequence[Hit]) -> str:
    """What rows that may not help are: confidential, or of a day, their own or that of entry, that cannot be."""
    hidden = sum(row.is_confidential for row in rows)
    impossible = len(rows) - hidden
    said = [_count(hidden, "confidential row")] if hidden else []
    said += [f"{_count(impossible, 'row')} with a date that cannot be"] if impossible else []
    return " and ".join(said)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
