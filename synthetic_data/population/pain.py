"""What the record says about pain: codes of chronic and neuropathic pain, painful conditions and pain clinics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synthetic_data.arrays import YEAR, Bools, Floats, Ints, Rng, by_level, chance, choose, days_between
from synthetic_data.population import rates
from synthetic_data.population.catalogue import find_codes
from synthetic_data.population.people import NO_PAIN, SEVERE, People
from synthetic_data.population.rows import Rows, join_rows, make_rows


def draw_pain_events(rng: Rng, people: People) -> Rows:
    further = np.where(people.pain == NO_PAIN, rates.CONDITION_EVENTS_WITHOUT_PAIN, rates.CONDITION_EVENTS)
    few = np.full(len(people), rates.CORE_EVENTS)
    clinic = np.where(people.pain == SEVERE, rates.PAIN_CLINIC, 0)
    return join_rows(
        [
            draw_topic(rng, people, find_codes("chronic-pain", ""), coded(rng, people, rates.CORE_CODED), few),
            draw_topic(
                rng, people, find_codes("chronic-pain", "neuropathic"), coded(rng, people, rates.NEUROPATHIC_CODED), few
            ),
            draw_topic(
                rng, people, find_codes("painful-condition"), coded(rng, people, rates.CONDITION_CODED), further
            ),
            draw_topic(rng, people, find_codes("pain-clinic"), chance(rng, clinic, len(people)), few * 0),
        ]
    )


def coded(rng: Rng, people: People, shares: Sequence[float]) -> Bools:
    """Who has such a code at all, by pain level."""
    return chance(rng, by_level(shares, people.pain), len(people))


def draw_topic(rng: Rng, people: People, options: tuple[Ints, Floats], chosen: Bools, further: Floats) -> Rows:
    """One event, and a Poisson number more, for each chosen person since the pain began; one code per person."""
    picked = np.flatnonzero(chosen)
    codes = choose(rng, *options, len(picked))
    counts = 1 + rng.poisson(further[picked])
    who = np.repeat(picked, counts)
    return make_rows(who, np.repeat(codes, counts), days_between(rng, first_days(people)[who], today(people, who)))


def first_days(people: People) -> Ints:
    """The earliest day on which a pain code may be written; for a passing pain, the day of birth."""
    began = np.where(people.pain == NO_PAIN, people.birth, people.pain_from)
    return np.maximum(began, people.extract_day - int(rates.CODED_YEARS * YEAR))


def today(people: People, who: Ints) -> Ints:
    return np.full(len(who), people.extract_day)
