"""What a search reports to the ledger about each record: for review, excluded and why, not found, died or moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.casefinding.find import SearchResult
from pipeline.ledger.registration import Outcome, Seen
from pipeline.lists.row import hash_row
from pipeline.people.own_registration import Identity
from pipeline.search.compile import Plan
from pipeline.vocabulary import EXCLUDED_ELSEWHERE, IN_EARLIER_LIST, PERHAPS_DEAD, REGISTERED_ELSEWHERE, WAITING

_LAPSES = {"alive": "died", "registered": "moved"}  # steps of the population that only time can undo


@dataclass(frozen=True)
class ReportedRecord:
    """One record, and what is reported about it."""

    person_row: int
    outcome: Outcome


_DECIDED = """
    SELECT d.person_row, p.practice_id, p.patient_id, p.nhs_number,
        CASE WHEN p.birth_precision = 'day' THEN p.date_of_birth END, d.passed, d.kept_off,
        d.work, d.work_strength, d.work_age
    FROM {decision} d JOIN patient p ON p.person_row = d.person_row
    WHERE d.person_row IN (SELECT unnest(?)) ORDER BY d.person_row
"""


def report_records(con: duckdb.DuckDBPyConnection, result: SearchResult) -> tuple[ReportedRecord, ...]:
    """Everyone found, excluded or watched where it searched, but not those who wait. Needs the search's tables."""
    return tuple(_report(con, result))


def _report(con: duckdb.DuckDBPyConnection, result: SearchResult) -> Iterator[ReportedRecord]:
    identities = {**result.others, **result.identities}
    rows = con.execute(_DECIDED.format(decision=result.plan.table("decision")), [list(identities)]).fetchall()
    for person, practice, patient, number, born, passed, kept_off, *work in rows:
        if identities[person].placement == WAITING:  # no one the ledger knows waits, so they are new another night
            continue
        who = (practice, patient, number, date.fromordinal(born) if born else None)
        became = _outcome(result.plan, identities[person], passed, kept_off)
        yield ReportedRecord(person, Outcome(*who, *became, _seen(result, person, work)))


def _seen(result: SearchResult, person: int, work: Sequence[str]) -> Seen | None:
    """What is kept about the work of those who are listed."""
    if person not in result.people or not result.plan.rule.in_work:
        return None
    (state, strength, age), (_, row) = work, result.people[person]
    return Seen(state, strength, age, hash_row(row))


def _outcome(plan: Plan, identity: Identity, passed: int, kept_off: int) -> tuple[str, str | None]:
    """Death comes first, wherever it is recorded; then what keeps a person off whether the rule finds them or not."""
    if identity.placement == "dead_elsewhere":
        return "lapsed", "died"
    if kept_off < len(plan.stages):
        stage = plan.stages[kept_off]
        lapse = _LAPSES.get(stage.key) if stage.part == "population" else None
        return ("lapsed", lapse) if lapse else ("excluded", stage.key)
    if identity.placement in (REGISTERED_ELSEWHERE, PERHAPS_DEAD, EXCLUDED_ELSEWHERE, IN_EARLIER_LIST):
        return "excluded", identity.placement
    return ("for_review" if passed == len(plan.stages) else "not_found"), None
