"""The people and the hidden truth about them: pain, work, and what they want."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import YEAR, Bools, Floats, Ints, Rng, by_age, by_level, chance, choose, exponential_days
from synthetic_data.population import rates

NO_PAIN, MILD, SEVERE = range(3)
EMPLOYED, SELF_EMPLOYED, OFF_SICK, UNEMPLOYED, UNABLE, NOT_IN_LABOUR_FORCE, STUDENT, RETIRED, CHILD = range(9)


@dataclass(frozen=True)
class People:
    """A chunk's real people. Days are ordinals; `age` is in years on the day of the extract, with its fraction."""

    extract_day: int
    birth: Ints
    age: Floats
    sex: Ints  # position in registrations.SEXES
    pain: Ints  # NO_PAIN, MILD or SEVERE
    pain_from: Ints
    work: Ints  # EMPLOYED ... CHILD
    since: Ints  # the day the present state of work began
    wants_work: Bools

    def __len__(self) -> int:
        return len(self.birth)

    @property
    def in_work(self) -> Bools:
        """Has a job, off sick from it or not."""
        return self.work <= OFF_SICK

    @property
    def working_age(self) -> Bools:
        return (self.age >= 18) & (self.age < 65)

    def days_out(self) -> Ints:
        """Days out of work up to the extract; 0 in work."""
        return np.where(self.in_work, 0, self.extract_day - self.since)


def draw_people(rng: Rng, count: int, extract_day: int) -> People:
    """`count` people, alive or dead: registrations decide on death."""
    age = draw_ages(rng, count)
    birth = extract_day - (age * YEAR).astype(np.int64) - 1
    pain = draw_pain(rng, age)
    pain_from = np.maximum(extract_day - exponential_days(rng, rates.PAIN_YEARS, count), birth)
    work = draw_work(rng, age, pain)
    return People(
        extract_day=extract_day,
        birth=birth,
        age=age,
        sex=np.where(chance(rng, rates.SEX_NOT_KNOWN, count), 2, chance(rng, rates.FEMALE, count)),
        pain=pain,
        pain_from=pain_from,
        work=work,
        since=draw_since(rng, birth, pain, work, extract_day),
        wants_work=draw_wants(rng, work),
    )


def draw_ages(rng: Rng, count: int) -> Floats:
    first, shares = np.array(rates.AGE_BANDS).T
    band = choose(rng, np.arange(len(first)), shares, count)
    width = np.diff(np.append(first, rates.OLDEST))
    ages: Floats = first[band] + rng.random(count) * width[band]
    return ages


def draw_pain(rng: Rng, age: Floats) -> Ints:
    """The level of chronic pain."""
    has_pain = chance(rng, by_age(rates.CHRONIC_PAIN_BY_AGE, age), len(age))
    severe = chance(rng, rates.PAIN_IS_SEVERE, len(age))
    return np.where(has_pain, np.where(severe, SEVERE, MILD), NO_PAIN)


def draw_work(rng: Rng, age: Floats, pain: Ints) -> Ints:
    """What each person does: people in pain are more often out of work, and then more often unable to work."""
    count = len(age)
    share = np.select(
        [age < 16, age < 18, age < 65, age < 75],
        [0, rates.IN_WORK_AT_16, by_level(rates.IN_WORK, pain), rates.IN_WORK_AT_65],
    )
    job = np.where(chance(rng, rates.SELF_EMPLOYED, count), SELF_EMPLOYED, EMPLOYED)
    job = np.where(chance(rng, by_level(rates.OFF_SICK, pain), count), OFF_SICK, job)
    states = np.array([UNEMPLOYED, UNABLE, NOT_IN_LABOUR_FORCE, STUDENT])
    out = np.select(
        [pain == level for level in range(3)], [choose(rng, states, np.array(row), count) for row in rates.OUT_OF_WORK]
    )
    out = np.select([age < 16, age < 18, age < 65], [CHILD, STUDENT, out], RETIRED)
    return np.where(chance(rng, share, count), job, out)


def draw_since(rng: Rng, birth: Ints, pain: Ints, work: Ints, extract_day: int) -> Ints:
    """When the present state began: never before the sixteenth year, except for children."""
    years = np.where(work <= OFF_SICK, rates.YEARS_IN_WORK, by_level(rates.YEARS_OUT_OF_WORK, pain))
    drawn = extract_day - exponential_days(rng, years, len(birth))
    sixteen = np.minimum(birth + int(16 * YEAR) + 1, extract_day)
    return np.where(work == CHILD, birth, np.maximum(drawn, sixteen))


def draw_wants(rng: Rng, work: Ints) -> Bools:
    """Who wants a job, among people out of work who are neither retired nor children."""
    shares = np.zeros(CHILD + 1)
    shares[[UNEMPLOYED, UNABLE, NOT_IN_LABOUR_FORCE, STUDENT]] = rates.WANTS_TO_WORK
    return chance(rng, shares[work], len(work))
