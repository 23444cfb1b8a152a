"""Takes people off the lists when another of their records keeps them off, and says how many they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

import duckdb

from pipeline.people.other_records import Others, find_others, rows_of
from pipeline.people.own_registration import Identity, PatientRecord, patient_records
from pipeline.search.compile import Plan
from pipeline.search.elsewhere import find_kept_off
from pipeline.search.engine import DuckDbEngine
from pipeline.search.input_tables import CodeUse
from pipeline.vocabulary import EXCLUDED_ELSEWHERE


def keep_off(
    con: duckdb.DuckDBPyConnection,
    plan: Plan,
    uses: Iterable[CodeUse],
    settled: Mapping[int, Identity],
    records: Iterable[PatientRecord],
) -> dict[int, Identity]:
    """What was decided about each record, and who is kept off by another record. Needs the plan's tables."""
    listed = {person for person, one in settled.items() if one.placement == "listed"}
    others = find_others(records, listed)
    kept_off = find_kept_off(DuckDbEngine(con), plan, uses, rows_of(others))
    restricted = {person for person, own in others.items() if any(other.is_restricted for other in own)}
    return {
        person: replace(
            one,
            placement=EXCLUDED_ELSEWHERE if person in kept_off else one.placement,
            is_restricted_elsewhere=person in restricted,
        )
        for person, one in settled.items()
    }


def others_of(con: duckdb.DuckDBPyConnection, day: date, people: Iterable[int]) -> Others:
    """The other records of these people, by `person_row`."""
    wanted = set(people)
    return rows_of(find_others(patient_records(con, day.toordinal(), sorted(wanted)), wanted))


def say_kept_off(found: Mapping[int, Identity]) -> Iterator[str]:
    """One line; nothing where no other record keeps anyone off."""
    off = sum(one.placement == EXCLUDED_ELSEWHERE for one in found.values())
    if off:
        people = "1 person found by the rule is" if off == 1 else f"{off:,} people found by the rule are"
        yield (
            f"{people} left off the lists because an exclusion holds in another record with the same NHS number. "
            "No list says which exclusion, since the record may be another practice's."
        )
