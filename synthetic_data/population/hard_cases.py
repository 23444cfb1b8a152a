"""People planted at the edges of the rule. Chance rarely gives a rare fault to one of the few who would be listed.

Some people whose record qualifies get one oddity that a careless search would judge wrongly, and the referee then
judges them again. Some oddities must change the answer and some must not: tests/synthetic_data/test_hard_cases.py
says which.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from synthetic_data.arrays import Bools, Ints, Rng, chance
from synthetic_data.population import rates
from synthetic_data.population.catalogue import CODES, find_codes
from synthetic_data.population.referee import find_qualifying
from synthetic_data.population.registrations import Registrations
from synthetic_data.population.rows import EXACT, NO_DAY, UNKNOWN, YEAR_ONLY, Rows, join_rows, make_rows


@dataclass(frozen=True)
class Extra:
    """A row to add: a number of days from the index date, or undated."""

    topic: str
    role: str
    days: int | None
    precision: int = EXACT
    entered: int = -5  # days from the index date
    deleted: bool = False
    confidential: bool = False


EXTRAS = (
    Extra("cancer", "", -100, confidential=True),  # excludes, though confidential
    Extra("cancer", "", -1830, precision=YEAR_ONLY),  # excludes: that year touches the five years
    Extra("cancer", "", -100, deleted=True),
    Extra("cancer", "", -45_000),  # excludes: before birth, so the day is not known
    Extra("palliative", "palliative", None, precision=UNKNOWN),  # excludes: the only one, so the newest
    Extra("type-1-dissent", "dissent", 30),  # excludes: after the extract, so the day is not known
    Extra("research-contact", "declined", -10, entered=5),  # excludes: recorded after the extract, which cannot be
    Extra("interpreter-needed", "", -100),  # the case twin of dissent
)
_TEST, _DEAD, _DELETED, _TWIN_NOTES, _NOTES_NOT_ISSUED, _SECRET_NOTES, _UNDATED_PAIN, _LATE_ISSUES = range(
    len(EXTRAS), len(EXTRAS) + 8
)
KINDS = _LATE_ISSUES + 1
_NONE = -1

Chunk = tuple[Registrations, Rows, Rows]


def plant_hard_cases(rng: Rng, registrations: Registrations, events: Rows, issues: Rows, index: date) -> Chunk:
    """The registrations, events and issues of a chunk with some hard cases among them."""
    count = len(registrations)
    qualifying = find_qualifying(registrations, events, issues, index)
    chosen = qualifying & (registrations.moved_in == NO_DAY) & chance(rng, rates.HARD_CASE, count)
    kind = np.where(chosen, rng.integers(0, KINDS, count), _NONE)
    today = index.toordinal()
    changed = make_hard(registrations, events, issues, kind, today)
    movers = np.flatnonzero(qualifying & registrations.is_second & chance(rng, rates.HARD_CASE_MOVED, count))
    return keep_old(rng, *changed, movers)


def make_hard(registrations: Registrations, events: Rows, issues: Rows, kind: Ints, today: int) -> Chunk:
    """Give each registration its oddity; `kind` is its number, or -1 for none."""
    late = np.append(kind, _NONE)[issues.who] == _LATE_ISSUES
    return (
        change_registrations(registrations, kind, today),
        change_events(add_rows(events, kind, today), kind),
        replace(issues, entered=np.where(late, today + 5, issues.entered)),
    )


def change_registrations(registrations: Registrations, kind: Ints, today: int) -> Registrations:
    """Test patients, deleted patients, and people who died a month ago and are still registered."""
    return replace(
        registrations,
        dummy_flag=registrations.dummy_flag | (kind == _TEST),
        deleted=registrations.deleted | (kind == _DELETED),
        death=np.where(kind == _DEAD, today - 30, registrations.death),
    )


def add_rows(events: Rows, kind: Ints, today: int) -> Rows:
    """The events, with the EXTRAS of the people chosen for one."""
    return join_rows([events, *(make_extra(extra, np.flatnonzero(kind == n), today) for n, extra in enumerate(EXTRAS))])


def make_extra(extra: Extra, who: Ints, today: int) -> Rows:
    code = find_codes(extra.topic, extra.role)[0][-1]  # of the interpreter codes the last has no SNOMED id
    day = NO_DAY if extra.days is None else today + extra.days
    made = make_rows(who, np.full(len(who), code), np.full(len(who), day))
    return replace(
        made,
        entered=np.full(len(who), today + extra.entered),
        precision=np.full(len(who), extra.precision),
        deleted=np.full(len(who), extra.deleted),
        confidential=np.full(len(who), extra.confidential),
    )


def change_events(events: Rows, kind: Ints) -> Rows:
    """Notes that are not notes, notes that nobody may use, and pain without a known date."""
    mine = np.append(kind, _NONE)[events.who]
    note = np.isin(events.code, find_codes("fit-notes")[0])
    pain = np.isin(events.code, np.append(find_codes("chronic-pain")[0], find_codes("painful-condition")[0]))
    twin = next(n for n, code in enumerate(CODES) if code.read == "9d15")
    not_issued = find_codes("fit-notes", "not_issued")[0][0]
    undated = pain & (mine == _UNDATED_PAIN)
    instead = [note & (mine == _TWIN_NOTES), note & (mine == _NOTES_NOT_ISSUED)]
    return replace(
        events,
        code=np.select(instead, [twin, not_issued], events.code),
        day=np.where(undated, NO_DAY, events.day),
        precision=np.where(undated, UNKNOWN, events.precision),
        confidential=events.confidential | (note & (mine == _SECRET_NOTES)),
    )


def keep_old(rng: Rng, registrations: Registrations, events: Rows, issues: Rows, movers: Ints) -> Chunk:
    """For second registrations: the first practice knows of a death, or it still has the person and all the rows.

    Some of the latter have a number that fails its check, so to a search they are two people.
    """
    first = registrations.person[movers]
    dead = chance(rng, 1 / 3, len(movers))
    wrong = ~dead & chance(rng, 1 / 2, len(movers))
    death, end = registrations.death.copy(), registrations.end.copy()
    number, valid = registrations.nhs_number.copy(), registrations.nhs_valid.copy()
    death[first[dead]] = registrations.start[movers[dead]]
    end[first[~dead]] = NO_DAY
    for both in (first[wrong], movers[wrong]):
        number[both[valid[both]]] += np.where(number[both[valid[both]]] % 10 == 9, -1, 1)
        valid[both] = False
    changed = replace(registrations, death=death, end=end, nhs_number=number, nhs_valid=valid)
    copies = (first[~dead], movers[~dead])
    return changed, copy_record(events, *copies), copy_record(issues, *copies)


def copy_record(rows: Rows, first: Ints, second: Ints) -> Rows:
    """The rows, with those of each second registration copied to the first."""
    target = np.full(max(int(rows.who.max(initial=-1)), int(second.max(initial=-1))) + 2, _NONE)
    target[second] = first
    mine: Bools = target[rows.who] != _NONE
    return join_rows([rows, replace(rows, who=target[rows.who]).take(mine)])
