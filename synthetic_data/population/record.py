"""The rest of a record: work, exclusions, flags, and everyday rows."""

from __future__ import annotations

import numpy as np

from synthetic_data.arrays import YEAR, Bools, Ints, Rng, by_age, chance, choose, days_between
from synthetic_data.population import rates
from synthetic_data.population.catalogue import find_codes
from synthetic_data.population.certificates import draw_notes
from synthetic_data.population.pain import draw_pain_events
from synthetic_data.population.people import (
    EMPLOYED,
    NOT_IN_LABOUR_FORCE,
    OFF_SICK,
    RETIRED,
    SELF_EMPLOYED,
    UNABLE,
    UNEMPLOYED,
    People,
)
from synthetic_data.population.rows import Rows, join_rows, make_rows

_ROLES = {
    EMPLOYED: "employed",
    SELF_EMPLOYED: "self_employed",
    OFF_SICK: "sick_leave",
    UNEMPLOYED: "unemployed",
    UNABLE: "unable",
    NOT_IN_LABOUR_FORCE: "not_in_labour_force",
    RETIRED: "retired",
}


def draw_events(rng: Rng, people: People) -> Rows:
    """Every coded event of the chunk's people."""
    parts = [draw_pain_events(rng, people), draw_notes(rng, people), *draw_work_codes(rng, people)]
    return join_rows([*parts, *draw_exclusions(rng, people), *draw_flags(rng, people), draw_background(rng, people)])


def draw_work_codes(rng: Rng, people: People) -> list[Rows]:
    """Rarely coded; sometimes the previous state, on a day before the present one began."""
    coded = chance(rng, rates.WORK_CODED, len(people)) & (people.age >= 16)
    stale = chance(rng, rates.WORK_CODE_STALE, len(people))
    told = np.where(stale, np.where(people.in_work, UNEMPLOYED, EMPLOYED), people.work)
    ten_years_ago = people.extract_day - int(10 * YEAR)
    first = np.where(stale, people.since - int(3 * YEAR), np.maximum(people.since, ten_years_ago))
    last = np.where(stale, people.since - 1, people.extract_day)
    day = days_between(rng, np.maximum(first, people.birth), last)
    return [draw_once(rng, coded & (told == state), day, "employment", role) for state, role in _ROLES.items()]


def draw_exclusions(rng: Rng, people: People) -> list[Rows]:
    """Cancer, palliative care, dissent, research: some with a later row that reverses the first."""
    count = len(people)
    palliative = chance(rng, by_age(rates.PALLIATIVE_BY_AGE, people.age), count)
    ended = palliative & chance(rng, rates.PALLIATIVE_ENDED, count)
    dissents = chance(rng, rates.TYPE_1_DISSENT, count)
    withdrawn = dissents & chance(rng, rates.TYPE_1_WITHDRAWN, count)
    invited = chance(rng, rates.RESEARCH_INVITED, count)
    declined = chance(rng, np.where(invited, rates.RESEARCH_DECLINED_ONCE_INVITED, rates.RESEARCH_DECLINED), count)
    enrolled = chance(rng, rates.RESEARCH_ENROLLED, count)
    cancer = chance(rng, by_age(rates.CANCER_BY_AGE, people.age), count)
    early, late = ordered_days(rng, people, 3.0)
    old_early, old_late = ordered_days(rng, people, 12.0)
    return [
        draw_once(rng, cancer, old_late, "cancer"),
        draw_once(rng, palliative, early, "palliative", "palliative"),
        draw_once(rng, ended, late, "palliative", "not_indicated"),
        draw_once(rng, dissents, old_early, "type-1-dissent", "dissent"),
        draw_once(rng, withdrawn, old_late, "type-1-dissent", "withdrawn"),
        draw_once(rng, invited, days_within(rng, people, 6.0), "research-contact", "invited"),
        draw_once(rng, declined, days_within(rng, people, 6.0), "research-contact", "declined"),
        draw_once(rng, enrolled, days_within(rng, people, 6.0), "research-contact", "enrolled"),
    ]


def draw_flags(rng: Rng, people: People) -> list[Rows]:
    """What a reviewer should see: rows that flag a person."""
    shares = {
        "interpreter-needed": np.full(len(people), rates.INTERPRETER),
        "dementia": np.where(people.age >= 65, rates.DEMENTIA_FROM_65, 0),
        "severe-mental-illness": np.where(people.age >= 16, rates.SEVERE_MENTAL_ILLNESS, 0),
        "learning-disability": np.full(len(people), rates.LEARNING_DISABILITY),
        "safeguarding": np.where(people.age >= 18, rates.SAFEGUARDING, 0),
        "housebound": np.where(people.age >= 75, rates.HOUSEBOUND_FROM_75, 0),
    }
    chosen = {topic: chance(rng, share, len(people)) for topic, share in shares.items()}
    return [draw_once(rng, who, days_within(rng, people, 8.0), topic) for topic, who in chosen.items()]


def draw_once(rng: Rng, chosen: Bools, day: Ints, topic: str, role: str = "") -> Rows:
    """One row for each chosen person."""
    who = np.flatnonzero(chosen)
    codes = find_codes(topic, role) if role else find_codes(topic)
    return make_rows(who, choose(rng, *codes, len(who)), day[who])


def draw_background(rng: Rng, people: People) -> Rows:
    """Everyday rows, more with age."""
    weight = by_age(rates.BACKGROUND_BY_AGE, people.age)
    counts = rng.poisson(rates.BACKGROUND_EVENTS * weight / weight.mean())
    who = np.repeat(np.arange(len(people)), counts)
    first = np.maximum(people.birth, people.extract_day - int(rates.BACKGROUND_YEARS * YEAR))
    day = days_between(rng, first[who], np.full(len(who), people.extract_day))
    return make_rows(who, choose(rng, *find_codes("background"), len(who)), day)


def days_within(rng: Rng, people: People, years: float) -> Ints:
    """A random day in the last `years` years, not before birth."""
    first = np.maximum(people.birth, people.extract_day - int(years * YEAR))
    return days_between(rng, first, np.full(len(people), people.extract_day))


def ordered_days(rng: Rng, people: People, years: float) -> tuple[Ints, Ints]:
    """Two random days, the earlier first; sometimes the same day."""
    one, other = days_within(rng, people, years), days_within(rng, people, years)
    return np.minimum(one, other), np.maximum(one, other)
