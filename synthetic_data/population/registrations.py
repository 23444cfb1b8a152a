"""Registrations: who is registered where and since when, and what in the registration can mislead."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from synthetic_data.arrays import YEAR, Bools, Floats, Ints, Rng, by_age, chance, choose, days_between, exponential_days
from synthetic_data.check_digits import nhs_numbers
from synthetic_data.population import rates
from synthetic_data.population.people import People
from synthetic_data.population.rows import NO_DAY, Rows, join_rows

SEXES = ("M", "F", "U")
TYPES = (*(name for name, _ in rates.PATIENT_TYPES), "Dummy")
REGULAR, TEMPORARY, DUMMY = TYPES.index("Regular"), TYPES.index("Temporary"), TYPES.index("Dummy")
_KEPT_DAYS = int(5 * YEAR)  # people who left or died stay in the extract for up to five years (formats 1.2)


@dataclass(frozen=True)
class Registrations:
    """A chunk's rows of Admin_Patient, as arrays. Second registrations come after all the first ones."""

    person: Ints  # position among the chunk's people
    practice: Ints
    birth: Ints  # as written: NO_DAY where blank
    death: Ints
    start: Ints
    end: Ints
    kind: Ints  # position in TYPES
    dummy_flag: Bools
    deleted: Bools
    sensitive: Bools
    confidential: Bools
    care_home: Bools
    nhs_number: Ints  # 0 where there is none
    nhs_valid: Bools
    moved_in: Ints  # the day of a second registration, on both of the person's rows; NO_DAY for others
    is_second: Bools
    has_history: Bools  # a second registration that took the old record along
    shares_guid: Bools  # a second registration whose GUID is the first one's

    def __len__(self) -> int:
        return len(self.person)

    @property
    def is_test(self) -> Bools:
        shown: Bools = self.dummy_flag | (self.kind == DUMMY)
        return shown

    def take(self, chosen: Ints) -> Registrations:
        """These registrations only."""
        return Registrations(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def followed_by(self, other: Registrations) -> Registrations:
        """These, then the others."""
        pairs = ((getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        return Registrations(*(np.concatenate(pair) for pair in pairs))


def draw_registrations(rng: Rng, people: People, size: int, sizes: Floats, chunk: int) -> Registrations:
    """`size` registrations of fewer people; `sizes` are the practices' weights."""
    first = draw_first(rng, people, sizes, chunk)
    movers = rng.permutation(len(people))[: size - len(people)]
    return move(rng, people, with_oddities(rng, first, np.isin(first.person, movers)), movers, sizes)


def draw_first(rng: Rng, people: People, sizes: Floats, chunk: int) -> Registrations:
    """One plain registration for each person: current, left, or ended by death."""
    count, today = len(people), people.extract_day
    no = np.zeros(count, bool)
    start = np.maximum(people.birth, today - exponential_days(rng, rates.YEARS_REGISTERED, count))
    gone_on = days_between(rng, np.maximum(start, today - _KEPT_DAYS), np.full(count, today))
    dead = chance(rng, by_age(rates.DEAD_BY_AGE, people.age), count)
    ended = np.where(dead, ~chance(rng, rates.DEAD_NOT_DEACTIVATED, count), chance(rng, rates.LEFT, count))
    soon = chance(rng, rates.LEAVING_SOON, count) & ~dead & ~ended
    shares = np.array([share for _, share in rates.PATIENT_TYPES])
    numbers, valid = draw_numbers(rng, count, chunk)
    return Registrations(
        person=np.arange(count),
        practice=choose(rng, np.arange(len(sizes)), sizes, count),
        birth=people.birth,
        death=np.where(dead, gone_on, NO_DAY),
        start=start,
        end=np.select([ended.astype(bool), soon], [gone_on, today + rng.integers(1, 60, count)], NO_DAY),
        kind=choose(rng, np.arange(len(shares)), shares, count),
        dummy_flag=no,
        deleted=no,
        sensitive=chance(rng, rates.SPINE_SENSITIVE, count),
        confidential=chance(rng, rates.CONFIDENTIAL_PATIENT, count),
        care_home=chance(rng, np.where(people.age >= 75, rates.CARE_HOME_FROM_75, rates.CARE_HOME_YOUNGER), count),
        nhs_number=numbers,
        nhs_valid=valid,
        moved_in=np.zeros(count, np.int64),
        is_second=no,
        has_history=no,
        shares_guid=no,
    )


def draw_numbers(rng: Rng, count: int, chunk: int) -> tuple[Ints, Bools]:
    """NHS numbers, and whether each is valid: some people have none, some a wrong last digit."""
    numbers = nhs_numbers(rng, chunk, rates.CHUNK)[:count]
    none, wrong = chance(rng, rates.NO_NHS_NUMBER, count), chance(rng, rates.WRONG_NHS_NUMBER, count)
    mistyped = numbers // 10 * 10 + (numbers % 10 + 1) % 10
    return np.where(none, 0, np.where(wrong, mistyped, numbers)), ~none & ~wrong


def with_oddities(rng: Rng, first: Registrations, moves: Bools) -> Registrations:
    """Add test patients, deleted patients and blank dates of birth; not to movers, so that nobody has two oddities."""
    count = len(first)
    dummy = chance(rng, rates.TEST_PATIENT, count) & ~moves
    by_type = chance(rng, 0.5, count)  # a test patient shows by the flag or by the type
    blank = chance(rng, rates.NO_BIRTH_DATE, count) & ~moves
    return replace(
        first,
        kind=np.where(dummy, np.where(by_type, DUMMY, REGULAR), first.kind),
        dummy_flag=dummy & ~by_type,
        deleted=chance(rng, rates.DELETED_PATIENT, count) & ~moves & ~dummy,
        birth=np.where(blank, NO_DAY, first.birth),
    )


def move(rng: Rng, people: People, first: Registrations, movers: Ints, sizes: Floats) -> Registrations:
    """The first registrations, those of `movers` ended, then the movers' second ones."""
    count, today = len(movers), people.extract_day
    moved = days_between(rng, np.maximum(people.birth[movers], today - _KEPT_DAYS) + 2, np.full(count, today))
    fate = rng.random(count)
    both, temporary = fate < rates.MOVED_BOTH_CURRENT, fate > 1 - rates.MOVED_TEMPORARY
    death = np.where(first.death[movers] > NO_DAY, np.maximum(first.death[movers], moved), NO_DAY)
    heard = np.where(chance(rng, rates.DEAD_ELSEWHERE_ONLY, count), NO_DAY, death)
    old = end_first(first, movers, moved, heard, still_current=both | temporary)
    second = replace(
        old.take(movers),
        practice=(first.practice[movers] + 1 + rng.integers(0, max(len(sizes) - 1, 1), count)) % len(sizes),
        birth=first.birth[movers] + chance(rng, rates.MOVED_BIRTH_DIFFERS, count),
        death=death,
        start=moved,
        end=np.zeros(count, np.int64),
        kind=np.where(temporary, TEMPORARY, REGULAR),
        is_second=np.ones(count, bool),
        has_history=chance(rng, rates.MOVED_HISTORY, count),
        shares_guid=chance(rng, rates.MOVED_SAME_GUID, count),
    )
    return old.followed_by(second)


def end_first(first: Registrations, movers: Ints, moved: Ints, heard: Ints, still_current: Bools) -> Registrations:
    """The first registrations; those of `movers` began before the move and, unless still current, ended with it.

    `heard` is the day of death of each mover as the first practice knows it.
    """

    def with_movers(column: Ints, value: Ints) -> Ints:
        changed = column.copy()
        changed[movers] = value
        return changed

    return replace(
        first,
        start=with_movers(first.start, np.minimum(first.start[movers], moved - 1)),
        end=with_movers(first.end, np.where(still_current, NO_DAY, moved)),
        moved_in=with_movers(first.moved_in, moved),
        death=with_movers(first.death, heard),
        kind=with_movers(first.kind, np.full(len(movers), REGULAR)),
    )


def split_records(rows: Rows, registrations: Registrations) -> Rows:
    """The people's rows, as each practice holds them. `who` becomes a position among the registrations.

    A first practice holds what came before the move, or before the patient left or died. A second practice holds what
    came after, and the rest too if the record moved along.
    """
    people = int((~registrations.is_second).sum())
    second_of = np.full(people, -1)
    second_of[registrations.person[people:]] = np.arange(people, len(registrations))
    stops = np.full(people, np.iinfo(np.int64).max)
    for last in (registrations.end, registrations.death, registrations.moved_in):
        known = last[:people] > NO_DAY
        stops[known] = np.minimum(stops[known], last[:people][known])
    kept = rows.take(rows.day <= stops[rows.who])
    second = second_of[rows.who]
    came = (second >= 0) & (registrations.has_history[second] | (rows.day > registrations.moved_in[second]))
    came &= ~((registrations.death[second] > NO_DAY) & (rows.day > registrations.death[second]))
    return join_rows([kept, replace(rows, who=second).take(came)])
