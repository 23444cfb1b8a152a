"""Nights: who is listed, what sticks and what does not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import LedgerError, OutputError
from pipeline.ledger.counts import count_states
from pipeline.ledger.letters import (
    export,
    record_death,
    record_refusal,
    refuse_unlisted,
)
from pipeline.ledger.listed import earlier_contacts, people_in, watched_people
from pipeline.ledger.published import Published, published_runs, record_removed
from pipeline.ledger.record_run import RecordedRun
from pipeline.ledger.review import decide, nominate, take_back
from pipeline.ledger.verify import verify_ledger
from pipeline.ledger.vocabulary import EVERY_STUDY, STUDY
from tests.ledger.small import (
    DAY,
    NUMBER,
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
    take,
)

NEXT_DAY = DAY + timedelta(1)
SECOND = "9990000026"


def test_a_list_is_everybody_for_review_and_marks_the_new(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        first = night(ledger, said(), said("excluded", "cancer", patient="2", number=SECOND))
        assert [(one.first_listed, one.is_new, one.registration.patient_id) for one in first.listed] == [
            (DAY, True, "1")
        ]
        second = night(ledger, said(), said(patient="2", number=SECOND), day=NEXT_DAY)
        by_patient = {one.registration.patient_id: (one.first_listed, one.is_new) for one in second.listed}
        assert by_patient == {"1": (DAY, False), "2": (NEXT_DAY, True)}


def test_a_code_is_drawn_once_across_nights_and_rule_versions(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        codes = {night(ledger, said(), version=version).listed[0].study_code for version in (1, 2, 3)}
        assert len(codes) == 1
        other = night(ledger, said(), study="Other").listed[0].study_code
        assert other not in codes


def test_everybody_reported_is_counted_once(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        told = [
            said(),
            said("excluded", "cancer", patient="2", number=None),
            said("lapsed", "died", patient="3", number=None),
        ]
        found = night(ledger, *told, said("excluded", "registered_elsewhere", practice=OTHER_PRACTICE))
        assert found.counts == {("for_review", None): 1, ("excluded", "cancer"): 1, ("lapsed", "died"): 1}
        assert count_states(ledger, STUDY_NAME) == found.counts


def test_whoever_said_no_in_another_study_lapses_though_their_record_is_missing(tmp_path: Path) -> None:
    """A practice that was not searched is left as it was. The letter is not posted either way."""
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "exported")
        night(ledger, said(), study="Other")
        decide(ledger, "Other", code_of(ledger, "Other"), "rejected", DAY, "GP", reason="said no to research")
        elsewhere = night(ledger, practices=[OTHER_PRACTICE], day=NEXT_DAY)
        assert state_of(ledger) == ("exported", None) and len(elsewhere.do_not_post) == 1
        here = night(ledger, day=NEXT_DAY)
        assert state_of(ledger) == ("lapsed", "refused") and len(here.do_not_post) == 1


def test_leaving_the_window_lapses_nobody_and_is_said(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
        second = night(ledger, said("not_found"))
        assert [one.sight for one in second.listed] == ["not_found"]
        assert [one.why for one in second.dropped] == ["not_found"]
        assert night(ledger, said("not_found")).dropped == ()


def test_an_exclusion_is_of_the_night_and_what_was_decided_comes_back(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "approved")
        night(ledger, said("excluded", "cancer"))
        assert state_of(ledger) == ("excluded", "cancer")
        assert export(ledger, STUDY_NAME, [code], DAY, "me").done == ()
        night(ledger, said("excluded", "palliative"))
        assert state_of(ledger) == ("excluded", "palliative")
        night(ledger, said())
        assert state_of(ledger) == ("approved", None)


@pytest.mark.parametrize("state", ["rejected", "exported", "mailed", "replied", "declined", "withdrawn"])
def test_what_sticks_sticks_across_rule_versions(tmp_path: Path, state: str) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, state)
        found = night(ledger, said(), day=NEXT_DAY, version=2)
        assert found.listed == ()
        assert state_of(ledger)[0] == state
        assert {one.registration.key for one in earlier_contacts(ledger, STUDY_NAME)} == {(PRACTICE, "1")}


def test_the_dead_stay_dead_in_every_study(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "approved")
        night(ledger, said(), study="Other")
        decide(ledger, "Other", code_of(ledger, "Other"), "approved", DAY, "GP")
        record_death(ledger, STUDY_NAME, code, DAY, "GP")
        refused = export(ledger, "Other", [code_of(ledger, "Other")], DAY, "me").refused
        assert "has died" in refused[0].why
        assert night(ledger, said()).listed == night(ledger, said(), study="Other").listed == ()
        assert state_of(ledger, "Other") == ("lapsed", "died")


@pytest.mark.parametrize(("scope", "elsewhere"), [(STUDY, 1), (EVERY_STUDY, 0)])
def test_a_refusal_goes_as_far_as_it_was_meant(tmp_path: Path, scope: str, elsewhere: int) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "for_review")
        record_refusal(ledger, STUDY_NAME, code, scope, DAY, "me")
        assert state_of(ledger) == ("lapsed", "refused")
        assert night(ledger, said()).listed == ()
        assert len(night(ledger, said(), study="Other").listed) == elsewhere


def test_who_rings_to_say_no_is_never_listed_and_never_kept(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        refuse_unlisted(ledger, registered(said()), STUDY_NAME, EVERY_STUDY, DAY)
        found = night(ledger, said())
        assert (found.listed, found.barred, found.counts) == ((), 1, {("excluded", "refused"): 1})
        assert ledger.con.execute("SELECT COUNT(*) FROM identity").fetchone() == (0,)


@pytest.mark.parametrize("reason", ["said no to research", "died or moved away", "already in the study"])
def test_some_rejections_cannot_be_taken_back(tmp_path: Path, reason: str) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "for_review")
        decide(ledger, STUDY_NAME, code, "rejected", DAY, "GP", reason=reason)
        with pytest.raises(LedgerError, match=r"cannot override|must not be listed"):
            take_back(ledger, STUDY_NAME, code, DAY, "GP")


@pytest.mark.parametrize("state", ["mailed", "lapsed", "withdrawn"])
def test_a_nomination_overrides_no_death_refusal_or_contact(tmp_path: Path, state: str) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, "for_review" if state == "lapsed" else state)
        if state == "lapsed":
            record_death(ledger, STUDY_NAME, code, DAY, "GP")
        with pytest.raises(LedgerError, match="Not recorded"):
            nominate(ledger, STUDY_NAME, registered(said()), "poster", "referred", DAY, "GP")


def test_a_nominated_person_meets_the_same_exclusions(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "nominated")
        assert [one.known[-1].key for one in watched_people(ledger, STUDY_NAME)] == [(PRACTICE, "1")]
        assert night(ledger, said("excluded", "cancer")).listed == ()
        assert len(night(ledger, said()).listed) == 1


def test_a_clock_set_back_is_data_and_is_said(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(), day=NEXT_DAY)
        assert night(ledger, said(), day=DAY).is_backdated
        decide(ledger, STUDY_NAME, code_of(ledger), "approved", DAY, "GP")
        decide(ledger, STUDY_NAME, code_of(ledger), "later", DAY - timedelta(9), "GP")
        assert state_of(ledger) == ("later", None)


def test_a_run_that_cannot_be_believed_records_nothing(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        for wrong in (said("excluded"), said("gone"), said("lapsed", "bored"), said("for_review", "died")):
            with pytest.raises(LedgerError):
                night(ledger, said(patient="2"), wrong)
        assert ledger.con.execute("SELECT COUNT(*) FROM chain").fetchone() == (1,)


def test_a_run_is_published_by_its_folder(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        first = night(ledger, said(), publish=lambda found: Published(f"run-{found.number}", "a" * 64))
        night(ledger, said(), day=NEXT_DAY)  # a run that wrote no folder
        second = night(ledger, said(), day=NEXT_DAY, publish=lambda _: Published("second", "b" * 64))
        (one, two) = published_runs(ledger, STUDY_NAME)
        assert (one.folder, one.number, one.day) == (f"run-{first.number}", first.number, DAY)
        assert (two.number, two.is_removed) == (second.number, False)
        record_removed(ledger, STUDY_NAME, one, NEXT_DAY)
        assert [each.is_removed for each in published_runs(ledger, STUDY_NAME)] == [True, False]
    verify_ledger(tmp_path / "ledger.db")


def test_a_run_whose_folder_cannot_be_written_is_not_recorded(tmp_path: Path) -> None:
    def fail(_: RecordedRun) -> Published:
        raise OutputError("full")

    with small_ledger(tmp_path) as ledger:
        with pytest.raises(OutputError):
            night(ledger, said(), publish=fail)
        assert ledger.con.execute("SELECT COUNT(*) FROM chain").fetchone() == (1,)


def test_each_record_is_told_what_became_of_its_person(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        excluded = said("excluded", "cancer", patient="2", number=None)
        found = night(ledger, said(), excluded, said("not_found", patient="3", number=None))
        assert found.became == (("for_review", None), ("excluded", "cancer"), (None, None))
        assert (found.was_for_review, len(found.listed)) == (0, 1)
        later = night(ledger, said("excluded", "cancer"), day=NEXT_DAY)
        assert (later.was_for_review, later.became) == (1, (("excluded", "cancer"),))


def test_nothing_about_a_person_is_in_a_repr(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        found = night(ledger, said())
        take(ledger, code_of(ledger), "approved")
        batch = export(ledger, STUDY_NAME, [code_of(ledger)], DAY, "me")
        shown = repr((found, batch, ledger, people_in(ledger, STUDY_NAME, "exported")))
        assert not any(word in shown for word in (NUMBER, code_of(ledger), "1970"))
