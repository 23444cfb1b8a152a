"""`certificates`: the days off work painted on a calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.dates import Duration, shift
from pipeline.rules.criteria import CertificatesCriterion
from pipeline.search.doubt.readings import Reading
from pipeline.search.in_memory.doubt import certain_notes, is_beside, rows_after, window_of
from pipeline.search.in_memory.record import Row, When

RoleOf = Callable[[Row], str]
# The longest a coded length may be, in its own unit; a longer one is a typing error, and the length is assumed.
UNITS = {
    "duration_days": ("days", 366),
    "duration_weeks": ("weeks", 52),
    "duration_months": ("months", 12),
}


def off_work(
    criterion: CertificatesCriterion,
    rows: Sequence[Row],
    role_of: RoleOf,
    anchors: Sequence[When],
    index: date,
    reading: Reading,
) -> bool:
    """Whether a spell lasts long enough and has a day in the window. Against a person an undated note may be any.

    `anchors`: between which days each date lies that the notes must come after, if they must.
    """
    notes = [row for row in rows if role_of(row) in criterion.certificates.roles]
    if criterion.after:
        notes = rows_after(notes, anchors, criterion.after.within, reading)
    lengths = [row for row in rows if role_of(row) in UNITS]
    window = window_of(criterion.certificates, index)
    if reading == "against" and any(window.has(note, reading) for note in notes if note.when is None):
        return True
    if reading == "for":
        notes = certain_notes(notes, lengths)
    known = _Lengths(
        _unknown(criterion, reading),
        [_Length(row, stated) for row in lengths if (stated := _length(row, role_of(row)))],
        index,
    )
    dated = [note for note in notes if note.when]
    painted = {day for note in dated for day in _days_of(note, known, reading) if day <= index}
    return any(
        len(spell) >= (criterion.spell.lasts.days or 0) and any(window.first <= day <= window.last for day in spell)
        for spell in _spells(painted, criterion.spell.gap.days or 0)
    )


@dataclass(frozen=True)
class _Length:
    """A coded length that can be believed, and the row that states it."""

    row: Row
    stated: Duration


@dataclass(frozen=True)
class _Lengths:
    """`unknown`: how long a note without any is taken to last."""

    unknown: Duration
    coded: Sequence[_Length]
    index: date

    def possible(self, note: Row) -> Iterator[list[Duration]]:
        """The lengths a note may have: those that certainly count, alone, and with each that may lie after today."""
        beside = [one for one in self.coded if is_beside(note, one.row)]
        certain = [one.stated for one in beside if _certainly_counts(one.row, self.index)]
        yield certain or [self.unknown]
        yield from ([*certain, one.stated] for one in beside if not _certainly_counts(one.row, self.index))


def _certainly_counts(length: Row, index: date) -> bool:
    """Its date may be known so roughly that it lies after the index date."""
    return length.when is None or length.when.last <= index


def _unknown(criterion: CertificatesCriterion, reading: Reading) -> Duration:
    """As long as is assumed; with `assume: none` a day for a person, and against one as long as any note."""
    return criterion.spell.assume or Duration(1 if reading == "for" else UNITS["duration_days"][1], "days")


def is_length(role: str) -> bool:
    """Whether rows of this role say how long a certificate lasts."""
    return role in UNITS


def certain_length(note: Row, lengths: Iterable[Row], role_of: RoleOf, index: date) -> int:
    """How many days a note lasts by the longest of its coded lengths that certainly count; none is 0 days."""
    assert note.when
    beside = [row for row in lengths if is_beside(note, row) and _certainly_counts(row, index)]
    coded = [length for row in beside if (length := _length(row, role_of(row)))]
    return max(((shift(note.when.last, length) - note.when.first).days for length in coded), default=0)


def _days_of(note: Row, lengths: _Lengths, reading: Reading) -> Iterator[date]:
    """Every day a note covers, wherever in its date it may have begun: for the longest of its lengths."""
    assert note.when
    last = note.when.last
    ends = [max(shift(last, length) for length in together) for together in lengths.possible(note)]
    end = min(ends) if reading == "for" else max(ends)
    yield from (note.when.first + timedelta(days=n) for n in range((end - note.when.first).days))


def _length(row: Row, role: str) -> Duration | None:
    """The length a row states, if it is a whole number that can be believed."""
    unit, longest = UNITS[role]
    if row.amount is None or row.amount != int(row.amount) or not 1 <= row.amount <= longest:
        return None
    return Duration.parse(f"{int(row.amount)} {unit}")


def _spells(painted: Iterable[date], gap: int) -> Iterator[list[date]]:
    """Runs of painted days with at most `gap` bare days between; the bridged days belong to the spell."""
    spell: list[date] = []
    for day in sorted(painted):
        if spell and (day - spell[-1]).days - 1 > gap:
            yield spell
            spell = []
        bridged = (day - spell[-1]).days - 1 if spell else 0
        spell += [day - timedelta(days=n) for n in range(bridged, -1, -1)]
    if spell:
        yield spell
