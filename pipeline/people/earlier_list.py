"""Finds the people in a list to leave out among the records of an extract. Here a doubt keeps a person off.

A record is left out if it has the NHS number of a line, whatever the dates of birth say. Where a line or a record has
no such number, the practice's own number will do, at the practice that the line names, or at any if it names none.
"""

from __future__ import annotations

from collections import defaultdict

import duckdb

from pipeline.patient_reports.model import PatientReport, ReportedPatient
from pipeline.people.one_person import valid_number

_RECORDS = """
    SELECT person_row, regexp_replace(COALESCE(nhs_number, ''), '[^0-9]', '', 'g') AS digits, upper(practice_id),
        local_number
    FROM patient WHERE digits IN (SELECT unnest($numbers)) OR local_number IN (SELECT unnest($locals))
    ORDER BY person_row
"""


def find_earlier(con: duckdb.DuckDBPyConnection, report: PatientReport) -> list[frozenset[int]]:
    """For each person in the list, in its order, the `person_row` of each of their records."""
    numbers = [person.nhs_number for person in report.people if person.nhs_number]
    locals_ = [person.local_number for person in report.people if person.local_number]
    by_number: dict[str, list[int]] = defaultdict(list)
    by_local: dict[str, list[tuple[int, str, bool]]] = defaultdict(list)
    for row, digits, practice, local in con.execute(_RECORDS, {"numbers": numbers, "locals": locals_}).fetchall():
        by_number[digits].append(row)
        by_local[local or ""].append((row, practice, bool(valid_number(digits))))
    return [
        frozenset(by_number.get(person.nhs_number or "none", ()))
        | {
            row
            for row, place, known in by_local.get(person.local_number or "none", ())
            if _may_be(person, place, known)
        }
        for person in report.people
    ]


def _may_be(person: ReportedPatient, practice: str, has_number: bool) -> bool:
    """Whether a record with the same practice number may be this person's."""
    is_there = person.practice in (None, practice)
    return is_there and not (person.nhs_number and has_number)
