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
    """Days `starts` up to, not including, `ends`, merged from `notes` notes.

    `known`: how far it reaches by the dates and coded lengths of its notes alone. `assumed`: how many of the notes have
    no coded length. `assume`: how many days each of those is taken to last.
    """

    variant: int
    starts: int
    ends: int
    known: int
    notes: int
    assumed: int
    assume: int

    @property
    def said(self) -> str:
        """`01/02/2026 to 14/04/2026: 73 days from 2 notes`."""
        last = say_day(self.ends - 1, self.ends - 1)
        return f"{say_day(self.starts, self.starts)} to {last}: {self.length}"

    @property
    def length(self) -> str:
        """`73 days from 2 notes`, or what is certain and what is assumed."""
        notes = "1 note" if self.notes == 1 else f"{self.notes} notes"
        if not self.assumed:
            return f"{_days(self.ends - self.starts)} from {notes}"
        if self.ends == self.known:
            return f"{_days(self.ends - self.starts)} from {notes}, if those without a length lasted {self.assume}"
        if self.notes == 1:
            return f"1 note without a length, {self._say_assumed('it')}"
        known = _days(self.known - self.starts)
        return f"{notes}, off work at least {known} by the dates of the notes, {self._say_assumed('the last')}"

    def _say_assumed(self, note: str) -> str:
        """`42 if the last lasted 28`; one that goes on after the index date counts so far."""
        days = self.ends - self.starts
        said = _days(days) if note == "it" else str(days)
        goes_on = self.ends < self.known + self.assume
        return f"{said} so far if {note} lasts {self.assume}" if goes_on else f"{said} if {note} lasted {self.assume}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


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
