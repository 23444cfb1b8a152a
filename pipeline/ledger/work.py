"""What the record said about a person's work, kept in the chain: when they were listed, and again with each step.

A row of kind `work` is written when a run lists someone and something about it has changed. Each row that says they
were listed, approved, exported or posted has the same text, so that an audit can ask later which of it was true.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from typing import get_args

from pipeline.errors import LedgerError
from pipeline.ledger.chain import Chain, commit_to, write_body
from pipeline.ledger.person import Person
from pipeline.ledger.registration import Seen
from pipeline.vocabulary import WorkAge, WorkState, WorkStrength

CARRIES = ("for_review", "approved", "exported", "mailed")  # states whose rows say what was known about work
_WORDS = (get_args(WorkState), get_args(WorkStrength), get_args(WorkAge))


def check_work(seen: Seen) -> None:
    """Raises LedgerError for words outside the vocabulary: the chain is never erased."""
    for word, words in zip((seen.state, seen.strength, seen.age), _WORDS, strict=True):
        if word not in words:
            raise LedgerError(f"What a record says about work must be one of: {', '.join(words)}.")


def note_work(chain: Chain, study: str, person: Person, seen: Seen, fingerprint: str, day: date, run: int) -> None:
    """Adds a row if it says anything new. The list's row is a commitment, which a purge makes unreadable."""
    check_work(seen)
    said = {"state": seen.state, "strength": seen.strength, "age": seen.age, "fingerprint": fingerprint}
    body = write_body({**said, "row": commit_to(person.salt, study, seen.row)})
    if body != person.work[1]:
        seq = chain.append("work", day, study=study, subject=person.subject, run=run, body=body)
        person.work = seq, body


def carried(person: Person, state: str) -> str | None:
    """What a row of this state says about work: what was noted last."""
    return person.work[1] or None if state in CARRIES else None


def unfounded_work(con: sqlite3.Connection) -> Iterator[str]:
    """Rows of a state that carry something about work which no run noted before."""
    noted = set[str]()
    sql = (
        "SELECT seq, kind, body FROM chain WHERE body IS NOT NULL AND (kind = 'work' OR state IS NOT NULL) ORDER BY seq"
    )
    for seq, kind, body in con.execute(sql):
        if kind == "work":
            noted.add(body)
        elif body not in noted:
            yield f"Row {seq} says something about work that no run recorded."
