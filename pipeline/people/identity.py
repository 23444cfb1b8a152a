"""One person, one letter: of several registrations with one NHS number, at most one is listed.

One person is one valid NHS number, unless dates of birth are certainly different: unknown or overlapping ones are not.
The current regular registration wins, the latest if there are two; only that practice's record decides. If any of the
records says the person has died, nobody is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from pipeline.dates import month_ends
from pipeline.people.one_person import Born, may_be_born_together, valid_number
from pipeline.people.registration_sql import dead_sql, registered_sql
from pipeline.vocabulary import Placement

Doubt = Literal["no_number", "invalid_number", "number_shared"]


@dataclass(frozen=True)
class PatientRecord:
    """A patient record, with what decides whether it is the person's own."""

    person_row: int
    practice_id: str
    patient_id: str
    number: str
    born: Born
    is_current: bool
    registered_from: int
    is_dead: bool

    @property
    def rank(self) -> tuple[bool, int, str, str]:
        """The highest is the person's own registration. The last two make ties the same every night."""
        return self.is_current, self.registered_from, self.practice_id, self.patient_id


@dataclass(frozen=True)
class Identity:
    """What was decided about a found record, and what is doubtful about its NHS number."""

    placement: Placement
    doubt: Doubt | None


def settle(found: Sequence[PatientRecord], everybody: Iterable[PatientRecord]) -> dict[int, Identity]:
    """For each found record: is it the one its person is listed under? `everybody` holds all records of the extract."""
    by_number: dict[str, list[PatientRecord]] = defaultdict(list)
    for other in everybody:
        by_number[other.number].append(other)
    return {one.person_row: _identity(one, by_number[one.number]) for one in found}


def _identity(one: PatientRecord, same_number: list[PatientRecord]) -> Identity:
    if not one.number:
        return Identity("listed", "no_number")
    if not valid_number(one.number):
        return Identity("listed", "invalid_number")
    own = [other for other in same_number if may_be_born_together(one.born, other.born)]
    doubt: Doubt | None = "number_shared" if len(own) < len(same_number) else None
    if any(other.is_dead for other in own):
        return Identity("dead_elsewhere", doubt)
    best = max(own, key=lambda other: other.rank, default=one)
    return Identity("listed" if best.person_row == one.person_row else "registered_elsewhere", doubt)


def patient_records(con: duckdb.DuckDBPyConnection, index_day: int, found: Sequence[int]) -> list[PatientRecord]:
    """The records with these `person_row`s, and every other record that has one of their NHS numbers."""
    sql = f"""
        WITH wanted AS (SELECT DISTINCT nhs_number FROM patient WHERE person_row IN (SELECT unnest($rows)))
        SELECT person_row, practice_id, patient_id, COALESCE(nhs_number, ''), date_of_birth, birth_precision,
               {registered_sql("$day")}, COALESCE(registered_from, 0), {dead_sql("$day")}
        FROM patient
        WHERE is_test = 0 AND (person_row IN (SELECT unnest($rows)) OR nhs_number IN (SELECT nhs_number FROM wanted))
        ORDER BY person_row
    """  # noqa: S608 -- our own words
    rows = con.execute(sql, {"rows": list(found), "day": index_day}).fetchall()
    return [
        PatientRecord(person, practice, patient, number, _born(born, precision), bool(current), since, bool(dead))
        for person, practice, patient, number, born, precision, current, since, dead in rows
    ]


def _born(day: int | None, precision: str) -> Born:
    if day is None or precision == "unknown":
        return None
    month_end, year_end = month_ends(day)
    return day, {"day": day, "month": month_end, "year": year_end}[precision]
