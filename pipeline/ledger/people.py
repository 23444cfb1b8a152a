"""The people of one study as the ledger knows them: who they are, and the state each is in."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pipeline.errors import LedgerError
from pipeline.ledger.registration import Registration
from pipeline.ledger.study_code import read_code
from pipeline.ledger.vocabulary import OPEN
from pipeline.people.one_person import share_a_birth_date


@dataclass
class Person:
    """A person in one study, during one transaction. `known`: their registrations, the present one last.

    `subjects`: their own number, then those of records that turned out to be theirs. `beneath`: their state before they
    were excluded. `version`: the row of their state.
    """

    subjects: list[int]
    study_code: str
    known: list[Registration] = field(default_factory=list)
    state: str | None = None
    reason: str | None = None
    detail: str | None = None
    version: int = 0
    beneath: str | None = None
    sight: str | None = None
    was_exported: bool = False
    tail: Registration | None = None  # the last one written; after an alias the present one is written again

    @property
    def subject(self) -> int:
        return self.subjects[0]

    @property
    def now(self) -> Registration:
        return self.known[-1]

    @property
    def births(self) -> set[date]:
        return {born for one in self.known for born in one.births}

    def adds(self, one: Registration) -> bool:
        """Whether it says anything new about who this is."""
        same = [known for known in self.known if known.key == one.key]
        return (
            not same
            or bool(one.number and one.number not in {known.number for known in same})
            or bool(one.date_of_birth and one.date_of_birth not in {known.date_of_birth for known in same})
        )

    @property
    def may_return(self) -> bool:
        """A person who lapsed by moving, and was never written to, may be found again at the new practice."""
        return self.state == "lapsed" and self.reason == "moved" and not self.was_exported

    @property
    def is_open(self) -> bool:
        return self.state in OPEN or self.may_return


@dataclass
class Register:
    """Everyone in a study, found by registration."""

    people: dict[int, Person] = field(default_factory=dict)
    by_key: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    by_number: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, person: Person) -> None:
        self.people[person.subject] = person
        for one in person.known:
            self.point(one, person.subject)

    def point(self, one: Registration, subject: int) -> None:
        self.by_key[one.key].add(subject)
        if one.number:
            self.by_number[one.number].add(subject)

    def drop(self, person: Person, into: Person) -> None:
        """Removes a record that turned out to be another person's."""
        del self.people[person.subject]
        for found in (*self.by_key.values(), *self.by_number.values()):
            if person.subject in found:
                found.discard(person.subject)
                found.add(into.subject)

    def match(self, one: Registration) -> list[Person]:
        """Who this may be: anyone with the record, or with the number and no other date of birth."""
        owners = self.by_key.get(one.key, set())
        sharers = self.by_number.get(one.number, set()) if one.number else set()
        same = {subject for subject in sharers if share_a_birth_date(self.people[subject].births, one.births)}
        return [self.people[subject] for subject in sorted(owners | same)]


def may_be_merged(one: Person, other: Person) -> bool:
    """Whether no birth date speaks against it."""
    return share_a_birth_date(one.births, other.births)


def load_register(con: sqlite3.Connection, study: str) -> Register:
    """Everyone in a study whose identity has not been erased."""
    con.execute("DELETE FROM wanted")
    con.execute("INSERT INTO wanted SELECT seq FROM subject WHERE study = ?", [study])
    register = Register()
    for person in _load(con, study):
        register.add(person)
    return register


def load_person(con: sqlite3.Connection, study: str, code: str) -> Person:
    """The person with this study code. Raises LedgerError."""
    subject = find_subject(con, study, code)
    roots = _roots(con, study)
    subject = roots.get(subject, subject)
    con.execute("DELETE FROM wanted")
    group = [subject, *(merged for merged, root in roots.items() if root == subject)]
    con.executemany("INSERT INTO wanted VALUES (?)", [(each,) for each in group])
    (person,) = _load(con, study)
    return person


def find_subject(con: sqlite3.Connection, study: str, code: str) -> int:
    """Raises LedgerError that does not quote the code: a misread one may be another person's."""
    kept = read_code(code)
    if kept is None:
        raise LedgerError("That is not a study code: a character is wrong or missing. Check it and try again.")
    found = con.execute("SELECT seq FROM subject WHERE study = ? AND study_code = ?", [study, kept]).fetchone()
    if not found:
        raise LedgerError("No one in this study has that study code, or their identity has been erased.")
    return int(found[0])


def _roots(con: sqlite3.Connection, study: str) -> dict[int, int]:
    """Subjects that were merged, each with the one they were merged into."""
    sql = "SELECT subject, about FROM chain WHERE kind = 'merged' AND study = ? ORDER BY seq DESC"
    roots: dict[int, int] = {}
    for subject, into in con.execute(sql, [study]):
        roots[subject] = roots.get(into, into)
    return roots


_SUBJECTS = "SELECT seq, study_code FROM subject JOIN wanted ON wanted.subject = seq ORDER BY seq"
_IDENTITIES = """
    SELECT i.subject, practice_id, patient_id, nhs_number, date_of_birth
    FROM identity i JOIN wanted w ON w.subject = i.subject ORDER BY i.seq
"""
_STATES = """
    SELECT c.subject, state, reason, detail, seq FROM wanted w CROSS JOIN chain c ON c.subject = w.subject
    WHERE state IS NOT NULL ORDER BY c.subject, seq
"""
_SIGHTS = """
    SELECT c.subject, reason FROM wanted w CROSS JOIN chain c ON c.subject = w.subject
    WHERE kind = 'sight' ORDER BY c.subject, seq
"""


def _load(con: sqlite3.Connection, study: str) -> list[Person]:
    roots = _roots(con, study)
    everybody = {subject: Person([subject], code) for subject, code in con.execute(_SUBJECTS)}
    people = {subject: person for subject, person in everybody.items() if subject not in roots}
    for subject, root in roots.items():
        if root in people and subject in everybody:
            people[root].subjects.append(subject)
    for subject, *known in con.execute(_IDENTITIES):
        person = people[roots.get(subject, subject)]
        person.known.append(_registration(*known))
        person.tail = person.now
    _add_states(con.execute(_STATES), people)
    for subject, sight in con.execute(_SIGHTS):
        if subject in people:
            people[subject].sight = sight
    return list(people.values())


def _add_states(rows: Iterable[tuple[int, str, str | None, str | None, int]], people: dict[int, Person]) -> None:
    for subject, state, reason, detail, seq in rows:
        if subject in people:
            take_state(people[subject], state, reason, detail, seq)


def take_state(person: Person, state: str, reason: str | None, detail: str | None, seq: int) -> None:
    """Applies a row that holds a state."""
    person.beneath = person.beneath if state == "excluded" else state
    person.state, person.reason, person.detail, person.version = state, reason, detail, seq
    person.was_exported |= state == "exported"


def _registration(practice: str, patient: str, number: str | None, born: str | None) -> Registration:
    return Registration(practice, patient, number, date.fromisoformat(born) if born else None)
