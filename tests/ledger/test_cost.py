"""What late numbers that join records cost: a night that grows as they do, and a decision that does not."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.ledger.listed import people_in
from pipeline.ledger.open import Ledger
from pipeline.ledger.review import decide
from tests.effort import long
from tests.ledger.small import DAY, OTHER_PRACTICE, STUDY_NAME, night, said, small_ledger

STEP = 100  # of SQLite's virtual machine


def numbers() -> list[str]:
    """Valid numbers of the range that is never issued."""
    found = []
    for n in range(9_999):
        nine = f"99900{n:04d}"
        check = 11 - sum((10 - place) * int(digit) for place, digit in enumerate(nine)) % 11
        if check != 10:
            found.append(nine + str(check % 11))
    return found


NUMBERS = numbers()


def born(place: int) -> date:
    return date(1950, 1, 1) + timedelta(3 * place)


def join(ledger: Ledger, count: int) -> float:
    """Of each person one record gets the number that the other has. Returns the seconds of that night."""
    there = [said(patient=f"y{n}", practice=OTHER_PRACTICE, number=NUMBERS[n], born=born(n)) for n in range(count)]
    night(ledger, *(said(patient=str(n), number=None, born=born(n)) for n in range(count)), *there)
    late = [said(patient=str(n), number=NUMBERS[n], born=born(n)) for n in range(count)]
    began = time.monotonic()
    found = night(ledger, *late, *there, day=DAY + timedelta(1))
    assert found.changes == {"joined": count} and len(found.listed) == count
    return time.monotonic() - began


def work_of_a_decision(ledger: Ledger) -> int:
    """In steps of SQLite, which do not depend on how busy the machine is."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    one = people_in(ledger, STUDY_NAME, "for_review")[0]
    ledger.con.set_progress_handler(count, STEP)
    decide(ledger, STUDY_NAME, one.study_code, "later", DAY, "GP", seen=one.version)
    ledger.con.set_progress_handler(None, STEP)
    return steps


def test_a_decision_costs_the_same_however_many_records_were_joined(tmp_path: Path) -> None:
    cost = []
    for count in (5, 200):
        folder = tmp_path / str(count)
        folder.mkdir()
        with small_ledger(folder) as ledger:
            join(ledger, count)
            cost.append(work_of_a_decision(ledger))
    assert cost[1] <= cost[0] + 5


@long
@pytest.mark.parametrize("count", [8_000])
def test_a_night_of_late_numbers_takes_seconds(tmp_path: Path, count: int) -> None:
    with small_ledger(tmp_path) as ledger:
        few, many = join(ledger, count // 4), 0.0
    (tmp_path / "many").mkdir()
    with small_ledger(tmp_path / "many") as ledger:
        many = join(ledger, count)
    assert many < 25 and many < 8 * few
