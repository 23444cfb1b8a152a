"""Which folders hold the lists: those named by a run's own transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from pipeline.ledger.open import Ledger, writing


@dataclass(frozen=True)
class Published:
    """A run's folder, complete and never changed. `folder`: its name. `fingerprint`: SHA-256 of everything in it."""

    folder: str
    fingerprint: str


@dataclass(frozen=True)
class PublishedRun(Published):
    """The run and its day. `practices`: those searched. `is_removed`: deleted when its time was up."""

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
    """Every published run of a study, the newest last."""
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
    """Records that the run's folder was deleted because its time was up, for anyone who looks for it later."""
    with writing(ledger) as chain:
        chain.append("removed", day, study=study, run=run.number)


_PURGED = "SELECT seq, json_extract(body, '$.before') FROM chain WHERE kind = 'purge' AND study = ? ORDER BY seq DESC"


def last_purge(ledger: Ledger, study: str) -> int:
    """The row of a study's newest purge: lists of earlier runs may name people who have been erased. 0 without one."""
    found = ledger.con.execute(_PURGED, [study]).fetchone()
    return int(found[0]) if found else 0


def is_purged_whole(ledger: Ledger, study: str) -> bool:
    """Whether everyone in the study was erased, because it was over, and no run came after."""
    found = ledger.con.execute(_PURGED, [study]).fetchone()
    runs = published_runs(ledger, study)
    return bool(found) and found[1] is None and all(run.number < found[0] for run in runs)
