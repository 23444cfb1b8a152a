"""One person, one letter: of a person's several records, at most one is listed.

`one_person.py` says which records are one person's. The record of the current regular registration counts, the latest
if there are two, and it alone decides. Without one, it is that of a current registration of another type, such as
temporary, and only then one that has ended. If any of the records says that the person has died, none is listed. A
death under the same number also counts where the dates of birth differ as one that was mistyped does. Where they
differ otherwise, the person listed is marked: the number is also that of someone who has died. What else stands
against a person in another of their records, `other_records.py` finds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import duckdb

from pipeline.dates import month_ends
from pipeline.people.mistaken_births import may_be_mistaken
from pipeline.people.one_person import Born, may_be_born_together, valid_number
from pipeline.people.registration_sql import dead_sql, here_sql, registered_sql
from pipeline.vocabulary import PERHAPS_DEAD, Placement

MANY = 3  # different dates of birth under one NHS number: it is nobody's
Doubt = Literal["no_number", "invalid_number", "number_shared", "number_of_dead"]


@dataclass(frozen=True)
class PatientRecord:
    """A patient record, with what decides whether it is the one that counts for the person."""

    person_row: int
    practice_id: str
    patient_id: str
    number: str
    born: Born
    is_current: bool
    registered_from: int
    is_dead: bool
    is_restricted: bool = False
    is_here: bool = False  # registered now, whatever the type of the registration

    @property
    def rank(self) -> tuple[bool, bool, int, str, str]:
        """The record with the highest rank counts. The last two parts settle ties the same way every night."""
        is_here = self.is_current or self.is_here
        return self.is_current, is_here, self.registered_from, self.practice_id, self.patient_id


@dataclass(frozen=True)
class Identity:
    """What was decided about a found record, and any doubt about its NHS number.

    `is_restricted_elsewhere`: another record of the person is restricted.
    """

    placement: Placement
    doubt: Doubt | None
    is_restricted_elsewhere: bool = False


def settle(found: Sequence[PatientRecord], records: Iterable[PatientRecord]) -> dict[int, Identity]:
    """Decides for each found record whether its person is listed under it. `records`: all that may matter."""
    by_number = group_by_number(records)
    return {one.person_row: _identity(one, by_number[valid_number(one.number) or one.number]) for one in found}


def group_by_number(records: Iterable[PatientRecord]) -> dict[str, list[PatientRecord]]:
    """The records of each NHS number, by its digits if it is valid, else as it is written."""
    by_number: dict[str, list[PatientRecord]] = defaultdict(list)
    for other in records:
        by_number[valid_number(other.number) or other.number].append(other)
    return by_number


def _identity(one: PatientRecord, same_number: list[PatientRecord]) -> Identity:
    if not one.number:
        return Identity("listed", "no_number")
    if not valid_number(one.number):
        return Identity("listed", "invalid_number")
    own = [other for other in same_number if may_be_born_together(one.born, other.born)]
    doubt: Doubt | None = "number_shared" if len(own) < len(same_number) else None
    dead = [other for other in same_number if other.is_dead]
    if any(may_be_born_together(one.born, other.born) for other in dead):
        return Identity("dead_elsewhere", doubt)
    if any(may_be_mistaken(one.born, other.born) for other in dead):
        return Identity(PERHAPS_DEAD, "number_of_dead")
    doubt = "number_of_dead" if dead else doubt
    if _is_many_peoples(same_number):
        return Identity("listed", doubt or "number_shared")
    best = max(own, key=lambda other: other.rank, default=one)
    return Identity("listed" if best.person_row == one.person_row else "registered_elsewhere", doubt)


def _is_many_peoples(records: Sequence[PatientRecord]) -> bool:
    """Whether the number is on records with too many different dates of birth to be one person's."""
    births: list[Born] = []
    for record in records:
        if record.born and not any(may_be_born_together(record.born, other) for other in births):
            births.append(record.born)
        if len(births) == MANY:
            return True
    return False


def patient_records(con: duckdb.DuckDBPyConnection, index_day: int, found: Sequence[int]) -> list[PatientRecord]:
    """The records with these `person_row`s, and every other one with their NHS numbers. Test records are left out."""
    sql = f"""
        WITH wanted AS (SELECT DISTINCT nhs_number FROM patient WHERE person_row IN (SELECT unnest($rows)))
        SELECT person_row, practice_id, patient_id, COALESCE(nhs_number, ''), date_of_birth, birth_precision,
               {registered_sql("$day")}, COALESCE(registered_from, 0), {dead_sql("$day")}, is_restricted,
               {here_sql("$day")}
        FROM patient
        WHERE is_test = 0 AND (person_row IN (SELECT unnest($rows)) OR nhs_number IN (SELECT nhs_number FROM wanted))
        ORDER BY person_row
    """  # noqa: S608 -- our own words
    rows = con.execute(sql, {"rows": list(found), "day": index_day}).fetchall()
    return [
        PatientRecord(
            *(person, practice, patient, number, _born(born, precision), bool(current), since),
            *(bool(dead), bool(hidden), bool(here)),
        )
        for person, practice, patient, number, born, precision, current, since, dead, hidden, here in rows
    ]


def _born(day: int | None, precision: str) -> Born:
    if day is None or precision == "unknown":
        return None
    month_end, year_end = month_ends(day)
    return day, {"day": day, "month": month_end, "year": year_end}[precision]
