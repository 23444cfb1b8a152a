"""Rows of the record in words, for people who read lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.rules.wording import readable

WITHHELD = "confidential row, wording withheld"
SHOWN = 3  # terms named before "n more"; a row of the list stays readable on paper


@dataclass(frozen=True)
class EvidenceRow:
    """A row of the record behind a criterion. Days are ordinals; None where the date is unknown.

    `impossible_day`: the day that the row says, where it cannot be.
    """

    variant: int
    role: str
    term: str
    first_day: int | None
    last_day: int | None
    impossible_day: int | None
    is_confidential: bool
    file: str
    key: str

    @property
    def said(self) -> str:
        """`Fibromyalgia 12/03/2024`, or that it is withheld."""
        when = say_when(self.first_day, self.last_day, self.impossible_day)
        return f"{WITHHELD if self.is_confidential else self.term} {when}"


@dataclass(frozen=True)
class Spell:
    """Days `starts` up to, not including, `ends`, merged from `notes` notes."""

    variant: int
    starts: int
    ends: int
    notes: int
    assumed: int  # how many of them have no coded length

    @property
    def said(self) -> str:
        """`01/02/2026 to 14/04/2026: 73 days from 2 notes, lengths assumed`."""
        last = say_day(self.ends - 1, self.ends - 1)
        return f"{say_day(self.starts, self.starts)} to {last}: {self.length}"

    @property
    def length(self) -> str:
        """`73 days from 2 notes, lengths assumed`."""
        days = self.ends - self.starts
        notes = "1 note" if self.notes == 1 else f"{self.notes} notes"
        assumed = f", {self._say_assumed()}" if self.assumed else ""
        return f"{days} {'day' if days == 1 else 'days'} from {notes}{assumed}"

    def _say_assumed(self) -> str:
        if self.notes == 1:
            return "length assumed"
        return "lengths assumed" if self.assumed == self.notes else f"{self.assumed} lengths assumed"


def say_day(first: int | None, last: int | None) -> str:
    """`12/03/2024`, `March 2024`, `2024` or `undated`, as exactly as the record knows it."""
    if first is None or last is None:
        return "(undated)"
    begins, ends = date.fromordinal(first), date.fromordinal(last)
    if begins == ends:
        return begins.strftime("%d/%m/%Y")
    return begins.strftime("%B %Y") if begins.month == ends.month else str(begins.year)


def say_when(first: int | None, last: int | None, impossible: int | None) -> str:
    """`12/03/2024`, or `(dated 31/12/9999, which cannot be)`."""
    if impossible is None:
        return say_day(first, last)
    return f"(dated {date.fromordinal(impossible):%d/%m/%Y}, which cannot be)"


def title(name: str) -> str:
    """A criterion's name as the beginning of a sentence."""
    words = readable(name)
    return words[:1].upper() + words[1:]
