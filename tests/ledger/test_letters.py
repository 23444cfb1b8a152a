"""Decisions and letters: what is looked at before each, and what is kept of those that should not have been."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import LedgerError
from pipeline.ledger.counts import count_states, describe_study
from pipeline.ledger.letters import (
    export,
    record_death,
    record_mailed,
    record_posted_in_error,
    record_refusal,
    record_reminded,
    record_returned,
    refuse_unlisted,
)
from pipeline.ledger.listed import people_in
from pipeline.ledger.looks import begin_looks, end_look
from pipeline.ledger.open import Ledger
from pipeline.ledger.registration import Outcome, Registration
from pipeline.ledger.review import close_review, decide
from pipeline.ledger.vocabulary import EVERY_STUDY
from pipeline.vocabulary import FINAL_REJECTIONS, REJECTION_REASONS
from tests.ledger.small import (
    DAY,
    OTHER_PRACTICE,
    PRACTICE,
    STUDY_NAME,
    bring_to,
    code_of,
    night,
    registered,
    said,
    small_ledger,
    state_of,
)

SECOND = "9990000026"


@pytest.mark.parametrize(
    ("outcomes", "practices", "why"),
    [
        ([], (PRACTICE,), "did not find"),
        ([said("lapsed", "refused")], (PRACTICE,), "lapsed"),
        ([said("lapsed", "moved")], (PRACTICE,), "lapsed"),
        ([], (OTHER_PRACTICE,), "left the practice out"),
    ],
)  # fmt: skip
def test_export_looks_again(tmp_path: Path, outcomes: list, practices: tuple[str, ...], why: str) -> None:  # type: ignore[type-arg]
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "approved")
        night(ledger, *outcomes, practices=practices)
        batch = export(ledger, STUDY_NAME, [code], DAY, "me")
        assert batch.done == ()
        assert why in batch.refused[0].why


@pytest.mark.parametrize("who", ["", "  "])
def test_someone_answers_for_each_letter(tmp_path: Path, who: str) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "approved")
        for record in (export, record_reminded, record_mailed, record_returned):
            with pytest.raises(LedgerError, match="Say who"):
                record(ledger, STUDY_NAME, [code], DAY, who)
        with pytest.raises(LedgerError, match="Say who"):
            record_posted_in_error(ledger, STUDY_NAME, code, DAY, who)
        assert state_of(ledger) == ("approved", None)


@pytest.mark.parametrize("number", [None, "", "9990000019"])
def test_a_refusal_of_nobody_is_not_recorded(tmp_path: Path, number: str | None) -> None:
    with small_ledger(tmp_path) as ledger:
        for practice, patient in (("", ""), (PRACTICE, ""), ("", "1")):
            with pytest.raises(LedgerError, match="nothing says who said no"):
                refuse_unlisted(ledger, Registration(practice, patient, number, None), STUDY_NAME, EVERY_STUDY, DAY)
        refuse_unlisted(ledger, Registration(PRACTICE, "1", number, None), STUDY_NAME, EVERY_STUDY, DAY)


@pytest.mark.parametrize(("days", "done"), [(31, 1), (32, 0), (-1, 0)])
def test_export_needs_a_fresh_extract(tmp_path: Path, days: int, done: int) -> None:
    """A day before the extract is a clock that is wrong."""
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "approved")
        assert len(export(ledger, STUDY_NAME, [code], DAY + timedelta(days), "me").done) == done


def test_export_exports_whom_it_may(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(), said(patient="2", number=SECOND))
        codes = [one.study_code for one in people_in(ledger, STUDY_NAME, "for_review")]
        decide(ledger, STUDY_NAME, codes[1], "approved", DAY, "GP")
        batch = export(ledger, STUDY_NAME, [*codes, codes[1], "not a code"], DAY, "me")
        assert [code for code, _ in batch.done] == [codes[1]]
        assert [one.study_code for one in batch.refused] == [codes[0], codes[1], "not a code"]


def test_a_batch_that_was_lost_can_be_had_again(tmp_path: Path) -> None:
    """But each letter once in a batch, none after posting, and none to whom none may go now."""
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(), said(patient="2", number=SECOND))
        codes = [one.study_code for one in people_in(ledger, STUDY_NAME, "for_review")]
        for code in codes:
            decide(ledger, STUDY_NAME, code, "approved", DAY, "GP")
        first = export(ledger, STUDY_NAME, codes[:1], DAY, "me")
        both = export(ledger, STUDY_NAME, [*codes, *codes], DAY, "me")
        assert [code for code, _ in both.done] == codes and [one.study_code for one in both.refused] == codes
        assert first.again == frozenset() and both.again == frozenset(codes[:1])
        again = export(ledger, STUDY_NAME, codes, DAY, "me")
        assert again.done == both.done and again.again == frozenset(codes)
        night(ledger, said("excluded", "cancer"), said(patient="2", number=SECOND))
        record_mailed(ledger, STUDY_NAME, codes, DAY, "me")
        assert export(ledger, STUDY_NAME, codes, DAY, "me").done == ()
        assert count_states(ledger, STUDY_NAME) == {("exported", None): 1, ("mailed", None): 1}


@pytest.mark.parametrize(
    ("outcomes", "why"),
    [
        ([], "did not find"),
        ([said("excluded", "dissent")], "excludes"),
        ([said("lapsed", "died")], "lapsed"),
        ([said("lapsed", "refused")], "lapsed"),
        ([said("lapsed", "moved")], "lapsed"),
    ],
)
def test_what_happens_before_posting_stops_the_letter_and_is_named(
    tmp_path: Path, outcomes: list[Outcome], why: str
) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "exported")
        assert night(ledger, said()).do_not_post == ()
        stopped = night(ledger, *outcomes, day=DAY + timedelta(1)).do_not_post
        assert [(one.study_code, one.practice_id) for one in stopped] == [(code, PRACTICE)]
        assert why in record_mailed(ledger, STUDY_NAME, [code], DAY, "me").refused[0].why
        assert night(ledger, *outcomes, day=DAY + timedelta(20)).do_not_post == stopped
        record_posted_in_error(ledger, STUDY_NAME, code, DAY, "me")
        assert night(ledger, *outcomes, day=DAY + timedelta(21)).do_not_post == ()


def test_a_letter_that_was_stopped_is_named_for_four_weeks(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "exported")
        record_refusal(ledger, STUDY_NAME, code, EVERY_STUDY, DAY, "me")
        named = [len(night(ledger, said(), day=DAY + timedelta(days)).do_not_post) for days in (0, 28, 29)]
        assert named == [1, 1, 0]


def test_a_refusal_in_another_study_stops_the_letter(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "exported")
        refuse_unlisted(ledger, registered(said()), "Other", EVERY_STUDY, DAY)
        assert record_mailed(ledger, STUDY_NAME, [code], DAY, "me").done == ()
        (stopped,) = night(ledger, practices=(OTHER_PRACTICE,)).do_not_post
        assert (stopped.study_code, stopped.because) == (code, "The person said no.")


def test_an_exclusion_that_ends_lets_the_letter_go(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "exported")
        assert len(night(ledger, said("excluded", "cancer")).do_not_post) == 1
        assert night(ledger, said("not_found")).do_not_post == ()
        assert len(record_mailed(ledger, STUDY_NAME, [code], DAY, "me").done) == 1


def test_letters_wait_until_what_may_be_new_was_searched(tmp_path: Path) -> None:
    """A night that was killed, or did not search for the study. Posting is a fact, and is recorded."""
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(), said(patient="2", number=SECOND))
        codes = [one.study_code for one in people_in(ledger, STUDY_NAME, "for_review")]
        for code in codes:
            decide(ledger, STUDY_NAME, code, "approved", DAY, "GP")
        export(ledger, STUDY_NAME, codes[:1], DAY, "me")
        begin_looks(ledger, {STUDY_NAME: [PRACTICE]}, DAY)
        assert "no one has looked" in export(ledger, STUDY_NAME, codes, DAY, "me").refused[1].why
        assert len(record_mailed(ledger, STUDY_NAME, codes[:1], DAY, "me").done) == 1
        assert "no one has looked" in record_reminded(ledger, STUDY_NAME, codes[:1], DAY, "me").refused[0].why
        end_look(ledger, STUDY_NAME, [PRACTICE], DAY)
        assert len(export(ledger, STUDY_NAME, codes[1:], DAY, "me").done) == 1
        begin_looks(ledger, {STUDY_NAME: []}, DAY)
        night(ledger, said(), said(patient="2", number=SECOND))
        assert len(record_reminded(ledger, STUDY_NAME, codes[:1], DAY, "me").done) == 1


def test_two_sites_may_share_a_ledger_and_a_study(tmp_path: Path) -> None:
    """Practices that were ever searched together are one site: one that its newest run left out gets no letters."""
    with small_ledger(tmp_path) as ledger:
        code = bring_to_alone(ledger)
        night(ledger, practices=(OTHER_PRACTICE,))
        begin_looks(ledger, {STUDY_NAME: [OTHER_PRACTICE]}, DAY)
        assert len(export(ledger, STUDY_NAME, [code], DAY, "me").done) == 1
        night(ledger, said(), practices=(PRACTICE, OTHER_PRACTICE))
        assert len(export(ledger, STUDY_NAME, [code], DAY, "me").done) == 1
        night(ledger, practices=(OTHER_PRACTICE,))
        assert "left the practice out" in export(ledger, STUDY_NAME, [code], DAY, "me").refused[0].why


def bring_to_alone(ledger: Ledger) -> str:
    """One person who was approved, at the only practice of their site."""
    (one,) = night(ledger, said(), practices=(PRACTICE,)).listed
    decide(ledger, STUDY_NAME, one.study_code, "approved", DAY, "GP")
    return one.study_code


def test_no_reminder_to_whom_the_rule_excludes_now(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "mailed")
        night(ledger, said("excluded", "palliative"))
        assert "excludes" in record_reminded(ledger, STUDY_NAME, [code], DAY, "me").refused[0].why
        night(ledger, said("not_found"))
        assert len(record_reminded(ledger, STUDY_NAME, [code], DAY, "me").done) == 1


def test_an_envelope_of_the_dead_is_not_posted_and_if_it_was_that_is_kept(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "exported")
        record_death(ledger, STUDY_NAME, code, DAY, "GP")
        assert record_mailed(ledger, STUDY_NAME, [code], DAY, "me").done == ()
        record_posted_in_error(ledger, STUDY_NAME, code, DAY, "me")
        assert describe_study(ledger, STUDY_NAME).posted_in_error == 1


def test_a_decision_is_stale_only_if_the_persons_own_state_changed(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        first = night(ledger, said())
        night(ledger, said(), said(patient="2", number=SECOND))
        code = first.listed[0].study_code
        decide(ledger, STUDY_NAME, code, "later", DAY, "GP", seen=first.listed[0].version)
        with pytest.raises(LedgerError, match="has changed since"):
            decide(ledger, STUDY_NAME, code, "approved", DAY, "GP", seen=first.listed[0].version)


def test_a_runs_number_is_stale_only_once_something_else_changed_the_state(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        first = night(ledger, said())
        code = first.listed[0].study_code
        second = night(ledger, said())
        decide(ledger, STUDY_NAME, code, "later", DAY, "GP", seen=first.number)
        for number in (first.number, second.number):
            with pytest.raises(LedgerError, match="has changed since"):
                decide(ledger, STUDY_NAME, code, "approved", DAY, "GP", seen=number)
        third = night(ledger, said())
        decide(ledger, STUDY_NAME, code, "approved", DAY, "GP", seen=third.number)


@pytest.mark.parametrize(
    ("decision", "reason", "why"),
    [
        ("rejected", None, "needs a reason"),
        ("rejected", "he drinks", "must be one of"),
        ("approved", "other", "Only a rejection"),
        ("yes", None, "A decision must be one of"),
    ],
)
def test_words_are_closed(tmp_path: Path, decision: str, reason: str | None, why: str) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "for_review")
        with pytest.raises(LedgerError, match=why) as refused:
            decide(ledger, STUDY_NAME, code, decision, DAY, "GP", reason=reason)
        assert "drinks" not in str(refused.value)


@pytest.mark.parametrize("reason", REJECTION_REASONS)
def test_every_usual_reason_can_be_recorded(tmp_path: Path, reason: str) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "for_review")
        decide(ledger, STUDY_NAME, code, "rejected", DAY, "GP", reason=reason)
        assert count_states(ledger, STUDY_NAME) == {("rejected", reason): 1}


def test_only_the_reasons_of_the_study_s_rule_are_accepted(tmp_path: Path) -> None:
    own = ("in work", "does not live nearby", *FINAL_REJECTIONS)
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
        night(ledger, said(), reasons=own)
        night(ledger, said(patient="9", number="9990000026"), study="another")  # its rule is no business of this study
        code = code_of(ledger)
        with pytest.raises(LedgerError, match="one of: in work, does not live nearby, said no"):
            decide(ledger, STUDY_NAME, code, "rejected", DAY, "GP", reason="legal claim under way")
        decide(ledger, STUDY_NAME, code, "rejected", DAY, "GP", reason="does not live nearby")
        assert state_of(ledger) == ("rejected", "does not live nearby")
        assert night(ledger, said()).listed == ()  # and stays so under a rule without that reason


def test_a_list_nobody_looked_at_is_unscreened_and_gets_no_letter(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "for_review")
        assert close_review(ledger, STUDY_NAME, PRACTICE, DAY, "me") == 1
        assert night(ledger, said()).listed == ()
        assert export(ledger, STUDY_NAME, [code], DAY, "me").done == ()
