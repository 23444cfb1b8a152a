"""Who is who when the world corrects itself: ids numbered anew, numbers and birth dates put right, people parted."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.errors import LedgerError
from pipeline.ledger.letters import export, record_mailed, record_refusal, refuse_unlisted
from pipeline.ledger.listed import Listed, people_in
from pipeline.ledger.open import Ledger
from pipeline.ledger.purge import purge
from pipeline.ledger.registration import Outcome, Registration
from pipeline.ledger.review import decide, nominate
from pipeline.ledger.verify import verify_ledger
from pipeline.ledger.vocabulary import EVERY_STUDY, STATES
from tests.ledger.small import DAY, OTHER_PRACTICE, PRACTICE, STUDY_NAME, night, said, small_ledger

NEXT = DAY + timedelta(1)
A = "9990000018", date(1960, 5, 5)
B = "9990000026", date(1971, 6, 16)
C = "9990000034", date(1982, 7, 27)
D = "9990000042", date(1955, 1, 2)
SWAPPED = date(1982, 1, 2), date(1982, 2, 1)


Who = tuple[str | None, date | None]


def at(patient: str, who: Who, outcome: str = "for_review", *, there: bool = False) -> Outcome:
    reason = {"excluded": "cancer", "lapsed": "died"}.get(outcome)
    practice = OTHER_PRACTICE if there else PRACTICE
    return said(outcome, reason, patient=patient, practice=practice, number=who[0], born=who[1])


def person(ledger: Ledger, who: Who) -> Listed:
    """By number and birth date as the ledger has them now."""
    people = people_in(ledger, STUDY_NAME, *STATES)
    (one,) = (each for each in people if (each.registration.number, each.registration.date_of_birth) == who)
    return one


def states(ledger: Ledger) -> dict[Who, tuple[str, str | None]]:
    return {
        (one.registration.number, one.registration.date_of_birth): (one.state, one.reason)
        for one in people_in(ledger, STUDY_NAME, *STATES)
    }


def approve(ledger: Ledger, *people: Listed, seen: bool = False) -> None:
    for one in people:
        decide(ledger, STUDY_NAME, one.study_code, "approved", NEXT, "GP", seen=one.version if seen else None)


def letter(ledger: Ledger, *people: Listed) -> list[str]:
    """Make letters and post them. Returns the codes of whoever got one."""
    codes = [one.study_code for one in people]
    done = [code for code, _ in export(ledger, STUDY_NAME, codes, NEXT, "office").done]
    record_mailed(ledger, STUDY_NAME, done, NEXT, "office")
    return done


def mail(ledger: Ledger, one: Listed) -> None:
    approve(ledger, one)
    assert letter(ledger, one) == [one.study_code]


def test_ids_numbered_anew_take_no_decision_to_a_neighbour(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, at("1", A), at("2", B), at("3", C))
        mail(ledger, person(ledger, A))
        approve(ledger, person(ledger, B))
        before = {who: person(ledger, who).study_code for who in (A, B, C)}
        night(ledger, at("1", D), at("2", A), at("3", B), at("4", C), day=NEXT)
        assert {who: person(ledger, who).study_code for who in (A, B, C)} == before
        assert states(ledger) == {
            A: ("mailed", None), B: ("approved", None), C: ("for_review", None), D: ("for_review", None)
        }  # fmt: skip
        assert {one.sight for one in people_in(ledger, STUDY_NAME, *STATES)} == {"found"}
        verify_ledger(ledger.path)


def test_a_no_stays_with_the_person_when_ids_are_numbered_anew(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, at("1", A), at("2", B))
        record_refusal(ledger, STUDY_NAME, person(ledger, A).study_code, EVERY_STUDY, DAY, "GP")
        night(ledger, at("1", D), at("2", A), at("3", B), day=NEXT)
        night(ledger, at("1", D), at("2", A), at("3", B), day=NEXT)
        assert states(ledger) == {A: ("lapsed", "refused"), B: ("for_review", None), D: ("for_review", None)}
        purge(ledger, STUDY_NAME, None, NEXT)
        assert night(ledger, at("1", D), at("2", A), at("3", B), day=NEXT).barred == 1


@pytest.mark.parametrize("looked", ["before", "after"])
def test_an_approval_does_not_pass_to_whoever_stands_there_now(tmp_path: Path, looked: str) -> None:
    with small_ledger(tmp_path) as ledger:
        (listed,) = night(ledger, at("1", A)).listed
        if looked == "before":
            approve(ledger, listed, seen=True)
        night(ledger, at("1", B), day=NEXT)
        if looked == "after":
            with pytest.raises(LedgerError, match="has changed since the list"):
                approve(ledger, listed, seen=True)
        assert letter(ledger, *people_in(ledger, STUDY_NAME, *STATES)) == []
        assert states(ledger) == {A: ("for_review", None), B: ("for_review", None)}


def test_a_corrected_number_voids_what_was_decided(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        (listed,) = night(ledger, at("1", A)).listed
        approve(ledger, listed)
        found = night(ledger, at("1", (B[0], A[1])), day=NEXT)
        assert [one.study_code for one in found.listed] == [listed.study_code]
        assert found.changes == {"number_corrected": 1, "annulled": 1}


def test_a_letter_and_a_corrected_number_bar_whoever_has_the_old_one(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        (listed,) = night(ledger, at("1", A)).listed
        mail(ledger, listed)
        night(ledger, at("1", (B[0], A[1])), day=NEXT)
        assert night(ledger, at("1", (B[0], A[1])), at("7", A, there=True), day=NEXT).listed == ()


@pytest.mark.parametrize("slip", [SWAPPED, (D[1], date(1955, 1, 3)), (D[1], date(1956, 1, 2))])
def test_a_birth_date_put_right_after_a_move_is_not_a_new_person(tmp_path: Path, slip: tuple[date, date]) -> None:
    with small_ledger(tmp_path) as ledger:
        (listed,) = night(ledger, at("1", (A[0], slip[0]))).listed
        mail(ledger, listed)
        assert night(ledger, at("5", (A[0], slip[1]), there=True), day=NEXT).listed == ()
        assert states(ledger)[A[0], slip[1]] == ("lapsed", "contacted before")


def test_of_two_in_doubt_only_the_first_gets_a_letter(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        listed = night(ledger, at("1", (A[0], SWAPPED[0])), at("5", (A[0], SWAPPED[1]), there=True)).listed
        assert [one.in_doubt for one in listed] == [True, True]
        approve(ledger, *listed)
        assert letter(ledger, *listed) == [listed[0].study_code]
        night(ledger, at("1", (A[0], SWAPPED[0])), at("5", (A[0], SWAPPED[1]), there=True))
        assert sorted(states(ledger).values()) == [("lapsed", "contacted before"), ("mailed", None)]


@pytest.mark.parametrize("what", ["excluded", "lapsed"])
def test_what_keeps_off_one_of_two_in_doubt_keeps_off_the_other(tmp_path: Path, what: str) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, at("1", (A[0], SWAPPED[0])), at("5", (A[0], SWAPPED[1]), there=True))
        assert night(ledger, at("1", (A[0], SWAPPED[0]), what), at("5", (A[0], SWAPPED[1]), there=True)).listed == ()


@pytest.mark.parametrize("right", [B, (B[0], A[1]), (B[0], None)], ids=["both", "number", "no birth date"])
def test_two_kept_one_by_a_mistyped_number_are_parted(tmp_path: Path, right: tuple[str, date | None]) -> None:
    """The letter may have gone to either, so neither gets another; what was only approved is void."""
    with small_ledger(tmp_path) as ledger:
        for case in ("mailed", "approved"):
            study = f"{STUDY_NAME} {case}"
            (listed,) = night(ledger, at("1", A), at("2", A, "not_found"), study=study).listed
            decide(ledger, study, listed.study_code, "approved", NEXT, "GP")
            if case == "mailed":
                export(ledger, study, [listed.study_code], NEXT, "office")
            found = night(ledger, at("1", A), at("2", right), study=study, day=NEXT)
            assert len(found.listed) == (0 if case == "mailed" else 2)
            assert found.changes["separated"] == 1


def test_two_records_are_joined_in_the_night_that_their_number_comes(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        unknown = (None, A[1])
        first, second = night(ledger, at("1", unknown), at("2", unknown, there=True)).listed
        mail(ledger, first)
        there = [first.registration.practice_id, second.registration.practice_id]
        assert sorted(there) == sorted([PRACTICE, OTHER_PRACTICE])
        found = night(ledger, at("1", A), at("2", A, there=True), day=NEXT)
        assert found.listed == () and found.changes["joined"] == 1


def test_a_person_without_a_number_whose_id_is_numbered_anew_gets_no_second_letter(tmp_path: Path) -> None:
    """Only the birth date is left to tell, so whoever has it may not be written to."""
    with small_ledger(tmp_path) as ledger:
        night(ledger, at("1", (None, A[1])), at("2", B), at("3", (None, C[1])))
        mail(ledger, person(ledger, (None, A[1])))
        found = night(ledger, at("1", B), at("2", (None, A[1])), at("4", (None, C[1])), day=NEXT)
        assert {one.registration.date_of_birth for one in found.listed} == {B[1], C[1]}


def test_a_no_is_known_however_the_number_was_written(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        refuse_unlisted(ledger, Registration(PRACTICE, "", "999 000 0018", None), STUDY_NAME, EVERY_STUDY, DAY)
        assert night(ledger, at("1", A), at("2", ("999-000-0026", B[1]))).barred == 1
        assert night(ledger, at("9", B, there=True), at("2", B, "not_found")).changes == {}


def test_who_is_nominated_must_be_certain(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, at("1", A))
        for who in (B, (A[0], date(1960, 5, 6))):
            with pytest.raises(LedgerError, match="not certain who this is"):
                nominate(
                    ledger, STUDY_NAME, Registration(PRACTICE, "1" if who == B else "8", *who), "poster", "referred",
                    DAY, "GP",
                )  # fmt: skip
