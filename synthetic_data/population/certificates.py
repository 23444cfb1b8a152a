"""Fit notes: spells of consecutive notes, and similar rows that are not time off work."""

from __future__ import annotations

import numpy as np

from synthetic_data.arrays import YEAR, Floats, Ints, Rng, by_level, chance, choose, runs
from synthetic_data.population import rates
from synthetic_data.population.catalogue import find_codes
from synthetic_data.population.people import OFF_SICK, People
from synthetic_data.population.rows import Rows, join_rows, make_rows

_MOST_NOTES = 30  # in one spell


def draw_notes(rng: Rng, people: People) -> Rows:
    """The notes of the last SPELL_YEARS years, none after the extract."""
    who, start = draw_spells(rng, people)
    notes = draw_spell_notes(rng, people, who, start)
    beside = draw_beside(rng, who, start)
    copies = notes.take(chance(rng, rates.NOTE_DUPLICATED, len(notes)))
    copies = make_rows(copies.who, pick(rng, len(copies), "duplicate"), copies.day + rng.integers(0, 8, len(copies)))
    rows = join_rows([notes, *beside, copies])
    return rows.take(rows.day <= people.extract_day)


def draw_spells(rng: Rng, people: People) -> tuple[Ints, Ints]:
    """Who has a spell, and the day it begins; at most one a year."""
    share = spell_shares(people)
    who = [np.flatnonzero(chance(rng, share, len(people))) for _ in range(rates.SPELL_YEARS)]
    start = [people.extract_day - ((year + rng.random(len(w))) * YEAR).astype(np.int64) for year, w in enumerate(who)]
    return np.concatenate(who), np.concatenate(start)


def spell_shares(people: People) -> Floats:
    """The chance of a spell in a year; zero outside working age."""
    out = by_level(rates.SPELL_OUT_OF_WORK, people.pain)
    out *= np.where(people.days_out() > 2 * YEAR, rates.SPELL_LONG_OUT, 1)
    share = np.where(people.in_work, by_level(rates.SPELL_IN_WORK, people.pain), out)
    share = np.where(people.work == OFF_SICK, rates.SPELL_OFF_SICK, share)
    return np.where(people.working_age, share, 0.0)


def draw_spell_notes(rng: Rng, people: People, who: Ints, start: Ints) -> Rows:
    """The notes of each spell; the next is due when the last ends, and comes a little early or late."""
    more = by_level(rates.NOTE_FOLLOWED, people.pain)[who]
    counts = np.minimum(rng.geometric(1 - more), _MOST_NOTES)
    days, shares = np.array(rates.NOTE_DAYS).T
    spell = np.repeat(np.arange(len(who)), counts)
    length = choose(rng, days.astype(np.int64), shares, len(who))[spell]
    wait = np.where(runs(counts) == 0, 0, length + rng.integers(-3, rates.NOTE_GAP_DAYS + 1, len(spell)))
    waited = np.cumsum(wait)
    before = (waited - wait)[np.cumsum(counts) - counts]
    return make_rows(who[spell], pick_codes(rng, len(spell)), start[spell] + waited - before[spell])


def pick_codes(rng: Rng, count: int) -> Ints:
    """The code of each note."""
    drawn = rng.random(count)
    old = pick(rng, count, "unspecified")
    usual = np.where(drawn < rates.MAY_BE_FIT, pick(rng, count, "may_be_fit"), pick(rng, count, "not_fit"))
    return np.where(drawn > 1 - rates.NOTE_OLD_FORM, old, usual)


def draw_beside(rng: Rng, who: Ints, start: Ints) -> list[Rows]:
    """Rows that look like notes: in some spells, one kind at the start."""
    shares = {
        "not_issued": rates.NOTE_NOT_ISSUED,
        "back_to_work": rates.NOTE_BACK_TO_WORK,
        "private": rates.NOTE_PRIVATE,
        "self_certificate": rates.NOTE_SELF,
    }
    chosen = {role: chance(rng, share, len(who)) for role, share in shares.items()}
    return [make_rows(who[c], pick(rng, int(c.sum()), role), start[c]) for role, c in chosen.items()]


def pick(rng: Rng, count: int, role: str) -> Ints:
    """Codes of fit notes with this role."""
    return choose(rng, *find_codes("fit-notes", role), count)
