"""Who is one person: numbers that come later, records that become one, birth dates that differ, and moves."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.errors import LedgerError
from pipeline.ledger.counts import count_states
from pipeline.ledger.letters import record_reminded
from pipeline.ledger.listed import people_in
from pipeline.ledger.review import decide
from tests.ledger.small import (
    BORN,
    DAY,
    OTHER_PRACTICE,
    STUDY_NAME,
    bring_to,
    code_of,
    night,
    said,
    small_ledger,
    state_of,
)

NEXT_DAY = DAY + timedelta(1)


def test_a_number_that_comes_later_is_an_alias(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(number=None))
        code = code_of(ledger)
        night(ledger, said())
        night(ledger, said("excluded", "registered_elsewhere"), said(practice=OTHER_PRACTICE, patient="77"))
        assert code_of(ledger) == code


def test_two_records_that_turn_out_to_be_one_person_get_one_letter(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "mailed")
        unknown = said(practice=OTHER_PRACTICE, patient="77", number=None)
        night(ledger, said(), unknown)
        (other,) = people_in(ledger, STUDY_NAME, "for_review")
        found = night(ledger, said(), said(practice=OTHER_PRACTICE, patient="77"))
        assert found.listed == ()
        assert [(one.study_code, one.why) for one in found.dropped] == [(other.study_code, "merged")]
        assert count_states(ledger, STUDY_NAME) == {("mailed", None): 1}
        with pytest.raises(LedgerError, match='"mailed"'):
            decide(ledger, STUDY_NAME, other.study_code, "approved", DAY, "GP")


def test_a_rejection_of_the_other_record_is_not_lost(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "mailed")
        other = said(practice=OTHER_PRACTICE, patient="77", number=None)
        (listed,) = night(ledger, said(), other).listed
        decide(ledger, STUDY_NAME, listed.study_code, "rejected", DAY, "GP", reason="recent bereavement")
        night(ledger, said(), said("excluded", "registered_elsewhere", practice=OTHER_PRACTICE, patient="77"))
        (refused,) = record_reminded(ledger, STUDY_NAME, [code], DAY, "me").refused
        assert "rejected under another record" in refused.why


def test_who_was_approved_and_for_review_is_reviewed_again(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "approved")
        night(ledger, said(), said(patient="2", number=None))
        night(ledger, said(), said("excluded", "registered_elsewhere", patient="2"))
        assert state_of(ledger) == ("for_review", None)


def test_different_birth_dates_never_merge(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        found = night(ledger, said(), said(patient="2", born=date(1980, 1, 1)))
        assert len(found.listed) == 2


def test_an_unknown_birth_date_with_a_shared_number_is_whoever_was_written_to(tmp_path: Path) -> None:
    """Doubt never adds a letter."""
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "mailed")
        night(ledger, said(), said(patient="2", born=date(1980, 1, 1)))
        found = night(ledger, said(), said(practice=OTHER_PRACTICE, patient="9", born=None))
        assert [one.registration.date_of_birth for one in found.listed] == [date(1980, 1, 1)]


def test_a_corrected_birth_date_is_the_same_record(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "mailed")
        corrected = BORN.replace(year=1971)
        assert night(ledger, said(born=corrected)).listed == ()
        assert night(ledger, said(practice=OTHER_PRACTICE, patient="5", born=corrected)).listed == ()


def test_who_moved_is_reviewed_by_the_new_practice(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "approved")
        found = night(ledger, said(practice=OTHER_PRACTICE, patient="8"), day=NEXT_DAY)
        assert [(one.registration.practice_id, one.first_listed) for one in found.listed] == [
            (OTHER_PRACTICE, NEXT_DAY)
        ]


def test_who_moved_with_a_letter_under_way_gets_no_second(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "exported")
        assert night(ledger, said(practice=OTHER_PRACTICE, patient="8")).listed == ()
        assert state_of(ledger) == ("lapsed", "moved")
