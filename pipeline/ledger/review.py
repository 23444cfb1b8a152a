"""What a reviewer decides about a person before any letter, and people nominated by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.errors import LedgerError
from pipeline.ledger.chain import Chain
from pipeline.ledger.doubt import find_bar
from pipeline.ledger.open import Ledger, writing
from pipeline.ledger.people import Register, load_person, load_register
from pipeline.ledger.person import Person
from pipeline.ledger.recorded_rules import reasons_of
from pipeline.ledger.registration import Outcome, Registration
from pipeline.ledger.subjects import find_mark, mark, move, open_subject
from pipeline.ledger.vocabulary import (
    ALL,
    MARKS,
    NOMINATION_REASONS,
)
from pipeline.ledger.who_is_who import who_is
from pipeline.people.mistaken_births import compare_births
from pipeline.vocabulary import DECISIONS, FINAL_REJECTIONS, ROUTES, SAID_NO


def decide(
    ledger: Ledger, study: str, code: str, decision: str, day: date, who: str, *, reason: str | None = None,
    seen: int | None = None,
) -> int:  # fmt: skip
    """Records approved, rejected (with a reason) or later; returns the new version. Raises LedgerError.

    `seen`: the version, or the run number, that the reviewer was looking at. If the person's state has changed since
    then, the decision is stale. The reasons are those of the rule that the study's newest run followed.
    """
    _check_decision(decision, reason, reasons_of(ledger, study))
    check_who(who)
    with writing(ledger) as chain:
        person = load_person(chain.con, study, code)
        if seen is not None and _has_changed(chain, person, seen):
            raise LedgerError(
                "Not recorded: this person's state has changed since the list was made. Use the newest list."
            )
        if decision == "approved":
            _refuse_barred(find_bar(chain, study, person))
        move(chain, person, study, "hand", decision, day, reason=reason, who=who)
        if reason == SAID_NO:
            mark(chain, ALL, "refused", day, person.marked)
        return person.version


def _has_changed(chain: Chain, person: Person, seen: int) -> bool:
    """Whether the person's state is newer than what the reviewer saw. A run's own rows come after its number."""
    if person.version <= seen:
        return False
    run = chain.con.execute("SELECT run FROM chain WHERE seq = ?", [person.version]).fetchone()[0]
    return bool(run != seen)


def _check_decision(decision: str, reason: str | None, reasons: tuple[str, ...]) -> None:
    check_word("A decision", decision, DECISIONS)
    if decision == "rejected" and reason is None:
        raise LedgerError(f"A rejection needs a reason, one of: {', '.join(reasons)}.")
    if decision != "rejected" and reason is not None:
        raise LedgerError("Only a rejection has a reason.")
    if reason is not None:
        check_word("A rejection's reason", reason, reasons)


def check_who(who: str, did: str = "decided") -> None:
    """Raises LedgerError unless someone answers for it."""
    if not who.strip():
        raise LedgerError(f"Say who {did}: a name, initials or a role.")


def check_word(what: str, word: str, words: tuple[str, ...]) -> None:
    """Raises LedgerError that does not quote the word, which may say something about a person."""
    if word not in words:
        raise LedgerError(f"{what} must be one of: {', '.join(words)}.")


def take_back(ledger: Ledger, study: str, code: str, day: date, who: str) -> None:
    """Puts a rejected, unscreened or put-off person back to be reviewed. Raises LedgerError."""
    check_who(who)
    with writing(ledger) as chain:
        person = load_person(chain.con, study, code)
        _refuse_barred(find_bar(chain, study, person))
        if person.state == "rejected" and person.reason in FINAL_REJECTIONS:
            raise LedgerError("Not recorded: you cannot override a death, a refusal or an earlier contact.")
        move(chain, person, study, "hand", "for_review", day, who=who)


def close_review(ledger: Ledger, study: str, practice: str, day: date, who: str) -> int:
    """Ends a practice's review. The people left become unscreened and get no letter. Returns how many."""
    check_who(who)
    with writing(ledger) as chain:
        people = [
            person
            for person in load_register(chain.con, study).people.values()
            if person.state in ("for_review", "later") and person.now.practice_id == practice
        ]
        for person in people:
            move(chain, person, study, "hand", "unscreened", day, who=who)
        return len(people)


def nominate(
    ledger: Ledger, study: str, one: Registration, route: str, reason: str, day: date, who: str
) -> str:  # fmt: skip
    """Nominates a person by hand; the next run applies the rule's exclusions to them. Returns their study code.

    Raises LedgerError if the person died, refused or was written to before, or is already on the list.
    """
    check_word("A route", route, ROUTES)
    check_word("A nomination's reason", reason, NOMINATION_REASONS)
    check_who(who)
    with writing(ledger) as chain:
        _refuse_barred(find_mark(chain, study, [one]))
        found = _match(load_register(chain.con, study), one)
        if not found:
            person = open_subject(chain, study, one, "nominated", day, reason=reason, detail=route, who=who)
            return person.study_code
        return _nominate_known(chain, study, found, route, reason, day, who)


def _match(register: Register, one: Registration) -> tuple[Person, ...]:
    """Who this is in the study. Raises LedgerError if that is in doubt: the next run finds out."""
    said = Outcome(one.practice_id, one.patient_id, one.nhs_number, one.date_of_birth, "for_review")
    found = who_is(register, said)
    others = (each for each in register.sharers(one.number) if each not in found.people)
    in_doubt = any(compare_births(each.births, one.births) != "far" for each in others)
    if in_doubt or found.perhaps or found.unsettled:
        raise LedgerError(
            "Not recorded: it is not certain who this is, because someone else in this study has, or had, this number. "
            "The next run will tell them apart."
        )
    return found.people


def _nominate_known(
    chain: Chain, study: str, found: Sequence[Person], route: str, reason: str, day: date, who: str
) -> str:
    person, *others = sorted(found, key=lambda each: each.is_open)
    if others:
        raise LedgerError(
            "Not recorded: this could be either of two people in this study. The next run will tell them apart."
        )
    _refuse_barred(find_bar(chain, study, person))
    move(chain, person, study, "hand", "nominated", day, reason=reason, detail=route, who=who)
    return person.study_code


def _refuse_barred(found: str | None) -> None:
    if found:
        raise LedgerError(
            f"Not recorded: this person must not be listed ({MARKS[found]}). You cannot override a death, a refusal or "
            "an earlier contact."
        )
