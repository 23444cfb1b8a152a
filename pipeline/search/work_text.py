"""What the record says about work, as a sentence for the person who reviews a list.

"Recorded as in work: may be fit for work with adjustments, 10 Feb 2025. Since then signed off from 16 Aug 2026". Which
rows decide is settled in `in_work.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.rules.wording import readable
from pipeline.search.evidence_text import EvidenceRow, Spell
from pipeline.search.sentences import plain_day

_STATES = {
    "in_work": "Recorded as in work",
    "out_of_work": "Recorded as out of work",
    "conflicting": "The record says different things about work",
    "other": "Recorded as neither in work nor out of work",
    "not_recent": "No longer relied on",
}
_SILENT = "The record does not say"

_ROLES = {
    "employed": "employed",
    "self_employed": "self-employed",
    "sick_leave": "off sick from a job",
    "unemployed": "unemployed",
    "not_in_labour_force": "not working or looking for work",
    "unable": "unable to work",
    "retired": "retired",
    "student": "a student",
    "not_fit": "not fit for work",
    "may_be_fit": "may be fit for work with adjustments",
    "back_to_work": "fit to go back to work",
    "unspecified": "a certificate that does not say whether they are fit",
    "self_certificate": "certified themselves as not fit",
    "private": "a private certificate",
}


def say_work(state: str, rows: Sequence[EvidenceRow], signed_off: Iterable[Spell]) -> str:
    """`rows`: those that decided. `signed_off`: the spells off work that the rule found."""
    if not rows:
        return _SILENT
    said = "; ".join(dict.fromkeys(map(_say_row, rows)))
    return f"{_STATES.get(state, readable(state).capitalize())}: {said}{_say_since(rows, signed_off)}"


def _say_row(row: EvidenceRow) -> str:
    role = "a confidential entry" if row.is_confidential else _ROLES.get(row.role, readable(row.role))
    return f"{role}, {plain_day(row.first_day, row.last_day)}"


def _say_since(rows: Iterable[EvidenceRow], signed_off: Iterable[Spell]) -> str:
    """Nothing where a row has no date: what came after it is not known."""
    days = [row.last_day for row in rows]
    known = [day for day in days if day is not None]
    later = [spell.starts for spell in signed_off if known and spell.starts > max(known)]
    if len(known) < len(days) or not later:
        return ""
    return f". Since then signed off from {plain_day(max(later), max(later))}"
