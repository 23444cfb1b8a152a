"""Which folders hold the lists: those that a run's own transaction named."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from pipeline.ledger.open import Ledger, writing


@dataclass(frozen=True)
class Published:
    """A run's folder, whole and never to change. `folder`: its name. `fingerprint`: SHA-256 of all that is in it."""

    folder: str
    fingerprint: str


@dataclass(frozen=True)
class PublishedRun(Published):
    """Of which run, and when. `practices`: those searched. `is_removed`: the folder's time was over."""

    number: int
    day: date
    practices: frozenset[str]
    is_removed: bool


_PUBLISHED = """
    SELECT p.run, p.day, p.body, r.body, EXISTS (SELECT 1 FROM chain g WHERE g.kind = 'removed' AND g.run = p.run)
    FROM chain p JOIN chain r ON r.seq = p.run
    WHERE p.kind = 'published' AND p.study = ? ORDER BY p.seq
"""


def published_runs(ledger: Ledger, study: str) -> tuple[PublishedRun, ...]:
    """Every run of a study that was published, the newest last."""
    return tuple(
        PublishedRun(
            **json.loads(named),
            number=number,
            day=date.fromisoformat(day),
            practices=frozenset(json.loads(run)["practices"]),
            is_removed=bool(gone),
        )
        for number, day, named, run, gone in ledger.con.execute(_PUBLISHED, [study])
    )


def record_removed(ledger: Ledger, study: str, run: PublishedRun, day: date) -> None:
    """The run's folder is gone, since its time was over: whoever looks for it later is told so."""
    with writing(ledger) as chain:
        chain.append("removed", day, study=study, run=run.number)
