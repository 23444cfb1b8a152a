"""Forgets who people were once a study's retention period is over. What was done is kept, and who is still barred.

The rows that identify people are erased, with the salts of their commitments. Without the salts the chain's commitments
cannot be linked to anyone, and the chain still verifies. People who were written to, said no, died or were rejected
leave keyed marks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from pipeline.errors import LedgerError, LockedError
from pipeline.ledger.chain import Chain, write_body
from pipeline.ledger.doubt import may_be, sent_or_refused
from pipeline.ledger.erasures import seal_purge
from pipeline.ledger.open import Ledger, error_name, spoken, writing
from pipeline.ledger.people import load_register
from pipeline.ledger.person import Person
from pipeline.ledger.subjects import gravest, mark, move, sticking
from pipeline.ledger.vocabulary import MARKS, OPEN


@dataclass(frozen=True)
class Purged:
    """How many people were forgotten, and how many of them left marks."""

    people: int
    marked: int


def count_purge(ledger: Ledger, study: str, before: date | None) -> Purged:
    """What a purge would do."""
    people = _over(ledger.con, study, before)
    return Purged(len(people), sum(_stays_barred(person) is not None for person in people))


def purge(ledger: Ledger, study: str, before: date | None, day: date, who: str = "") -> Purged:
    """Erases the identity of people with nothing recorded since `before`; of everyone in the study if that is None.

    Raises LedgerError if the study is not in the ledger, LockedError if another program is reading what was erased.
    """
    if not ledger.con.execute("SELECT 1 FROM chain WHERE study = ? LIMIT 1", [study]).fetchone():
        raise LedgerError("That study is not in the ledger. 'casefinder ledger info' lists the studies that are.")
    with writing(ledger) as chain:
        people = _over(chain.con, study, before)
        found = Purged(len(people), sum(_stays_barred(person) is not None for person in people))
        rows = _rows_about(chain.con, people)
        if people:
            chain.append("purge", day, study=study, who=who or None, body=_describe(chain, study, before, found, rows))
        _keep_marks(chain, study, people, day)
        for person in people:
            if person.state in OPEN:
                move(chain, person, study, "hand", "lapsed", day, reason="retention ended")
        _erase(chain, rows, day)
    scrub(ledger)
    return found


def _over(con: sqlite3.Connection, study: str, before: date | None) -> list[Person]:
    people = load_register(con, study).people.values()
    seen = "kind NOT IN ('sight', 'work')"  # what a run noted about a record is no reason to keep it
    sql = f"SELECT subject, MAX(day) FROM chain WHERE study = ? AND subject > 0 AND {seen} GROUP BY subject"  # noqa: S608
    last = dict(con.execute(sql, [study]).fetchall())
    limit = before.isoformat() if before else "9999"
    return [person for person in people if max(last[subject] for subject in person.subjects) < limit]


def _stays_barred(person: Person) -> str | None:
    """The mark that is left of the person, or of someone who may be the same person."""
    others = {("", name) for other in may_be(person) if (name := sent_or_refused(other))}
    return sticking(person) or gravest(others)


def _keep_marks(chain: Chain, study: str, people: list[Person], day: date) -> None:
    for name in MARKS:
        barred = [person for person in people if _stays_barred(person) == name]
        perhaps = [other for person in barred if sent_or_refused(person) == name for other in may_be(person)]
        known = [one for person in (*barred, *perhaps) for one in person.marked]
        mark(chain, study, name, day, known)  # in the order of the marks, which reveals no one


def _describe(chain: Chain, study: str, before: date | None, found: Purged, rows: Collection[int]) -> str:
    return write_body(
        {
            "before": before.isoformat() if before else None,
            "people": found.people,
            "erased": len(rows),
            "seal": seal_purge(chain.key, chain.hash, study, rows),
        }
    )


def _rows_about(con: sqlite3.Connection, people: list[Person]) -> list[int]:
    """The numbers of all rows that say who these people are. They stay in the table `wanted`."""
    con.execute("DELETE FROM wanted")
    con.executemany("INSERT INTO wanted VALUES (?)", [(each,) for person in people for each in person.subjects])
    rows = con.execute(
        "SELECT seq FROM identity WHERE subject IN (SELECT subject FROM wanted) UNION SELECT subject FROM wanted"
    ).fetchall()
    return [seq for (seq,) in rows]


def _erase(chain: Chain, rows: Collection[int], day: date) -> None:
    """Each erasure is recorded first: without that row the table's trigger refuses to delete."""
    for seq in rows:
        chain.append("erased", day, about=seq)
    chain.con.execute("DELETE FROM identity WHERE subject IN (SELECT subject FROM wanted)")
    chain.con.execute("DELETE FROM subject WHERE seq IN (SELECT subject FROM wanted)")


def scrub(ledger: Ledger) -> None:
    """Leaves no erased bytes in the ledger's files. Raises LockedError if another program is reading them."""
    with spoken(ledger.path):
        try:
            ledger.con.execute("VACUUM")
            busy = ledger.con.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error_name(error) != "SQLITE_BUSY":
                raise
            busy = 1
    if busy:
        raise LockedError(
            "The people are erased, but another program is still reading the ledger, so traces may remain in its "
            "files. Close the review page and purge again."
        )
