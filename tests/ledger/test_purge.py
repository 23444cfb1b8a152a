"""Forgetting: no byte of who somebody was is left, the chain verifies, and who said no is still not written to."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import LedgerError, LockedError
from pipeline.ledger import purge as purging
from pipeline.ledger.counts import count_states, describe_study
from pipeline.ledger.letters import record_refusal
from pipeline.ledger.listed import earlier_contacts, people_in
from pipeline.ledger.open import Ledger, open_ledger
from pipeline.ledger.purge import purge
from pipeline.ledger.review import nominate
from pipeline.ledger.verify import verify_ledger
from pipeline.ledger.vocabulary import EVERY_STUDY, STATES, STUDY
from tests.ledger.small import (
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
    state_of,
)

PATIENT = "patient-key-4711"
LATER = DAY + timedelta(400)


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.suffix != ".key")


def erasable(ledger: Ledger) -> list[str]:
    """Everything that says who somebody is, and the salts that would let it be found out."""
    rows = ledger.con.execute(
        "SELECT practice_id, patient_id, nhs_number, date_of_birth, salt FROM identity"
    ).fetchall()
    rows += ledger.con.execute("SELECT study_code, salt FROM subject").fetchall()
    return [str(value) for row in rows for value in row if value]


def test_no_byte_of_who_they_were_is_left(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        people = [said(patient=f"{PATIENT}-{n}", number=None) for n in range(200)]
        night(ledger, *people, said(patient=PATIENT), said("excluded", "registered_elsewhere", patient="alias-key"))
        gone = set(erasable(ledger)) - {"A81001", "B82002"}  # the run names its practices
        assert NUMBER in gone
        assert all(word.encode() in bytes_of(tmp_path) for word in gone)
        purge(ledger, STUDY_NAME, None, DAY)
        left = bytes_of(tmp_path)
        assert [word for word in gone if word.encode() in left] == []
    assert [word for word in gone if word.encode() in bytes_of(tmp_path)] == []
    assert verify_ledger(tmp_path / "ledger.db").erased == 2 * 201 + 2


STUCK = (
    "rejected",
    "exported",
    "mailed",
    "reminded",
    "returned",
    "replied",
    "ineligible",
    "consented",
    "declined",
    "withdrawn",
)


@pytest.mark.parametrize("state", STUCK)
def test_who_was_written_to_or_said_no_is_still_barred(tmp_path: Path, state: str) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, state)
        assert purge(ledger, STUDY_NAME, None, DAY).marked == 1
        assert count_states(ledger, STUDY_NAME).keys() == {_key(state)}
        assert not people_in(ledger, STUDY_NAME, *STATES) and not earlier_contacts(ledger, STUDY_NAME)
        for again in (said(), said(patient="1", number=None), said(practice=OTHER_PRACTICE, patient="5")):
            found = night(ledger, again, day=LATER)
            assert (found.listed, found.barred, sum(found.counts.values())) == ((), 1, 1)
        with pytest.raises(LedgerError, match="cannot override"):
            nominate(ledger, STUDY_NAME, registered(said()), "poster", "referred", LATER, "GP")
        assert erasable(ledger) == []
    verify_ledger(tmp_path / "ledger.db")


def _key(state: str) -> tuple[str, str | None]:
    return state, {"rejected": "other", "replied": "interested", "ineligible": "in work"}.get(state)


@pytest.mark.parametrize("state", ["for_review", "later", "approved", "excluded", "nominated", "unscreened"])
def test_who_was_never_settled_lapses_and_may_be_listed_again(tmp_path: Path, state: str) -> None:
    with small_ledger(tmp_path) as ledger:
        code = bring_to(ledger, state)
        assert purge(ledger, STUDY_NAME, None, DAY).marked == 0
        assert count_states(ledger, STUDY_NAME) == {("lapsed", "retention ended"): 1}
        again = night(ledger, said(), day=LATER)
        assert [one.is_new for one in again.listed] == [True]
        assert again.listed[0].study_code != code


def test_a_number_that_comes_after_the_purge_is_barred_too(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(number=None))
        record_refusal(ledger, STUDY_NAME, code_of(ledger), STUDY, DAY, "me")
        purge(ledger, STUDY_NAME, None, DAY)
        assert night(ledger, said()).barred == 1  # by the record, which now shows the number
        assert night(ledger, said(practice=OTHER_PRACTICE, patient="5")).barred == 1


def test_retention_goes_by_the_last_thing_that_happened(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said())
        night(ledger, said(), said(patient="2", number=None), day=LATER)
        assert purge(ledger, STUDY_NAME, DAY, LATER).people == 0
        assert purge(ledger, STUDY_NAME, LATER, LATER).people == 1
        assert [one.registration.patient_id for one in people_in(ledger, STUDY_NAME, "for_review")] == ["2"]


def test_a_purge_of_one_study_leaves_the_other_and_says_nothing_of_it(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        bring_to(ledger, "mailed")
        night(ledger, said(), study="Other")
        purge(ledger, STUDY_NAME, None, DAY)
        assert state_of(ledger, "Other") == ("for_review", None)
        assert len(night(ledger, said(), study="Other").listed) == 1
        assert describe_study(ledger, STUDY_NAME).erased == 1


def test_a_refusal_of_every_study_outlives_them_all(tmp_path: Path) -> None:
    with small_ledger(tmp_path) as ledger:
        record_refusal(ledger, STUDY_NAME, bring_to(ledger, "mailed"), EVERY_STUDY, DAY, "me")
        purge(ledger, STUDY_NAME, None, DAY)
        assert night(ledger, said(), study="Another", day=LATER).barred == 1


def test_a_mark_says_nothing_without_the_key(tmp_path: Path) -> None:
    marks = []
    for name in ("one", "other"):
        with small_ledger(tmp_path / name) as ledger:
            bring_to(ledger, "mailed")
            purge(ledger, STUDY_NAME, None, DAY)
            marks.append({row[0] for row in ledger.con.execute("SELECT body FROM chain WHERE kind = 'mark'")})
    assert len(marks[0]) == 2
    assert not marks[0] & marks[1]


def test_while_it_is_read_the_purge_says_that_traces_may_remain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(patient=PATIENT))
        ledger.con.execute("PRAGMA busy_timeout = 50")
        reader = sqlite3.connect(ledger.path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM identity").fetchall()
        with pytest.raises(LockedError, match="is still reading"):
            purge(ledger, STUDY_NAME, None, DAY)
        assert erasable(ledger) == []
        reader.close()
        assert purge(ledger, STUDY_NAME, None, DAY).people == 0
        assert PATIENT.encode() not in bytes_of(tmp_path)


def test_killed_between_erasing_and_scrubbing_the_next_purge_scrubs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_ledger(tmp_path) as ledger:
        night(ledger, said(patient=PATIENT))
        with monkeypatch.context() as patch:
            patch.setattr(purging, "scrub", lambda _: None)
            purge(ledger, STUDY_NAME, None, DAY)
        purge(ledger, STUDY_NAME, None, DAY)
        assert PATIENT.encode() not in bytes_of(tmp_path)


def test_no_such_study(tmp_path: Path) -> None:
    with (
        open_ledger(tmp_path / "ledger.db", DAY) as ledger,
        pytest.raises(LedgerError, match="That study is not in the ledger"),
    ):
        purge(ledger, "Nothing", None, DAY)
