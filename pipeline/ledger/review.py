"""What a reviewer decides about a person before any letter, and people nominated by hand."""

from __future__ import annotations

from datetime import date

from pipeline.errors import LedgerError
from pipeline.ledger.chain import Chain
from pipeline.ledger.open import Ledger, writing
from pipeline.ledger.people import Person, load_person, load_register
from pipeline.ledger.registration import Registration
from pipeline.ledger.subjects import find_mark, mark, move, open_subject
from pipeline.ledger.vocabulary import (
    ALL,
    FINAL_REJECTIONS,
    MARKS,
    NOMINATION_REASONS,
    SAID_NO,
)
from pipeline.vocabulary import DECISIONS, REJECTION_REASONS, ROUTES


def decide(
    ledger: Ledger, study: str, code: str, decision: str, day: date, who: str, *, reason: str | None = None,
    seen: int | None = None,
) -> int:  # fmt: skip
    """Records approved, rejected (with a reason) or later; returns the new version. Raises LedgerError.

    `seen`: the version, or the run number, that the reviewer was looking at. If the person's state has changed since
    then, the decision is stale.
    """
    _check_decision(decision, reason)
    _check_who(who)
    with writing(ledger) as chain:
        person = load_person(chain.con, study, code)
        if seen is not None and _has_changed(chain, person, seen):
            raise LedgerError(
                "Not recorded: this person's state has changed since the list was made. Use the newest list."
            )
        if decision == "approved":
            _refuse_barred(chain, study, person.known)
        move(chain, person, study, "hand", decision, day, reason=reason, who=who)
        if reason == SAID_NO:
            mark(chain, ALL, "refused", day, person.known)
        return person.version


def _has_changed(chain: Chain, person: Person, seen: int) -> bool:
    """Whether the person's state is newer than what the reviewer saw. A run's own rows come after its number."""
    if person.version <= seen:
        return False
    run = chain.con.execute("SELECT run FROM chain WHERE seq = ?", [person.version]).fetchone()[0]
    return bool(run != seen)


def _check_decision(decision: str, reason: str | None) -> None:
    check_word("A decision", decision, DECISIONS)
    if decision == "rejected" and reason is None:
        raise LedgerError(f"A rejection needs a reason, one of: {', '.join(REJECTION_REASONS)}.")
    if decision != "rejected" and reason is not None:
        raise LedgerError("Only a rejection has a reason.")
    if reason is not None:
        check_word("A rejection's reason", reason, REJECTION_REASONS)


def _check_who(who: str) -> None:
    if not who.strip():
        raise LedgerError("Say who decided: a name, initials or a role.")


def check_word(what: str, word: str, words: tuple[str, ...]) -> None:
    """Raises LedgerError that does not quote the word, which may say something about a person."""
    if word not in words:
        raise LedgerError(f"{what} must be one of: {', '.join(words)}.")


def take_back(ledger: Ledger, study: str, code: str, day: date, who: str) -> None:
    """Puts a rejected, unscreened or put-off person back to be reviewed. Raises LedgerError."""
    _check_who(who)
    with writing(ledger) as chain:
        person = load_person(chain.con, study, code)
        _refuse_barred(chain, study, person.known)
        if person.state == "rejected" and person.reason in FINAL_REJECTIONS:
            raise LedgerError("Not recorded: you cannot override a death, a refusal or an earlier contact.")
        move(chain, person, study, "hand", "for_review", day, who=who)


def close_review(ledger: Ledger, study: str, practice: str, day: date, who: str) -> int:
    """Ends a practice's review. The people left become unscreened and get no letter. Returns how many."""
    _check_who(who)
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
    _check_who(who)
    with writing(ledger) as chain:
        _refuse_barred(chain, study, [one])
        found = load_register(chain.con, study).match(one)
        if not found:
            person = open_subject(chain, study, one, "nominated", day, reason=reason, detail=route, who=who)
            return person.study_code
        return _nominate_known(chain, study, found, route, reason, day, who)


def _nominate_known(chain: Chain, study: str, found: list[Person], route: str, reason: str, day: date, who: str) -> str:
    person, *others = sorted(found, key=lambda each: each.is_open)
    if others:
        raise LedgerError(
            "Not recorded: this could be either of two people in this study. The next run will tell them apart."
        )
    _refuse_barred(chain, study, person.known)
    move(chain, person, study, "hand", "nominated", day, reason=reason, detail=route, who=who)
    return person.study_code


def _refuse_barred(chain: Chain, study: str, known: list[Registration]) -> None:
    found = find_mark(chain, study, known)
    if found:
        raise LedgerError(
            f"Not recorded: this person must not be listed ({MARKS[found]}). You cannot override a death, a refusal or "
            "an earlier contact."
        )
