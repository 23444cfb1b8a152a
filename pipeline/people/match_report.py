"""Finds the people in a patient report among the records of an extract.

A person is found by a valid NHS number. Without one, or if no record has it, by the practice's own number. A match in
doubt is no match, so a report never selects anyone it does not name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from pipeline.patient_reports.model import PatientReport, ReportedPatient
from pipeline.people.one_person import may_be_born_together, may_be_one, on_day, valid_number
from pipeline.people.own_registration import PatientRecord, patient_records

Miss = Literal["absent", "born_otherwise", "several", "which_practice", "other_practice", "other_number"]
MISSES: Mapping[Miss, str] = {
    "absent": "not in the extract",
    "born_otherwise": "with a different date of birth in the extract",
    "several": "whose number belongs to several people in the extract",
    "which_practice": "without an NHS number, in a report that does not name their practice",
    "other_practice": "without an NHS number, at a practice that is not in the extract",
    "other_number": "whose number at the practice belongs to someone with a different NHS number",
}
Match = tuple[int, ...] | Miss  # the `person_row` of each record, or why there is none


@dataclass(frozen=True)
class _Extract:
    """The records with one of a report's numbers, without test records. Practice codes are in capitals."""

    by_number: dict[str, list[PatientRecord]]
    by_local: dict[tuple[str, str], list[PatientRecord]]
    practices: tuple[str, ...]


def match_report(con: duckdb.DuckDBPyConnection, report: PatientReport) -> list[Match]:
    """For each person in the report, in its order: their records, or why there are none."""
    extract = _look_up(con, report)
    return [_match(person, extract) for person in report.people]


def _look_up(con: duckdb.DuckDBPyConnection, report: PatientReport) -> _Extract:
    sql = """
        SELECT person_row, COALESCE(local_number, '') FROM patient
        WHERE nhs_number IN (SELECT unnest($numbers)) OR local_number IN (SELECT unnest($locals))
    """
    numbers = [person.nhs_number for person in report.people if person.nhs_number]
    local_numbers = [person.local_number for person in report.people if person.local_number]
    local = dict(con.execute(sql, {"numbers": numbers, "locals": local_numbers}).fetchall())
    practices = con.execute("SELECT upper(practice_id) FROM practice ORDER BY 1").fetchall()
    found = _Extract(defaultdict(list), defaultdict(list), tuple(row[0] for row in practices))
    for record in patient_records(con, 0, list(local)):
        found.by_number[record.number].append(record)
        if record.person_row in local:
            found.by_local[record.practice_id.upper(), local[record.person_row]].append(record)
    return found


def _match(person: ReportedPatient, extract: _Extract) -> Match:
    same = extract.by_number.get(person.nhs_number or "no number", [])
    if same or not person.local_number:
        return _choose(person, same)
    practice = _practice(person, extract.practices)
    if not practice:
        return "other_practice" if person.practice else "which_practice"
    same = extract.by_local.get((practice, person.local_number), [])
    if person.nhs_number and any(valid_number(record.number) for record in same):
        return "other_number"
    return _choose(person, same)


def _practice(person: ReportedPatient, practices: Sequence[str]) -> str:
    """The practice the report names, or the only one in the extract; empty if it is not in the extract."""
    if person.practice:
        return person.practice if person.practice in practices else ""
    return practices[0] if len(practices) == 1 else ""


def _choose(person: ReportedPatient, same: Sequence[PatientRecord]) -> Match:
    """Those of the records that can be this person's, if they can all be one person's; otherwise why not."""
    if not same:
        return "absent"
    born = on_day(person.date_of_birth)
    own = [record for record in same if may_be_born_together(born, record.born)]
    if not own:
        return "born_otherwise"
    return tuple(record.person_row for record in own) if may_be_one(own) else "several"
