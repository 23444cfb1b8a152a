"""A small ledger to test with: one study, a practice or two, a few people, one day after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pipeline.ledger.letters import (
    export,
    record_consented,
    record_declined,
    record_ineligible,
    record_mailed,
    record_refusal,
    record_reminded,
    record_reply,
    record_returned,
)
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import Ledger, open_ledger
from pipeline.ledger.record_run import Publish, RecordedRun, Run, record_run
from pipeline.ledger.registration import Outcome, Registration, Seen
from pipeline.ledger.review import close_review, decide, nominate
from pipeline.ledger.vocabulary import STATES, STUDY

STUDY_NAME = "InSTEP"
DAY = date(2026, 11, 2)
PRACTICE, OTHER_PRACTICE = "A81001", "B82002"
NUMBER = "9990000018"  # of the range that is never issued
BORN = date(1970, 3, 1)


@contextmanager
def small_ledger(folder: Path) -> Iterator[Ledger]:
    with open_ledger(folder / "ledger.db", DAY) as ledger:
        yield ledger


def said(
    outcome: str = "for_review", reason: str | None = None, *, patient: str = "1", practice: str = PRACTICE,
    number: str | None = NUMBER, born: date | None = BORN, work: Seen | None = None,
) -> Outcome:  # fmt: skip
    return Outcome(practice, patient, number, born, outcome, reason, work)


def registered(one: Outcome) -> Registration:
    return Registration(one.practice_id, one.patient_id, one.nhs_number, one.date_of_birth)


def night(
    ledger: Ledger, *outcomes: Outcome, day: date = DAY, study: str = STUDY_NAME, version: int = 1,
    practices: Sequence[str] = (PRACTICE, OTHER_PRACTICE), publish: Publish | None = None,
    reasons: tuple[str, ...] = (),
) -> RecordedRun:  # fmt: skip
    run = Run(study, "rule", version, "f" * 64, day, dict.fromkeys(practices, day), reasons=reasons)
    return record_run(ledger, run, outcomes, day, publish)


def code_of(ledger: Ledger, study: str = STUDY_NAME) -> str:
    """Of the one person there is."""
    (one,) = people_in(ledger, study, *STATES)
    return one.study_code


def state_of(ledger: Ledger, study: str = STUDY_NAME) -> tuple[str, str | None]:
    (one,) = people_in(ledger, study, *STATES)
    return one.state, one.reason


_WAYS = {
    "for_review": (),
    "later": ("later",),
    "approved": ("approved",),
    "rejected": ("rejected",),
    "unscreened": ("unscreened",),
    "excluded": ("excluded",),
    "lapsed": ("lapsed",),
    "exported": ("approved", "exported"),
    "mailed": ("approved", "exported", "mailed"),
    "reminded": ("approved", "exported", "mailed", "reminded"),
    "returned": ("approved", "exported", "mailed", "returned"),
    "replied": ("approved", "exported", "mailed", "replied"),
    "withdrawn": ("approved", "exported", "mailed", "withdrawn"),
    **{end: ("approved", "exported", "mailed", "replied", end) for end in ("ineligible", "consented", "declined")},
}


def bring_to(ledger: Ledger, state: str) -> str:
    """One person in this state, by the shortest way. Returns their code."""
    if state == "nominated":
        return nominate(ledger, STUDY_NAME, registered(said()), "poster", "referred", DAY, "GP")
    night(ledger, said())
    code = code_of(ledger)
    for step in _WAYS[state]:
        take(ledger, code, step)
    return code


def take(ledger: Ledger, code: str, step: str) -> object:
    """One step by whoever takes it. What is refused raises LedgerError, or says so in its batch."""
    at = (ledger, STUDY_NAME, code)
    batches = {"exported": export, "mailed": record_mailed, "reminded": record_reminded, "returned": record_returned}
    plain = {"consented": record_consented, "declined": record_declined}
    if step in batches:
        return batches[step](ledger, STUDY_NAME, [code], DAY, "me")
    if step in plain:
        return plain[step](*at, DAY, "me")
    if step in ("approved", "later"):
        return decide(*at, step, DAY, "GP")
    if step == "rejected":
        return decide(*at, step, DAY, "GP", reason="other")
    if step == "unscreened":
        return close_review(ledger, STUDY_NAME, PRACTICE, DAY, "GP")
    if step == "replied":
        record_reply(*at, "interested", "not_in_work", DAY, "me")
    if step == "ineligible":
        record_ineligible(*at, "in work", DAY, "me")
    if step == "withdrawn":
        record_refusal(*at, STUDY, DAY, "me")
    return night(ledger, said("excluded", "cancer") if step == "excluded" else said("lapsed", "moved"))
