"""Which rules a study was run with, as its runs recorded them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.ledger.open import Ledger
from pipeline.vocabulary import REJECTION_REASONS


@dataclass(frozen=True)
class RecordedRule:
    """A run's rule. `parts`: the SHA-256 of each file it is made of; empty in runs of an earlier Casefinder."""

    day: date
    rule: str
    version: int
    fingerprint: str
    parts: Mapping[str, str]


_RUNS = "SELECT day, body FROM chain WHERE kind = 'run' AND study = ? ORDER BY seq"


def recorded_rules(ledger: Ledger, study: str) -> tuple[RecordedRule, ...]:
    """Those of every run of a study, the newest last."""
    return tuple(_read(day, json.loads(body)) for day, body in ledger.con.execute(_RUNS, [study]))


def reasons_of(ledger: Ledger, study: str) -> tuple[str, ...]:
    """Those for which a reviewer may reject someone: of the newest run's rule, or the usual ones before any run."""
    found = ledger.con.execute(f"{_RUNS} DESC LIMIT 1", [study]).fetchone()
    return (tuple(json.loads(found[1]).get("reasons", ())) if found else ()) or REJECTION_REASONS


def _read(day: str, body: Mapping[str, object]) -> RecordedRule:
    parts = body.get("parts")
    return RecordedRule(
        day=date.fromisoformat(day),
        rule=str(body["rule"]),
        version=int(str(body["version"])),
        fingerprint=str(body["fingerprint"]),
        parts=parts if isinstance(parts, dict) else {},
    )
