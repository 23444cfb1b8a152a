"""The people on a list, as the ledger knows them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.ledger.open import Ledger
from pipeline.ledger.people import Register, load_register
from pipeline.ledger.person import Person
from pipeline.ledger.registration import Registration
from pipeline.ledger.vocabulary import WATCHED


@dataclass(frozen=True)
class Listed:
    """A person in one state. `first_listed`: the day they were first for review at this practice.

    `is_new`: they were first listed by the newest run, or by an earlier run of the same day, which may have been killed
    before anyone saw its list. `sight`: what the last run saw (found, not_found, excluded, missing).
    `version`: the row of their state, which shows whether a decision was made on a stale list. `in_doubt`: whether it
    is, or was, uncertain who this is.
    """

    registration: Registration
    study_code: str = field(repr=False)
    state: str
    reason: str | None
    first_listed: date | None
    is_new: bool
    sight: str | None
    version: int
    in_doubt: bool


_FIRST = """
    SELECT r.subject, MIN(r.seq), r.day FROM chain r
    LEFT JOIN (SELECT subject, MAX(seq) AS seq FROM chain WHERE state = 'lapsed' GROUP BY subject) l
        ON l.subject = r.subject
    WHERE r.state = 'for_review' AND r.study = ? AND r.seq > COALESCE(l.seq, 0) GROUP BY r.subject
"""


_NEWEST_RUN = "SELECT day FROM chain WHERE kind = 'run' AND study = ? ORDER BY seq DESC LIMIT 1"


def list_people(
    con: sqlite3.Connection, study: str, states: Collection[str], register: Register | None = None
) -> tuple[Listed, ...]:
    """Everyone in the study in these states, in an order that reveals nothing."""
    people = (register or load_register(con, study)).people.values()
    first = {subject: (seq, date.fromisoformat(day)) for subject, seq, day in con.execute(_FIRST, [study])}
    newest = con.execute(_NEWEST_RUN, [study]).fetchone()
    day = date.fromisoformat(newest[0]) if newest else None
    return tuple(
        _listed(person, min((first[s] for s in person.subjects if s in first), default=None), day)
        for person in sorted(people, key=lambda person: person.study_code)
        if person.state in states
    )


def _listed(person: Person, first: tuple[int, date] | None, newest: date | None) -> Listed:
    return Listed(
        registration=person.now,
        study_code=person.study_code,
        state=str(person.state),
        reason=person.reason,
        first_listed=first[1] if first else None,
        is_new=bool(first and first[1] == newest),
        sight=person.sight,
        version=person.version,
        in_doubt=person.in_doubt,
    )


def people_in(ledger: Ledger, study: str, *states: str) -> tuple[Listed, ...]:
    """Everyone in the study who is now in one of these states."""
    return list_people(ledger.con, study, states)


@dataclass(frozen=True)
class WatchedPerson:
    """A person for the next run to report on, with every registration known.

    `route` and `because`: how and why they were nominated, if they were and may still get a letter.
    """

    known: tuple[Registration, ...] = field(repr=False)
    route: str | None
    because: str | None
    now: Registration = field(repr=False)


_NOMINATED = """
    SELECT n.subject, n.detail, n.reason FROM chain n
    WHERE n.state = 'nominated' AND n.study = ? AND NOT EXISTS (
        SELECT 1 FROM chain l WHERE l.subject = n.subject AND l.state = 'lapsed' AND l.seq > n.seq
    ) ORDER BY n.seq
"""


def watched_people(ledger: Ledger, study: str) -> tuple[WatchedPerson, ...]:
    """Everyone in the study: who someone is may only be seen by the record of someone who was written to long ago."""
    people = load_register(ledger.con, study).people.values()
    by_hand = {subject: (route, because) for subject, route, because in ledger.con.execute(_NOMINATED, [study])}
    return tuple(_watched(person, by_hand) for person in people)


def written_to(ledger: Ledger, studies: Collection[str], today: date) -> tuple[WatchedPerson, ...]:
    """The people of some studies who will get a letter, have had one, or have gone since: as before today's runs.

    The lists of a night are the same in whatever order studies are searched.
    """
    registers = (load_register(ledger.con, study, before=today) for study in sorted(studies))
    people = (person for register in registers for person in register.people.values() if person.state)
    chosen = (person for person in people if person.state == "approved" or _has_gone_on(person))
    return tuple(_watched(person, {}) for person in chosen)


def _has_gone_on(person: Person) -> bool:
    return not person.is_open and person.state != "rejected"


def _watched(person: Person, by_hand: Mapping[int, tuple[str, str]]) -> WatchedPerson:
    may_get_a_letter = person.state in WATCHED or person.may_return
    found = [by_hand[subject] for subject in person.subjects if may_get_a_letter and subject in by_hand]
    route, because = found[-1] if found else (None, None)
    return WatchedPerson(tuple(dict.fromkeys(person.known)), route, because, person.now)


@dataclass(frozen=True)
class EarlierContact:
    """A registration that must not be listed again in the study, and why. Purged people have marks only."""

    registration: Registration
    state: str
    reason: str | None


def earlier_contacts(ledger: Ledger, study: str) -> tuple[EarlierContact, ...]:
    """The people who were rejected, were written to, refused or died, by every registration known."""
    people = load_register(ledger.con, study).people.values()
    return tuple(
        EarlierContact(one, str(person.state), person.reason)
        for person in people
        if not person.is_open
        for one in dict.fromkeys(person.known)
    )
