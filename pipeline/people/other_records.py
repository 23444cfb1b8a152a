"""A person's other records: what stands against them in one of these keeps them off, as a death there does.

A record is another of the person's if `own_registration` would let a death in it keep them off: by one valid NHS
number, and a date of birth that may be theirs, as it stands or mistyped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from pipeline.people.mistaken_births import may_be_mistaken
from pipeline.people.one_person import may_be_born_together, valid_number
from pipeline.people.own_registration import PatientRecord, group_by_number

Others = Mapping[int, Collection[int]]  # by `person_row`: the `person_row` of each other record of the person
NO_OTHERS: Others = {}


def find_others(records: Iterable[PatientRecord], wanted: Collection[int]) -> dict[int, list[PatientRecord]]:
    """Of those wanted, by `person_row`, the ones who have other records, and these. `records`: all that may matter."""
    kept = list(records)
    same_number = group_by_number(kept)
    found = {
        one.person_row: [other for other in same_number[number] if _is_another(one, other)]
        for one in kept
        if one.person_row in wanted and (number := valid_number(one.number))
    }
    return {person: others for person, others in found.items() if others}


def _is_another(one: PatientRecord, other: PatientRecord) -> bool:
    if other.person_row == one.person_row:
        return False
    return may_be_born_together(one.born, other.born) or may_be_mistaken(one.born, other.born)


def rows_of(others: Mapping[int, Iterable[PatientRecord]]) -> dict[int, frozenset[int]]:
    """The same, by `person_row` alone."""
    return {person: frozenset(other.person_row for other in own) for person, own in others.items()}
