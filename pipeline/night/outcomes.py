"""What a search says to the ledger of each record: for review, excluded and why, not found, died or moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.casefinding.find import Found
from pipeline.ledger.registration import Outcome
from pipeline.ledger.vocabulary import ELSEWHERE
from pipeline.people.identity import Identity
from pipeline.search.compile import Plan

_LAPSES = {"alive": "died", "registered": "moved"}  # steps of the population that only time can undo


@dataclass(frozen=True)
class Told:
    """One record, and what is said of it."""

    person_row: int
    outcome: Outcome


_ASKED = """
    SELECT d.person_row, p.practice_id, p.patient_id, p.nhs_number,
        CASE WHEN p.birth_precision = 'day' THEN p.date_of_birth END, d.passed, d.kept_off
    FROM {decision} d JOIN patient p ON p.person_row = d.person_row
    WHERE d.person_row IN (SELECT unnest(?)) ORDER BY d.person_row
"""


def tell(con: duckdb.DuckDBPyConnection, found: Found) -> tuple[Told, ...]:
    """Of everybody found or excluded, and of everybody watched, in the practices searched."""
    return tuple(_tell(con, found))


def _tell(con: duckdb.DuckDBPyConnection, found: Found) -> Iterator[Told]:
    identities = {**found.others, **found.identities}
    rows = con.execute(_ASKED.format(decision=found.plan.table("decision")), [list(identities)]).fetchall()
    for person, practice, patient, number, born, passed, kept_off in rows:
        who = (practice, patient, number, date.fromordinal(born) if born else None)
        yield Told(person, Outcome(*who, *_outcome(found.plan, identities[person], passed, kept_off)))


def _outcome(plan: Plan, identity: Identity, passed: int, kept_off: int) -> tuple[str, str | None]:
    """Death first, wherever it is recorded; then what keeps a person off whatever the rule finds."""
    if identity.outcome == "dead_elsewhere":
        return "lapsed", "died"
    if kept_off < len(plan.stages):
        stage = plan.stages[kept_off]
        lapse = _LAPSES.get(stage.key) if stage.part == "population" else None
        return ("lapsed", lapse) if lapse else ("excluded", stage.key)
    if identity.outcome == "registered_elsewhere":
        return "excluded", ELSEWHERE
    return ("for_review" if passed == len(plan.stages) else "not_found"), None
