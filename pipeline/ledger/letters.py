"""Letters and what came of them. A batch records what it can, and says why not for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.errors import LedgerError
from pipeline.ledger.chain import Chain
from pipeline.ledger.letter_gate import newest_extracts, refuse_letter, refuse_posting
from pipeline.ledger.open import Ledger, writing
from pipeline.ledger.people import load_person
from pipeline.ledger.person import Person
from pipeline.ledger.registration import Registration
from pipeline.ledger.review import check_who, check_word
from pipeline.ledger.subjects import mark, move
from pipeline.ledger.transitions import is_allowed
from pipeline.ledger.vocabulary import ALL, BEFORE_POSTING, EVERY_STUDY, INELIGIBLE_REASONS, INTERESTS, STUDY, WORK
from pipeline.ledger.work import carried
from pipeline.people.searched_practices import OLDEST_EXTRACT_DAYS


@dataclass(frozen=True)
class Refused:
    """A study code for which nothing was recorded, and why."""

    study_code: str = field(repr=False)
    why: str


@dataclass(frozen=True)
class Batch:
    """The people something was recorded for, as (study code, present registration), and those it was not.

    `again`: those in `done` whose letters were in an earlier batch, which was lost. Only one may be posted.
    """

    done: tuple[tuple[str, Registration], ...] = field(repr=False)
    refused: tuple[Refused, ...]
    again: frozenset[str] = field(default=frozenset(), repr=False)


Refuse = Callable[[Person], str | None]


def export(
    ledger: Ledger, study: str, codes: Sequence[str], day: date, who: str, oldest_days: int = OLDEST_EXTRACT_DAYS
) -> Batch:
    """Letters are made for approved people. Death, registration, refusal and exclusions are checked again.

    A batch that was lost before its letters were posted can be had again, by the same codes.
    """
    return _letters(ledger, study, codes, "exported", day, who, oldest_days)


def record_reminded(
    ledger: Ledger, study: str, codes: Sequence[str], day: date, who: str, oldest_days: int = OLDEST_EXTRACT_DAYS
) -> Batch:
    """The one reminder, after the same checks as the letter."""
    return _letters(ledger, study, codes, "reminded", day, who, oldest_days)


def _letters(
    ledger: Ledger, study: str, codes: Sequence[str], state: str, day: date, who: str, oldest_days: int
) -> Batch:
    check_who(who, "makes the letters")
    with writing(ledger) as chain:
        extracts = newest_extracts(chain.con, study)

        def refuse(person: Person) -> str | None:
            return refuse_letter(chain, study, person, extracts, day, oldest_days)

        return _batch(chain, study, codes, state, day, who, refuse)


def record_mailed(ledger: Ledger, study: str, codes: Sequence[str], day: date, who: str) -> Batch:
    """The envelopes were posted. If one was posted that should not have been: `record_posted_in_error`."""
    check_who(who, "posted them")
    with writing(ledger) as chain:
        return _batch(chain, study, codes, "mailed", day, who, lambda person: _refuse_mailed(chain, study, person))


def _refuse_mailed(chain: Chain, study: str, person: Person) -> str | None:
    why = refuse_posting(chain, study, person)
    return f"{why} Take the letter out. If it was posted all the same, record it as posted in error." if why else None


def record_returned(ledger: Ledger, study: str, codes: Sequence[str], day: date, who: str) -> Batch:
    """The letters came back."""
    check_who(who, "records this")
    with writing(ledger) as chain:
        return _batch(chain, study, codes, "returned", day, who, lambda _: None)


def _batch(chain: Chain, study: str, codes: Sequence[str], state: str, day: date, who: str, refuse: Refuse) -> Batch:
    done: dict[str, Registration] = {}
    refused, again = [], set[str]()
    for code in codes:
        try:
            person = load_person(chain.con, study, code)
            is_again = state == person.state == "exported" and person.study_code not in done
            why = refuse(person) if is_again or is_allowed("hand", person.state, state) else None
            if why:
                raise LedgerError(f"Not recorded: {why[0].lower()}{why[1:]}")
            if is_again:
                chain.append(
                    "exported_again", day, study=study, subject=person.subject, who=who, body=carried(person, state)
                )
                again.add(person.study_code)
            else:
                move(chain, person, study, "hand", state, day, who=who)
            done[person.study_code] = person.now
        except LedgerError as error:
            refused.append(Refused(code, str(error)))
    return Batch(tuple(done.items()), tuple(refused), frozenset(again))


def record_posted_in_error(ledger: Ledger, study: str, code: str, day: date, who: str) -> None:
    """A letter went out that should not have. The person's state stays the same; the audit counts the letter."""
    check_who(who, "records this")
    with writing(ledger) as chain:
        person = load_person(chain.con, study, code)
        chain.append("posted_in_error", day, study=study, subject=person.subject, who=who)
        mark(chain, study, "contacted", day, person.marked)
        if person.state in BEFORE_POSTING:
            move(chain, person, study, "hand", "lapsed", day, reason="contacted before", who=who)


def record_reply(ledger: Ledger, study: str, code: str, interest: str, work: str, day: date, who: str) -> None:
    """A reply slip arrived. Raises LedgerError."""
    check_word("Interest", interest, INTERESTS)
    check_word("Work", work, WORK)
    _step(ledger, study, code, "replied", day, who, interest, work)


def record_ineligible(ledger: Ledger, study: str, code: str, reason: str, day: date, who: str) -> None:
    """The study cannot accept the person. Raises LedgerError."""
    check_word("The reason why a person is ineligible", reason, INELIGIBLE_REASONS)
    _step(ledger, study, code, "ineligible", day, who, reason)


def record_consented(ledger: Ledger, study: str, code: str, day: date, who: str) -> None:
    """The person is taking part. Raises LedgerError."""
    _step(ledger, study, code, "consented", day, who)


def record_declined(ledger: Ledger, study: str, code: str, day: date, who: str) -> None:
    """The person replied and is not taking part. Raises LedgerError."""
    _step(ledger, study, code, "declined", day, who)


def _step(
    ledger: Ledger, study: str, code: str, state: str, day: date, who: str, reason: str | None = None,
    detail: str | None = None,
) -> None:  # fmt: skip
    check_who(who, "records this")
    with writing(ledger) as chain:
        person = load_person(chain.con, study, code)
        move(chain, person, study, "hand", state, day, reason=reason, detail=detail, who=who)


def record_refusal(ledger: Ledger, study: str, code: str, scope: str, day: date, who: str) -> None:
    """The person said no, to this study or to every study. This can always be recorded."""
    check_word("A refusal's scope", scope, (STUDY, EVERY_STUDY))
    with writing(ledger) as chain:
        person = load_person(chain.con, study, code)
        mark(chain, ALL if scope == EVERY_STUDY else study, "refused", day, person.marked)
        _leave(chain, study, person, "refused", day, who)


def record_death(ledger: Ledger, study: str, code: str, day: date, who: str) -> None:
    """The practice was told of a death that is not yet in the record."""
    with writing(ledger) as chain:
        person = load_person(chain.con, study, code)
        mark(chain, ALL, "died", day, person.marked)
        if person.state in BEFORE_POSTING:
            _leave(chain, study, person, "died", day, who)


def _leave(chain: Chain, study: str, person: Person, reason: str, day: date, who: str) -> None:
    """Takes the person out of the study if they are still in it. The mark holds either way."""
    for state in ("lapsed", "withdrawn"):
        if is_allowed("hand", person.state, state):
            why = reason if state == "lapsed" else None
            move(chain, person, study, "hand", state, day, reason=why, who=who)
            return


def refuse_unlisted(ledger: Ledger, one: Registration, study: str, scope: str, day: date) -> None:
    """A person who is not listed said no, for example by phone about a poster. Only the keyed marks are kept.

    Raises LedgerError if nothing says who they are: the refusal would be recorded, and hold for no one.
    """
    check_word("A refusal's scope", scope, (STUDY, EVERY_STUDY))
    if one.number is None and not all(one.key):
        raise LedgerError(
            "Not recorded: nothing says who said no. Give a valid NHS number, or the practice and the patient's id."
        )
    with writing(ledger) as chain:
        mark(chain, ALL if scope == EVERY_STUDY else study, "refused", day, [one])
