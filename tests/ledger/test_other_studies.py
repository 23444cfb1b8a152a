"""Whether someone stands in another study of the ledger: by their number, or by their place if no number says more."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.ledger.listed import written_to
from pipeline.ledger.other_studies import load_other_studies
from pipeline.ledger.registration import Outcome
from tests.ledger.small import (
    BORN,
    DAY,
    NUMBER,
    OTHER_PRACTICE,
    STUDY_NAME,
    bring_to,
    code_of,
    night,
    registered,
    said,
    small_ledger,
    take,
)

LISTED = {STUDY_NAME: f"Also on the list of the study {STUDY_NAME}"}
FAR = date(1990, 12, 31)
NEXT_DAY = DAY + timedelta(1)


@pytest.mark.parametrize(
    ("one", "is_there"),
    [
        (said(), True),
        (said(practice=OTHER_PRACTICE, patient="7"), True),  # moved, with the same number
        (said(practice=OTHER_PRACTICE, patient="7", born=None), True),
        (said(practice=OTHER_PRACTICE, patient="7", born=FAR), False),  # shares the number and is someone else
        (said(number=None), True),
        (said(number="9990000026"), False),  # someone else has been given the place
        (said(patient="7", number=None), False),
    ],
)
def test_who_is_the_same_person(tmp_path: Path, one: Outcome, is_there: bool) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
        others = load_other_studies(ledger, "another", (), NEXT_DAY)
        assert others.say(registered(one)) == (LISTED if is_there else {})
        assert NUMBER not in repr(others) and str(BORN) not in repr(others)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("later", "Also on the list of the study"),
        ("approved", "Also approved for a letter from the study"),
        ("exported", "A letter has been made or sent for the study"),
        ("mailed", "A letter has been made or sent for the study"),
        ("consented", "A letter has been made or sent for the study"),
        ("rejected", ""),
        ("excluded", ""),
        ("lapsed", ""),
    ],
)
def test_how_they_stand_there(tmp_path: Path, state: str, words: str) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, state)
        found = load_other_studies(ledger, "another", (), NEXT_DAY).say(registered(said()))
        assert found == ({STUDY_NAME: f"{words} {STUDY_NAME}"} if words else {})


def test_what_a_run_of_the_same_night_did_does_not_count(tmp_path: Path) -> None:
    """A night that is begun again makes the same lists. What was decided by hand counts at once."""
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
        assert load_other_studies(ledger, "another", (), DAY).say(registered(said())) == {}
        night(ledger, said("excluded", "cancer"), day=NEXT_DAY)
        assert load_other_studies(ledger, "another", (), NEXT_DAY).say(registered(said())) == LISTED
        night(ledger, said(), day=NEXT_DAY)
        take(ledger, code_of(ledger), "approved")
        assert "approved" in load_other_studies(ledger, "another", (), NEXT_DAY).say(registered(said()))[STUDY_NAME]


def test_people_left_out_are_those_of_the_days_before(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
        assert written_to(ledger, [STUDY_NAME], DAY) == written_to(ledger, [STUDY_NAME], NEXT_DAY) == ()
        night(ledger, said("lapsed", "died"), day=NEXT_DAY)
        assert written_to(ledger, [STUDY_NAME], NEXT_DAY) == ()
        assert len(written_to(ledger, [STUDY_NAME], NEXT_DAY + timedelta(1))) == 1


def test_neither_the_study_itself_nor_one_that_is_over(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
        assert load_other_studies(ledger, STUDY_NAME, (), NEXT_DAY).say(registered(said())) == {}
        assert load_other_studies(ledger, "another", [STUDY_NAME], NEXT_DAY).say(registered(said())) == {}
