"""Letters that were exported and must not be posted any more, so that their envelopes can be taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from pipeline.ledger.chain import Chain
from pipeline.ledger.letter_gate import refuse_posting
from pipeline.ledger.open import Ledger
from pipeline.ledger.people import Register, load_register
from pipeline.ledger.person import Person

DAYS = 28  # a letter that was stopped is named for this long: no one records that its envelope was taken out
UNCHECKED = "No one has checked this person in the newest delivery."
_LAPSED = {
    "died": "The person has died.",
    "moved": "The person has left the practice.",
    "refused": "The person said no.",
    "contacted before": "The person has already been written to under another record.",
    "rejected before": "The person has been rejected under another record.",
}


@dataclass(frozen=True)
class DoNotPost:
    """A letter that was exported, and why it must not be posted."""

    study_code: str = field(repr=False)
    practice_id: str
    because: str


_POSTED = "SELECT subject FROM chain WHERE kind = 'posted_in_error' AND study = ?"


def find_do_not_post(chain: Chain, study: str, register: Register, day: date) -> tuple[DoNotPost, ...]:
    """Of people who died, said no, moved, vanished or were excluded between export and posting."""
    posted = {subject for (subject,) in chain.con.execute(_POSTED, [study])}
    people = [person for person in register.people.values() if posted.isdisjoint(person.subjects)]
    found = ((person, _because(chain, study, person, day)) for person in people)
    return tuple(_letter(person, why) for person, why in _in_order(found) if why)


def letters_out(ledger: Ledger, study: str, day: date) -> tuple[DoNotPost, ...]:
    """After a night that did not search: those that must not be posted, and the others, which no one has checked."""
    chain = Chain(ledger.con, ledger.key)
    register = load_register(ledger.con, study)
    stopped = find_do_not_post(chain, study, register, day)
    codes = {one.study_code for one in stopped}
    waiting = (person for person in register.people.values() if person.state == "exported")
    others = (_letter(person, UNCHECKED) for person in waiting if person.study_code not in codes)
    return (*stopped, *sorted(others, key=lambda one: one.study_code))


def _in_order(found: Iterator[tuple[Person, str | None]]) -> list[tuple[Person, str | None]]:
    return sorted(found, key=lambda one: one[0].study_code)


def _letter(person: Person, because: str) -> DoNotPost:
    return DoNotPost(person.study_code, person.now.practice_id, because)


def _because(chain: Chain, study: str, person: Person, day: date) -> str | None:
    if person.state == "exported":
        return refuse_posting(chain, study, person)
    if person.state == "lapsed" and person.was_exported and _is_recent(chain, person, day):
        return _LAPSED.get(str(person.reason), "The person is no longer in the study.")
    return None


def _is_recent(chain: Chain, person: Person, day: date) -> bool:
    (lapsed,) = chain.con.execute("SELECT day FROM chain WHERE seq = ?", [person.version]).fetchone()
    return (day - date.fromisoformat(lapsed)).days <= DAYS
