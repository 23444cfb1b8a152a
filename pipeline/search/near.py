"""For a criterion that does not hold: how near the record came. Words only; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.rules.criteria import CertificatesCriterion, EventsCriterion, LatestCriterion, PrescriptionsCriterion
from pipeline.search.decide import readable
from pipeline.search.readings import Variant
from pipeline.search.windows import Window
from pipeline.search.words import Spell, say_day

Row = Mapping[str, object]

LEFT_OUT = {
    "test_record": "of a test record",
    "after_index": "dated after the index date",
    "before_birth": "dated before birth",
    "recorded_later": "recorded after the index date",
}


def nearest_miss(variant: Variant, hits: Sequence[Row], spells: Sequence[Spell], index: date) -> str:
    """One sentence on what is missing. `hits` are the criterion's rows of one person, `spells` all their spells."""
    rows = [row for row in hits if row["left_out"] == ""]
    aside = _left_out(hits)
    if not rows:
        return f"no such row in the record{aside}"
    return _say(variant, rows, spells, Window.of(variant.criterion.selection, index)) + aside


def _say(variant: Variant, rows: Sequence[Row], spells: Sequence[Spell], window: Window) -> str:
    match variant.criterion:
        case CertificatesCriterion() as criterion:
            return _longest_spell(spells, criterion.spell.lasts.days or 0, window)
        case LatestCriterion():
            newest = max(rows, key=_last_day)
            return f"the newest row is '{readable(str(newest['role_name']))}', {_when(newest)}"
        case EventsCriterion() | PrescriptionsCriterion() as criterion:
            return _too_few(criterion, rows, window)


def _left_out(hits: Sequence[Row]) -> str:
    reasons = [str(row["left_out"]) for row in hits if row["left_out"]]
    said = [f"{reasons.count(reason)} {words}" for reason, words in LEFT_OUT.items() if reason in reasons]
    return f" (left out: {', '.join(said)})" if said else ""


def _too_few(criterion: EventsCriterion | PrescriptionsCriterion, rows: Sequence[Row], window: Window) -> str:
    inside = [row for row in rows if _certainly_in(row, window)]
    if criterion.at_most is not None:
        return f"not certainly between {criterion.least} and {criterion.at_most} {criterion.count}"
    if criterion.after:
        return f"not enough rows certainly within {criterion.after.within} of {readable(criterion.after.criterion)}"
    if criterion.selection.value and inside:
        return "no row in the window certainly has the value"
    if not inside:
        newest = max(rows, key=_last_day)
        return f"{_count(len(rows), 'row')}, none certainly in the window; the newest is {_when(newest)}"
    dates = sorted({_first_day(row) for row in inside if row["first_day"] == row["last_day"]})
    found = len(inside) if criterion.count in ("rows", "issues") else len(dates)
    if criterion.count == "drugs" or found < criterion.least:
        said = "fewer" if criterion.count == "drugs" else f"{found}"
        return f"{said} of {criterion.least} {criterion.count} needed"
    if not dates:
        return "no row with an exact date"
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


def _certainly_in(row: Row, window: Window) -> bool:
    if row["is_confidential"]:
        return False
    if window.ever:
        return True
    if row["first_day"] is None:
        return False
    return (window.first or 0) <= _first_day(row) and _last_day(row) <= window.last


def _first_day(row: Row) -> int:
    return int(str(row["first_day"]))


def _last_day(row: Row) -> int:
    return 0 if row["last_day"] is None else int(str(row["last_day"]))


def _when(row: Row) -> str:
    if row["first_day"] is None:
        return "undated"
    return say_day(_first_day(row), _last_day(row))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
