"""The people of one study, found by place, by number or by study code."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.errors import LedgerError
from pipeline.ledger.person import Key, Person, link, take_sight, take_state
from pipeline.ledger.registration import Registration
from pipeline.ledger.study_code import read_code


@dataclass
class Register:
    """Everyone in a study.

    `by_key`: whose place it is: the person seen there last. `by_number`: everyone who was ever known by it. `merged`:
    records that turned out to be another person's during this transaction.
    """

    people: dict[int, Person] = field(default_factory=dict)
    by_key: dict[Key, int] = field(default_factory=dict)
    by_number: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    merged: dict[int, int] = field(default_factory=dict)

    def add(self, person: Person) -> None:
        self.people[person.subject] = person
        for one in person.known:
            if one.number:
                self.by_number[one.number].add(person.subject)
        for key in person.places:
            self.give(key, person)

    def give(self, key: Key, person: Person) -> None:
        """The place belongs to the person who was seen there last."""
        before = self.owner(key)
        if before is None or before is person:
            self.by_key[key] = person.subject
            return
        first, last = sorted((before, person), key=lambda each: each.places[key].seq)
        first.lost.add(key)
        last.lost.discard(key)
        self.by_key[key] = last.subject

    def point(self, one: Registration, person: Person) -> None:
        """The person has been seen at this place, with this number."""
        self.give(one.key, person)
        if one.number:
            self.by_number[one.number].add(person.subject)

    def drop(self, person: Person, into: Person) -> None:
        """Removes a record that turned out to be another person's."""
        del self.people[person.subject]
        self.merged[person.subject] = into.subject
        for key in person.places:
            if self.by_key[key] == person.subject:
                self.by_key[key] = into.subject
        for number in {one.number for one in person.known if one.number}:
            self.by_number[number].discard(person.subject)
            self.by_number[number].add(into.subject)
        for other, by_place in person.linked.items():
            del other.linked[person]
            link(other, into, by_place)

    def now(self, person: Person) -> Person:
        """Who the person is by now: another, if they turned out to be one."""
        subject = person.subject
        while subject in self.merged:
            subject = self.merged[subject]
        return self.people[subject]

    def owner(self, key: Key) -> Person | None:
        subject = self.by_key.get(key)
        return None if subject is None else self.people[subject]

    def sharers(self, number: str | None) -> list[Person]:
        """Everyone who is or was known by a number."""
        return [self.people[subject] for subject in sorted(self.by_number.get(number, ()))] if number else []

    def claimants(self, number: str | None) -> list[Person]:
        """Everyone whose records have the number now."""
        return [each for each in self.sharers(number) if number in each.numbers]


def load_register(con: sqlite3.Connection, study: str, before: date | None = None) -> Register:
    """Everyone in a study whose identity has not been erased.

    `before`: as they stood before the runs of this day, though with what was decided by hand on it. Anyone who came in
    by such a run has no state.
    """
    con.execute("DELETE FROM wanted")
    con.execute("INSERT INTO wanted SELECT seq FROM subject WHERE study = ?", [study])
    register = Register()
    for person in _load(con, dict(con.execute(_MERGED, [study]).fetchall()), before):
        register.add(person)
    return register


def load_person(con: sqlite3.Connection, study: str, code: str) -> Person:
    """The person with this study code, with those who may be the same person. Raises LedgerError."""
    root = _root(con, find_subject(con, study, code))
    groups: dict[int, list[int]] = {}
    wanted = [root]
    while wanted:
        group = groups[wanted[0]] = _group(con, wanted[0])
        wanted = [each for each in {*wanted, *_linked(con, group)} if each not in groups]
    con.execute("DELETE FROM wanted")
    con.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", [(each,) for group in groups.values() for each in group])
    roots = {each: first for first, group in groups.items() for each in group if each != first}
    register = Register()
    for person in _load(con, roots):
        register.add(person)
    for each, person in register.people.items():
        person.lost |= _lost(con, study, groups[each])
    return register.people[root]


def find_subject(con: sqlite3.Connection, study: str, code: str) -> int:
    """Raises LedgerError that does not quote the code: a misread one may be another person's."""
    kept = read_code(code)
    if kept is None:
        raise LedgerError("That is not a study code: a character is wrong or missing. Check it and try again.")
    found = con.execute("SELECT seq FROM subject WHERE study = ? AND study_code = ?", [study, kept]).fetchone()
    if not found:
        raise LedgerError("No one in this study has that study code, or their identity has been erased.")
    return int(found[0])


# A decision reads only what is about the person, however many others there are.
_MERGED = "SELECT subject, about FROM chain WHERE kind = 'merged' AND study = ?"
_INTO = "SELECT about FROM chain WHERE kind = 'merged' AND subject = ? ORDER BY seq DESC LIMIT 1"
_GROUP = """
    WITH RECURSIVE own (subject) AS (
        VALUES (?) UNION SELECT c.subject FROM own o JOIN chain c ON c.about = o.subject WHERE c.kind = 'merged'
    ) SELECT subject FROM own ORDER BY subject
"""
_LINKED = """
    SELECT about FROM chain WHERE kind = 'doubted' AND subject = ?1 AND about IS NOT NULL
    UNION SELECT subject FROM chain WHERE kind = 'doubted' AND about = ?1
"""
_LAST_SEEN = """
    SELECT i.practice_id, i.patient_id, i.subject, MAX(i.seq) FROM identity o
    JOIN identity i ON i.practice_id = o.practice_id AND i.patient_id = o.patient_id
    JOIN subject s ON s.seq = i.subject AND s.study = ?1
    WHERE o.subject = ?2 GROUP BY 1, 2
"""


def _root(con: sqlite3.Connection, subject: int) -> int:
    while found := con.execute(_INTO, [subject]).fetchone():
        subject = found[0]
    return subject


def _group(con: sqlite3.Connection, root: int) -> list[int]:
    return [row[0] for row in con.execute(_GROUP, [root])]


def _linked(con: sqlite3.Connection, group: Iterable[int]) -> set[int]:
    found = {row[0] for subject in group for row in con.execute(_LINKED, [subject])}
    return {_root(con, subject) for subject in found}


def _lost(con: sqlite3.Connection, study: str, group: list[int]) -> set[Key]:
    """The places where someone else was seen last."""
    rows = (row for subject in group for row in con.execute(_LAST_SEEN, [study, subject]))
    return {(practice, patient) for practice, patient, last, _ in rows if last not in group}


_SUBJECTS = "SELECT seq, study_code, salt FROM wanted CROSS JOIN subject ON seq = wanted.subject ORDER BY seq"
_IDENTITIES = """
    SELECT i.seq, i.subject, practice_id, patient_id, nhs_number, date_of_birth
    FROM wanted w CROSS JOIN identity i ON i.subject = w.subject ORDER BY i.seq
"""
_STATES = """
    SELECT c.subject, state, reason, detail, seq FROM wanted w CROSS JOIN chain c ON c.subject = w.subject
    WHERE state IS NOT NULL AND (run IS NULL OR day <> ?) ORDER BY c.subject, seq
"""
_SIGHTS = """
    SELECT c.subject, reason, run FROM wanted w CROSS JOIN chain c ON c.subject = w.subject
    WHERE kind = 'sight' ORDER BY c.subject, seq
"""
_WORK = """
    SELECT c.subject, seq, body FROM wanted w CROSS JOIN chain c ON c.subject = w.subject
    WHERE kind = 'work' ORDER BY seq
"""
_DOUBTS = """
    SELECT seq, reason, c.subject, about FROM wanted w CROSS JOIN chain c ON c.subject = w.subject
    WHERE kind = 'doubted'
    UNION SELECT seq, reason, c.subject, about FROM wanted w CROSS JOIN chain c ON c.about = w.subject
    WHERE kind = 'doubted'
"""


def _load(con: sqlite3.Connection, into: Mapping[int, int], before: date | None = None) -> list[Person]:
    """Those who are wanted. `into`: records that were merged, each with the one it was merged into."""
    roots = {subject: _follow(into, subject) for subject in into}
    everyone = {subject: Person([subject], code, salt) for subject, code, salt in con.execute(_SUBJECTS)}
    people = {subject: person for subject, person in everyone.items() if subject not in roots}
    for subject in sorted(roots):
        if roots[subject] in people and subject in everyone:
            people[roots[subject]].subjects.append(subject)
    for seq, subject, *known in con.execute(_IDENTITIES):
        _know(people[roots.get(subject, subject)], _registration(*known), seq)
    for subject, state, reason, detail, seq in con.execute(_STATES, [before.isoformat() if before else ""]):
        if subject in people:
            take_state(people[subject], state, reason, detail, seq)
    for subject, sight, run in con.execute(_SIGHTS):
        if subject in people:
            take_sight(people[subject], sight, by_run=run is not None)
    for subject, seq, body in con.execute(_WORK):
        root = roots.get(subject, subject)
        if root in people:
            people[root].work = seq, body
    _add_doubts(con, people, roots)
    return list(people.values())


def _follow(into: Mapping[int, int], subject: int) -> int:
    while subject in into:
        subject = into[subject]
    return subject


def _know(person: Person, one: Registration, seq: int) -> None:
    person.known.append(one)
    person.learn(one, seq)
    person.tail = one


def _add_doubts(con: sqlite3.Connection, people: Mapping[int, Person], roots: Mapping[int, int]) -> None:
    """A doubt about someone who has been erased is one all the same; their marks say what keeps others off."""
    for seq, why, *concerned in con.execute(_DOUBTS):
        found = [people[root] for one in concerned if (root := roots.get(one, one)) in people]
        for person in found:
            person.in_doubt, person.version = True, max(person.version, seq)
        if len(found) == 2:
            link(found[0], found[1], by_place=why != "number_shared")


def _registration(practice: str, patient: str, number: str | None, born: str | None) -> Registration:
    return Registration(practice, patient, number, date.fromisoformat(born) if born else None)
