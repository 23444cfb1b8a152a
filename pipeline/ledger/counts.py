"""How many people are in each state of each study. Everyone is in exactly one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.ledger.open import Ledger

Counts = Mapping[tuple[str, str | None], int]


def count_states(ledger: Ledger, study: str) -> Counts:
    """People by (state, reason). Purged people count too: their identity is erased, but not what happened to them."""
    sql = "SELECT state, reason, COUNT(*) FROM present WHERE study = ? GROUP BY 1, 2 ORDER BY 1, 2"
    return {(state, reason): people for state, reason, people in ledger.con.execute(sql, [study])}


def list_studies(ledger: Ledger) -> tuple[str, ...]:
    """Every study with anything recorded."""
    sql = "SELECT DISTINCT study FROM chain WHERE study <> '' ORDER BY 1"
    return tuple(row[0] for row in ledger.con.execute(sql))


@dataclass(frozen=True)
class Info:
    """What the ledger holds about one study."""

    study: str
    people: int
    erased: int
    runs: int
    posted_in_error: int
    counts: Counts


def describe_study(ledger: Ledger, study: str) -> Info:
    """The counts of one study."""
    counts = count_states(ledger, study)

    def one(sql: str) -> int:
        return int(ledger.con.execute(sql, [study]).fetchone()[0])

    return Info(
        study,
        sum(counts.values()),
        one("SELECT COUNT(*) FROM present WHERE study = ? AND subject NOT IN (SELECT seq FROM subject)"),
        one("SELECT COUNT(*) FROM chain WHERE study = ? AND kind = 'run'"),
        one("SELECT COUNT(*) FROM chain WHERE study = ? AND kind = 'posted_in_error'"),
        counts,
    )
