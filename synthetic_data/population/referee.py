"""The referee: which registrations meet the InSTEP rule, judged from the rows as they were written.

This is a second computation, independent of the search, which is compared with it person by person. It uses the
generator's own meaning of its codes (`topic` and `role`) and knows nothing of code lists, SQL or the rule file.
Days are ordinals. For a person (`surely`) a row counts only when all of it lies in the window, it is not
confidential and its days can be; against a person (`perhaps`) it counts when any of it may. Each test gives a truth
per registration.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from pipeline.dates import latest_birth, shift_months
from synthetic_data.arrays import Bools, Ints
from synthetic_data.population.catalogue import CODES
from synthetic_data.population.medicines import MEDICINES
from synthetic_data.population.periods import period_end, period_start
from synthetic_data.population.registrations import REGULAR, Registrations
from synthetic_data.population.rows import EXACT, NO_DAY, NOBODY, WITH_TIME, Rows

NOTE_DAYS = 28  # EMIS carries no duration, so every note is taken to last this long
GAP_DAYS = 7  # a note that starts at most this many days after the spell's end joins it
SPELL_DAYS = 42
LEAST_ISSUE_DATES = 4
# Of each code, a number for its role: of a painful condition, which one it is.
_CONDITION = np.unique([code.role for code in CODES], return_inverse=True)[1]
_MORE_THAN_A_DAY = 10_000_000  # larger than any ordinal day: makes one sortable number of two


@dataclass(frozen=True)
class Windows:
    """The days of the rule, worked out once from the index date. `born_*`: of someone of 18 to 64."""

    index: int
    three_months_ago: int
    twelve_months_ago: int
    five_years_ago: int
    born_first: int
    born_last: int


@dataclass(frozen=True)
class Seen:
    """The rows that count: whose, what, and between which days. `first` is NO_DAY if the date is unknown.

    `unsure`: it counts only against a person.
    """

    who: Ints
    code: Ints
    first: Ints
    last: Ints
    exact: Bools
    unsure: Bools

    def only(self, keep: Bools) -> Seen:
        """The rows to keep."""
        return Seen(*(getattr(self, field.name)[keep] for field in fields(self)))

    def surely(self, since: int, until: int) -> Seen:
        """Rows that count for a person in [since, until]."""
        return self.only((self.first >= since) & (self.last <= until) & ~self.unsure)

    def perhaps(self, since: int, until: int) -> Seen:
        """Rows that count against a person in [since, until]; an unknown date may be any."""
        return self.only((self.first == NO_DAY) | ((self.last >= since) & (self.first <= until)))


def find_qualifying(registrations: Registrations, events: Rows, issues: Rows, index: date) -> Bools:
    """Whether each registration's record, as written, puts its person on the list."""
    days, count = find_windows(index), len(registrations)
    seen, issued = take_part(events, registrations, days), take_part(issues, registrations, days)
    pain = has_core_pain(seen, days, count) | has_lasting_pain(seen, days, count)
    included = pain & has_pain_drugs(issued, days, count) & is_off_work(seen, days, count)
    person = number_people(registrations)
    excluded = someone(person[is_excluded(seen, issued, days, count)], count)[person]  # in any record of the person
    return included & ~excluded & is_in_population(registrations, days) & is_the_one(registrations, days)


def find_windows(index: date) -> Windows:
    return Windows(
        index=index.toordinal(),
        three_months_ago=shift_months(index, -3).toordinal(),
        twelve_months_ago=shift_months(index, -12).toordinal(),
        five_years_ago=shift_months(index, -60).toordinal(),
        born_first=latest_birth(index, 65).toordinal() + 1,
        born_last=latest_birth(index, 18).toordinal(),
    )


def take_part(rows: Rows, registrations: Registrations, days: Windows) -> Seen:
    """Drop deleted rows and rows of test, deleted or missing patients.

    The extract was made on the index date, so a row dated in the future or before birth has no known date.
    Neither that nor one entered in the future is sure.
    """
    first, last = period_start(rows.day, rows.precision), period_end(rows.day, rows.precision)
    dated = rows.day != NO_DAY
    gone = rows.deleted | (rows.who == NOBODY) | (registrations.is_test | registrations.deleted)[rows.who]
    impossible = dated & ((first > days.index) | (last < registrations.birth[rows.who]))
    exact = dated & ~impossible & ((rows.precision == EXACT) | (rows.precision == WITH_TIME))
    first, last = np.where(impossible, NO_DAY, first), np.where(impossible, NO_DAY, last)
    unsure = rows.confidential | impossible | (rows.entered > days.index)
    return Seen(rows.who, rows.code, first, last, exact, unsure).only(~gone)


def has_core_pain(seen: Seen, days: Windows, count: int) -> Bools:
    """pain_core: chronic pain coded within 5 years."""
    return anyone(events_of(seen, "chronic-pain").surely(days.five_years_ago, days.index), count)


def has_lasting_pain(seen: Seen, days: Windows, count: int) -> Bools:
    """pain_persisted: one painful condition within 5 years, again at least 3 months after the first; exact dates."""
    rows = events_of(seen, "painful-condition").surely(days.five_years_ago, days.index)
    return reach_three_months(rows.only(rows.exact), _CONDITION, days, count)


def reach_three_months(rows: Seen, group: Ints, days: Windows, count: int) -> Bools:
    """Whether the last of these is at least 3 months after the first, among those of one group. `group`: of a code."""
    groups = int(group.max()) + 1
    earliest, latest = np.full((count, groups), days.index), np.zeros((count, groups), np.int64)
    np.minimum.at(earliest, (rows.who, group[rows.code]), rows.first)
    np.maximum.at(latest, (rows.who, group[rows.code]), rows.first)
    reaching: Bools = np.any(three_months_on(earliest.ravel()).reshape(earliest.shape) <= latest, axis=1)
    return reaching


def has_pain_drugs(issued: Seen, days: Windows, count: int) -> Bools:
    """pain_drugs: opioids or gabapentinoids on at least 4 different exact dates within 12 months, over 3 months."""
    pain_drug = np.array([medicine.topic in ("opioids", "gabapentinoids") for medicine in MEDICINES])
    rows = issued.only(pain_drug[issued.code]).surely(days.twelve_months_ago, days.index)
    rows = rows.only(rows.exact)
    dates = np.unique(rows.who * _MORE_THAN_A_DAY + rows.first)
    enough = np.bincount(dates // _MORE_THAN_A_DAY, minlength=count) >= LEAST_ISSUE_DATES
    return enough & reach_three_months(rows, np.zeros(len(MEDICINES), np.int64), days, count)


def is_off_work(seen: Seen, days: Windows, count: int) -> Bools:
    """off_work: notes at most GAP_DAYS apart make a spell; one of SPELL_DAYS with a day within 12 months.

    A spell is [its first note's day, its last note's day + NOTE_DAYS), cut so that the index date is its last day.
    """
    notes = events_of(seen, "fit-notes", "not_fit", "unspecified").surely(0, days.index)
    notes = notes.only(notes.exact)
    order = np.lexsort((notes.first, notes.who))
    who, starts = notes.who[order], notes.first[order]
    begins = np.ones(len(who), bool)  # a note that begins a spell, and below one that closes it
    begins[1:] = (who[1:] != who[:-1]) | (starts[1:] - (starts[:-1] + NOTE_DAYS) > GAP_DAYS)
    closes = np.append(begins[1:], True)[: len(who)]
    spell_start, spell_end = starts[begins], np.minimum(starts[closes] + NOTE_DAYS, days.index + 1)
    counts = (spell_end - spell_start >= SPELL_DAYS) & (spell_end - 1 >= days.twelve_months_ago)
    return someone(who[begins][counts], count)


def is_excluded(seen: Seen, issued: Seen, days: Windows, count: int) -> Bools:
    """Any of the five exclusions."""
    substitute = np.array([medicine.topic == "opioid-substitution" for medicine in MEDICINES])
    substituted = issued.only(substitute[issued.code]).perhaps(days.twelve_months_ago, days.index)
    excluded = anyone(events_of(seen, "cancer").perhaps(days.five_years_ago, days.index), count)
    excluded |= anyone(substituted, count)
    for topic, role in (("palliative", "palliative"), ("research-contact", "declined"), ("type-1-dissent", "dissent")):
        excluded |= newest_is(seen, topic, role, count)
    return excluded


def newest_is(seen: Seen, topic: str, role: str, count: int) -> Bools:
    """Whether a row of `role` is as new as any sure row of the topic; an undated row is the oldest (NO_DAY is 0)."""
    newest = np.full(count, -1)
    rows, against = events_of(seen, topic), events_of(seen, topic, role)
    for each in (rows.only(~rows.unsure), against):
        np.maximum.at(newest, each.who, each.first)
    return someone(against.who[against.first == newest[against.who]], count)


def is_in_population(registrations: Registrations, days: Windows) -> Bools:
    """Alive, 18 to 64, and a regular patient for three months or more; not a test patient."""
    aged = (registrations.birth >= days.born_first) & (registrations.birth <= days.born_last)
    alive = (registrations.death == NO_DAY) | (registrations.death > days.index)
    settled = is_current(registrations, days) & (registrations.start <= days.three_months_ago)
    inside: Bools = aged & alive & settled & ~registrations.is_test & ~registrations.deleted
    return inside


def is_current(registrations: Registrations, days: Windows) -> Bools:
    """A regular registration that has not ended."""
    current: Bools = (registrations.kind == REGULAR) & (
        (registrations.end == NO_DAY) | (registrations.end > days.index)
    )
    return current


def number_people(registrations: Registrations) -> Ints:
    """One person is one valid NHS number with one date of birth; without these, each registration is a person."""
    alone = np.arange(len(registrations))
    known = registrations.nhs_valid & (registrations.birth != NO_DAY)
    number = np.where(known, registrations.nhs_number, -1 - alone)
    return np.unique(number * _MORE_THAN_A_DAY + registrations.birth, return_inverse=True)[1]


def is_the_one(registrations: Registrations, days: Windows) -> Bools:
    """Of one person's registrations, the current regular one, the latest if there are several; none if any is dead."""
    person = number_people(registrations)
    present = ~registrations.deleted
    dead = (registrations.death != NO_DAY) & (registrations.death <= days.index)
    candidate = is_current(registrations, days) & present
    latest = np.zeros(len(registrations), np.int64)
    np.maximum.at(latest, person[candidate], registrations.start[candidate])
    chosen: Bools = candidate & (registrations.start == latest[person])
    return chosen & ~someone(person[dead & present], len(registrations))[person]


def three_months_on(day: Ints) -> Ints:
    """Each day three calendar months on."""
    distinct, place = np.unique(day, return_inverse=True)
    moved = [shift_months(date.fromordinal(int(one)), 3).toordinal() for one in distinct]
    return np.array(moved, np.int64)[place]


def events_of(seen: Seen, topic: str, *roles: str) -> Seen:
    """The rows whose code has this topic, and one of these roles if any are named."""
    wanted = [code.topic == topic and (not roles or code.role in roles) for code in CODES]
    return seen.only(np.array([*wanted, False])[seen.code])  # the last is the code the dictionary does not hold


def anyone(rows: Seen, count: int) -> Bools:
    """Who has any of the rows."""
    return someone(rows.who, count)


def someone(who: Ints, count: int) -> Bools:
    """True at the positions in `who`."""
    return np.bincount(who, minlength=count) > 0
