"""Finds the records of people on earlier lists, so that a night can say how each of them is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import duckdb

from pipeline.casefinding.named_people import Watched
from pipeline.ledger.listed import WatchedPerson
from pipeline.ledger.registration import Registration
from pipeline.people.one_person import may_be_born_together, on_day
from pipeline.people.own_registration import PatientRecord, patient_records


def watch(con: duckdb.DuckDBPyConnection, people: Sequence[WatchedPerson]) -> Watched:
    """By the record itself, whatever has changed in it, and by a valid NHS number, unless the birth dates differ."""
    rows: set[int] = set()
    nominated: dict[int, tuple[str, str]] = {}
    for person, own in zip(people, find_records(con, people), strict=True):
        rows |= own
        if person.route:
            nominated |= dict.fromkeys(own, (person.route, person.because or ""))
    return Watched(frozenset(rows), nominated)


def find_records(con: duckdb.DuckDBPyConnection, people: Sequence[WatchedPerson]) -> list[set[int]]:
    """The records that may be each person's, by `person_row`."""
    by_key, by_number = _look_up(con, people)
    return [{row for known in one.known for row in _records(known, by_key, by_number)} for one in people]


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
        by_number[record.number].append(record)
    return by_key, by_number


def _records(known: Registration, by_key: _Keys, by_number: _Numbers) -> set[int]:
    born = on_day(known.date_of_birth)
    sharers = by_number.get(known.number, []) if known.number else []
    same = [one for one in sharers if may_be_born_together(born, one.born)]
    return {one.person_row for one in (*by_key.get(known.key, []), *same)}
