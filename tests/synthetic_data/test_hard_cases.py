"""The planted oddities: what each does to a record that qualifies without it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from synthetic_data.population.hard_cases import EXTRAS, KINDS, keep_old, make_hard, plant_hard_cases
from synthetic_data.population.referee import find_qualifying
from synthetic_data.population.registrations import Registrations
from synthetic_data.population.rows import Rows, join_rows
from tests.synthetic_data.records import INDEX, Case, registered, rows

TODAY = INDEX.toordinal()


def alike(count: int) -> tuple[Registrations, Rows, Rows]:
    """So many people, all with the record that qualifies."""
    registrations = replace(registered(count), nhs_number=np.arange(count), person=np.arange(count))
    events, issues = Case().events(), rows(list(Case().issues))
    spread = [join_rows([replace(part, who=part.who + n) for n in range(count)]) for part in (events, issues)]
    return registrations, spread[0], spread[1]


def test_each_oddity() -> None:
    everyone = alike(KINDS)
    assert find_qualifying(*everyone, INDEX).all()
    judged = find_qualifying(*make_hard(*everyone, np.arange(KINDS), TODAY), INDEX)
    still_listed = {
        2,  # a deleted cancer row
        7,  # an interpreter, whose Read code is a dissent's in other letters
    }
    assert set(np.flatnonzero(judged).tolist()) == still_listed
    # The others: confidential cancer, a year that touches the window, undated palliative care, cancer before birth,
    # a dissent in the future, a refusal recorded after the extract; then a test patient, dead, deleted, notes that are
    # a case twin, not issued or confidential, undated pain, issues recorded too late.
    assert len(EXTRAS) == 8 and KINDS == 16


def test_people_without_an_oddity_are_left_alone() -> None:
    registrations, events, issues = alike(3)
    _, changed, reissued = make_hard(registrations, events, issues, np.full(3, -1), TODAY)
    assert len(changed) == len(events)
    assert (changed.code == events.code).all() and (reissued.entered == issues.entered).all()


def test_a_first_practice_that_has_not_noticed() -> None:
    """One of the two is listed, both where the number no longer holds them together, neither after a death."""
    two = replace(registered(2), start=np.array([TODAY - 2000, TODAY - 200]), person=np.zeros(2, np.int64))
    two = replace(two, end=np.array([TODAY - 200, 0]), is_second=np.array([False, True]))
    case = rows([*Case().pain, *Case().notes]), rows(list(Case().issues))
    events, issues = (replace(part, who=part.who + 1) for part in case)  # all in the second practice
    answers = set()
    for seed in range(20):
        found = find_qualifying(*keep_old(np.random.default_rng(seed), two, events, issues, np.array([1])), INDEX)
        answers.add(tuple(found.tolist()))
    assert answers == {(False, False), (False, True), (True, True)}


def test_planting_takes_some_off_the_list() -> None:
    everyone = alike(400)
    planted = plant_hard_cases(np.random.default_rng(3), *everyone, INDEX)
    listed = find_qualifying(*planted, INDEX)
    # Three in ten of 400 are given an oddity, and fourteen of sixteen oddities take one off: about 105.
    assert 70 < 400 - listed.sum() < 140
