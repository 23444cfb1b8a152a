"""For a criterion that does not hold: how near the record came. Words only; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.rules.criteria import CertificatesCriterion, EventsCriterion, LatestCriterion, PrescriptionsCriterion
from pipeline.rules.wording import readable
from pipeline.search.doubt.readings import Variant
from pipeline.search.doubt.windows import Window
from pipeline.search.evidence_text import Spell, say_day

LEFT_OUT = {
    "test_record": "of a test record",
    "after_index": "dated after the index date",
    "before_birth": "dated before birth",
    "recorded_later": "recorded after the index date",
}


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


def nearest_miss(variant: Variant, hits: Sequence[Hit], spells: Sequence[Spell], index: date) -> str:
    """One sentence on what is missing. `hits` are the criterion's rows of one person, `spells` all their spells."""
    rows = [hit for hit in hits if not hit.left_out]
    aside = _left_out(hits)
    if not rows:
        return f"no such row in the record{aside}"
    window = Window.of(variant.criterion.selection, index)
    inside = [r for r in rows if window.holds(r.first_day, r.last_day, r.is_confidential, variant.reading)]
    return _say(variant, rows, inside, spells, window) + aside


def _say(variant: Variant, rows: Sequence[Hit], inside: Sequence[Hit], spells: Sequence[Spell], window: Window) -> str:
    match variant.criterion:
        case CertificatesCriterion() as criterion:
            return _longest_spell(spells, criterion.spell.lasts.days or 0, window)
        case LatestCriterion():
            return _newest(inside) if inside else _outside(rows)
        case EventsCriterion() | PrescriptionsCriterion() as criterion:
            return _too_few(criterion, rows, inside)


def _left_out(hits: Sequence[Hit]) -> str:
    reasons = [hit.left_out for hit in hits if hit.left_out]
    said = [f"{reasons.count(reason)} {words}" for reason, words in LEFT_OUT.items() if reason in reasons]
    return f" (left out: {', '.join(said)})" if said else ""


def _newest(inside: Sequence[Hit]) -> str:
    newest = max(inside, key=lambda hit: hit.newest)
    if newest.is_confidential:
        return f"the newest row is confidential, {newest.when}"
    return f"the newest row is '{readable(newest.role)}', {newest.when}"


def _outside(rows: Sequence[Hit]) -> str:
    """None of the rows counts: the open ones do not certainly lie in the window, confidential ones may not count."""
    open_rows = [row for row in rows if not row.is_confidential]
    if not open_rows:
        return f"{_count(len(rows), 'confidential row')}, which may not count for somebody"
    newest = max(open_rows, key=lambda hit: hit.newest)
    return f"{_count(len(open_rows), 'row')}, none certainly in the window; the newest is {newest.when}"


def _too_few(criterion: EventsCriterion | PrescriptionsCriterion, rows: Sequence[Hit], inside: Sequence[Hit]) -> str:
    if criterion.at_most is not None:
        return f"not between {criterion.least} and {criterion.at_most} {criterion.count}"
    if not inside:
        return _outside(rows)
    if criterion.after:
        return f"not enough rows within {criterion.after.within} of {readable(criterion.after.criterion)}"
    if criterion.selection.value:
        return "not enough rows with the value"
    dates = sorted({hit.first_day for hit in inside if hit.first_day is not None and hit.first_day == hit.last_day})
    found = len(inside) if criterion.count in ("rows", "issues") else max(len(dates), 1)
    if criterion.count == "drugs":
        return f"fewer than {criterion.least} drugs"
    if found < criterion.least:
        return f"{found} of {criterion.least} {criterion.count} needed"
    if len(dates) < 2:
        return f"no two exact dates, so nothing shows that it lasted {criterion.persists}"
    first, last = say_day(dates[0], dates[0]), say_day(dates[-1], dates[-1])
    return f"{first} to {last}, which is less than {criterion.persists} apart"


def _longest_spell(spells: Sequence[Spell], wanted: int, window: Window) -> str:
    inside = [s for s in spells if s.starts <= window.last and (window.first is None or s.ends > window.first)]
    if inside:
        longest = max(inside, key=lambda spell: spell.ends - spell.starts)
        return f"the longest spell in the window is {longest.ends - longest.starts} of {wanted} days: {longest.said}"
    if spells:
        return f"no spell in the window; the newest is {max(spells, key=lambda spell: spell.ends).said}"
    return "no note with an exact date that may count"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
