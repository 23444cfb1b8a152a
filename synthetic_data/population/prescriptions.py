"""Issues of medicines: long-term and short courses of pain medicines, substitution, and everything else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from synthetic_data.arrays import (
    YEAR,
    Ints,
    Rng,
    by_age,
    by_level,
    chance,
    choose,
    days_between,
    exponential_days,
    runs,
)
from synthetic_data.population import rates
from synthetic_data.population.medicines import find_medicines
from synthetic_data.population.people import NO_PAIN, People
from synthetic_data.population.rows import Rows, join_rows, make_rows

_LONGEST = 200  # issues in one course


def draw_issues(rng: Rng, people: People) -> Rows:
    """Every issue of the chunk; `course` is unique in it."""
    idle = np.where(people.working_age & ~people.in_work, rates.LONG_TERM_OUT_OF_WORK, 1)
    share = by_level(rates.LONG_TERM_OPIOID, people.pain) * idle
    on_opioid = chance(rng, share, len(people)) & (people.age >= 16)
    share = by_level(rates.LONG_TERM_GABAPENTINOID, people.pain) * idle
    share *= np.where(on_opioid, rates.GABAPENTINOID_WITH_OPIOID, 1)
    on_gabapentinoid = chance(rng, share, len(people)) & (people.age >= 16)
    substituted = people.working_age & chance(rng, rates.SUBSTITUTION, len(people))
    return number_courses(
        [
            draw_long_term(rng, people, "opioids", np.flatnonzero(on_opioid)),
            draw_long_term(rng, people, "gabapentinoids", np.flatnonzero(on_gabapentinoid)),
            draw_long_term(rng, people, "opioid-substitution", np.flatnonzero(substituted)),
            draw_short(rng, people),
            draw_background(rng, people),
        ]
    )


def draw_long_term(rng: Rng, people: People, topic: str, who: Ints) -> Rows:
    """One course each, begun after the pain; most still go on."""
    count, today = len(who), np.full(len(who), people.extract_day)
    earliest = np.where(people.pain[who] == NO_PAIN, people.birth[who], people.pain_from[who])
    first = np.maximum(today - exponential_days(rng, rates.COURSE_YEARS, count), earliest)
    goes_on = chance(rng, rates.COURSE_GOES_ON, count)
    days, shares = np.array(rates.ISSUE_EVERY).T
    every = choose(rng, days.astype(np.int64), shares, count)
    last = np.where(goes_on, newest_issue(rng, first, today, every), days_between(rng, first, today))
    return draw_course(rng, who, choose(rng, *find_medicines(topic), count), first, last, every)


def draw_short(rng: Rng, people: People) -> Rows:
    """Opioids for a few weeks: one to three issues a week or two apart."""
    chosen = chance(rng, by_level(rates.ACUTE_OPIOID, people.pain), len(people)) & (people.age >= 16)
    who = np.flatnonzero(chosen)
    today = np.full(len(who), people.extract_day)
    first = days_between(rng, today - int(rates.ACUTE_SPREAD_YEARS * YEAR), today)
    every = rng.integers(7, 15, len(who))
    last = np.minimum(first + every * rng.integers(0, 3, len(who)), today)
    return draw_course(rng, who, choose(rng, *find_medicines("opioids"), len(who)), first, last, every)


def draw_background(rng: Rng, people: People) -> Rows:
    """Courses of everything else, more with age; a third still go on."""
    weight = by_age(rates.ISSUES_BY_AGE, people.age)
    a_person = rates.BACKGROUND_ISSUES / rates.BACKGROUND_COURSE_ISSUES * weight / weight.mean()
    who = np.repeat(np.arange(len(people)), rng.poisson(a_person))
    count, today = len(who), np.full(len(who), people.extract_day)
    every = np.full(count, 28)
    going_on, over = newest_issue(rng, today - 28, today, every), days_between(rng, today - int(5 * YEAR), today)
    last = np.where(chance(rng, 1 / 3, count), going_on, over)
    issues = rng.geometric(1 / (rates.BACKGROUND_COURSE_ISSUES / (1 - rates.ISSUE_MISSED)), count)
    first = np.maximum(last - every * (issues - 1), people.birth[who])
    return draw_course(rng, who, choose(rng, *find_medicines("background"), count), first, last, every)


def newest_issue(rng: Rng, first: Ints, today: Ints, every: Ints) -> Ints:
    """The newest issue of a course that goes on: any day in the last interval, not one day for all patients."""
    found: Ints = np.maximum(today - rng.integers(0, every), first)
    return found


def draw_course(rng: Rng, who: Ints, code: Ints, first: Ints, last: Ints, every: Ints) -> Rows:
    """The issues of each course, `every` this many days (give or take two); some are missed."""
    counts = np.minimum(np.maximum(last - first, 0) // every + 1, _LONGEST)
    course = np.repeat(np.arange(len(who)), counts)
    day = (last - every * (counts - 1))[course] + runs(counts) * every[course]
    day = np.clip(day + rng.integers(-2, 3, len(day)), np.minimum(first, last)[course], last[course])
    kept = ~chance(rng, rates.ISSUE_MISSED, len(day))
    return make_rows(who[course], code[course], day, course).take(kept)


def number_courses(parts: Iterable[Rows]) -> Rows:
    """Join the parts, and number their courses on from one part to the next."""
    joined: list[Rows] = []
    used = 0
    for part in parts:
        joined.append(replace(part, course=part.course + used))
        used += int(part.course.max(initial=-1)) + 1
    return join_rows(joined)
