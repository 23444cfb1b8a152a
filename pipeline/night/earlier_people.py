"""Finds the records of people on earlier lists, so that a night can say how each of them is, and who."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import duckdb

from pipeline.casefinding.named_people import Watched
from pipeline.ledger.listed import WatchedPerson
from pipeline.ledger.registration import Registration
from pipeline.people.one_person import may_be_born_together, on_day, valid_number
from pipeline.people.own_registration import PatientRecord, patient_records


def watch(
    con: duckdb.DuckDBPyConnection, people: Sequence[WatchedPerson], elsewhere: Sequence[WatchedPerson] = ()
) -> Watched:
    """By the record itself, whatever has changed in it, and by every valid NHS number that they have or had.

    A person who was nominated is found by hand only where nothing says that the record is someone else's. `elsewhere`:
    people of other studies, who are left out.
    """
    rows: set[int] = set()
    nominated: dict[int, tuple[str, str]] = {}
    for person, records in zip(people, find_records(con, people), strict=True):
        rows |= {one.person_row for one in records}
        if person.route:
            own = (one.person_row for one in records if _is_certain(one, person.known))
            nominated |= dict.fromkeys(own, (person.route, person.because or ""))
    left_out = frozenset(one.person_row for records in find_records(con, elsewhere) for one in records)
    return Watched(frozenset(rows), left_out, nominated)


def find_records(con: duckdb.DuckDBPyConnection, people: Sequence[WatchedPerson]) -> list[list[PatientRecord]]:
    """The records that may be each person's. One may be named twice."""
    by_key, by_number = _look_up(con, people)
    return [[each for known in one.known for each in _records(known, by_key, by_number)] for one in people]


_Keys = dict[tuple[str, str], list[PatientRecord]]
_Numbers = dict[str, list[PatientRecord]]


def _look_up(con: duckdb.DuckDBPyConnection, people: Sequence[WatchedPerson]) -> tuple[_Keys, _Numbers]:
    known = [one for person in people for one in person.known]
    sql = """
        SELECT p.person_row FROM patient p
        WHERE p.patient_id IN (SELECT unnest($patients)) OR p.nhs_number IN (SELECT unnest($numbers))
    """
    given = {"patients": [one.patient_id for one in known], "numbers": [one.number for one in known if one.number]}
    rows = [row for (row,) in con.execute(sql, given).fetchall()]
    by_key, by_number = _Keys(), defaultdict[str, list[PatientRecord]](list)
    for record in patient_records(con, 0, rows):  # any day will do: the question is who they are
        by_key.setdefault((record.practice_id, record.patient_id), []).append(record)
        by_number[valid_number(record.number) or ""].append(record)
    return by_key, by_number


def _records(known: Registration, by_key: _Keys, by_number: _Numbers) -> Iterable[PatientRecord]:
    """The record itself, and those that share the number that it had, or that it has now.

    Those with another date of birth come by themselves if they are known, found or excluded.
    """
    here = by_key.get(known.key, [])
    yield from here
    for number, born in ((known.number, on_day(known.date_of_birth)), *((one.number, one.born) for one in here)):
        if valid_number(number):
            yield from (
                one for one in by_number.get(valid_number(number) or "", []) if may_be_born_together(born, one.born)
            )


def _is_certain(record: PatientRecord, known: Sequence[Registration]) -> bool:
    """Whether neither number nor date of birth says that the record is someone else's."""
    numbers, number = {one.number for one in known if one.number}, valid_number(record.number)
    has_other = bool(number and numbers) and number not in numbers
    return not has_other and any(may_be_born_together(on_day(one.date_of_birth), record.born) for one in known)
