"""What goes wrong with rows on their way into a record, at stated rates.

Two kinds of row never get a fault whose meaning the rule leaves open, so that `record_qualifies` is always clear: rows
judged by "the newest decides" are never dated only to a month or year, and their milder roles are never confidential.
(The rule says what an undated row means, so these rows may be undated.)
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthetic_data.arrays import Bools, Rng, chance
from synthetic_data.population import rates
from synthetic_data.population.catalogue import CODES, NOT_IN_DICTIONARY, find_codes
from synthetic_data.population.periods import period_start
from synthetic_data.population.registrations import Registrations
from synthetic_data.population.rows import (
    MONTH,
    NO_COURSE,
    NO_DAY,
    NOBODY,
    UNKNOWN,
    WITH_TIME,
    YEAR_ONLY,
    Rows,
    join_rows,
)

_NEWEST_DECIDES = ("palliative", "research-contact", "type-1-dissent")
_MILDER = ("not_indicated", "invited", "enrolled", "withdrawn")


def spoil_events(rng: Rng, events: Rows, registrations: Registrations, extract_day: int) -> Rows:
    """Events as a real extract would hold them."""
    dated_by_newest = np.array([code.topic in _NEWEST_DECIDES for code in CODES])
    milder = np.array([code.topic in _NEWEST_DECIDES and code.role in _MILDER for code in CODES])
    notes = np.isin(events.code, find_codes("fit-notes")[0])
    late = np.where(notes, rates.NOTE_BACK_DATED, rates.ENTERED_LATE)
    rows = enter(rng, events, chance(rng, late, len(events)), extract_day)
    rows = misdate(rng, rows, registrations, extract_day, may_be_vague=~dated_by_newest[rows.code])
    rows = mark(rng, rows, may_be_confidential=~milder[rows.code])
    rows = lose_codes(rng, lose_patients(rng, rows))
    return repeat_some(rng, rows)


def spoil_issues(rng: Rng, issues: Rows, registrations: Registrations, extract_day: int) -> Rows:
    """Issues as a real extract would hold them: some without their course."""
    always = np.ones(len(issues), bool)
    rows = enter(rng, issues, chance(rng, rates.ISSUE_ENTERED_LATE, len(issues)), extract_day)
    rows = misdate(rng, rows, registrations, extract_day, may_be_vague=always)
    rows = lose_patients(rng, mark(rng, rows, may_be_confidential=always))
    rows = replace(rows, course=np.where(chance(rng, rates.NO_COURSE, len(rows)), NO_COURSE, rows.course))
    return repeat_some(rng, rows)


def enter(rng: Rng, rows: Rows, late: Bools, extract_day: int) -> Rows:
    """Days of entry: mostly the same day, some later, a few after the extract (a wrong clock), a few missing."""
    count = len(rows)
    lag = np.where(late, rng.geometric(1 / 20, count), 0)
    entered = np.minimum(rows.day + lag, extract_day)
    entered = np.where(
        chance(rng, rates.ENTERED_AFTER_EXTRACT, count), extract_day + rng.integers(1, 30, count), entered
    )
    return replace(rows, entered=np.where(chance(rng, rates.NOT_ENTERED, count), NO_DAY, entered))


def misdate(rng: Rng, rows: Rows, registrations: Registrations, extract_day: int, may_be_vague: Bools) -> Rows:
    """Days before birth, in the future, unknown, or known to the month or year. Each row has at most one fault."""
    shares = (
        rates.BEFORE_BIRTH,
        rates.FUTURE_DATE,
        rates.UNKNOWN_DATE,
        rates.MONTH_ONLY,
        rates.YEAR_ONLY,
        rates.DATE_WITH_TIME,
    )
    fault = np.searchsorted(np.cumsum(shares), rng.random(len(rows)), side="right")
    birth = registrations.birth[rows.who]
    days = [
        np.where(birth > NO_DAY, birth - rng.integers(1, 3000, len(rows)), rows.day),
        extract_day + rng.integers(1, 400, len(rows)),
        np.full(len(rows), NO_DAY),
    ]
    rows = replace(rows, day=np.select([fault == 0, fault == 1, fault == 2], days, rows.day))
    vague = np.select([fault == 3, fault == 4], [MONTH, YEAR_ONLY], rows.precision)
    precision = np.where(may_be_vague, vague, rows.precision)
    precision = np.select([fault == 2, fault == 5], [UNKNOWN, WITH_TIME], precision)
    return write_some_as_first(rng, replace(rows, precision=precision))


def write_some_as_first(rng: Rng, rows: Rows) -> Rows:
    """Write some dates known to the month or year as its first day, and some as any day in it."""
    first = period_start(rows.day, rows.precision)
    return replace(rows, day=np.where(chance(rng, rates.INSIDE_PERIOD, len(rows)), rows.day, first))


def mark(rng: Rng, rows: Rows, may_be_confidential: Bools) -> Rows:
    """Mark some rows as deleted and some as confidential."""
    return replace(
        rows,
        deleted=chance(rng, rates.DELETED_ROW, len(rows)),
        confidential=chance(rng, rates.CONFIDENTIAL_ROW, len(rows)) & may_be_confidential,
    )


def lose_patients(rng: Rng, rows: Rows) -> Rows:
    """Give some rows to a patient who is not in the patient file."""
    return replace(rows, who=np.where(chance(rng, rates.ORPHAN_ROW, len(rows)), NOBODY, rows.who))


def lose_codes(rng: Rng, rows: Rows) -> Rows:
    """Give some rows a code that is not in the dictionary."""
    return replace(rows, code=np.where(chance(rng, rates.UNKNOWN_CODE, len(rows)), NOT_IN_DICTIONARY, rows.code))


def repeat_some(rng: Rng, rows: Rows) -> Rows:
    """Repeat some rows, identical except for their key."""
    again = chance(rng, rates.DUPLICATE_ROW, len(rows))
    return join_rows([rows, rows.take(again)])
