"""The rule for who is one person. Every room that asks "is this the same person?" asks here.

A valid NHS number is one person, unless the dates of birth certainly differ. Without a valid number, one practice's
record (practice and patient id) is one person. A date of birth that is not known may be any.

Three questions are asked of birth dates, and they are not the same:

- `may_be_born_together`: two records, each with the days that its date of birth may be;
- `share_a_birth_date`: two people of the ledger, which keeps exact days only. A date that was corrected leaves a person
  with two, and either will do;
- `may_be_one`: a group of records, in which no two may differ.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from datetime import date
from typing import Protocol

from pipeline.codes.nhs_number import is_valid_number

Born = tuple[int, int] | None  # the first and last day that a date of birth may be, as ordinals; None if unknown


class Record(Protocol):
    """What the rule looks at in a record."""

    @property
    def number(self) -> str: ...

    @property
    def born(self) -> Born: ...


def valid_number(number: str | None) -> str | None:
    """The NHS number if it is a valid one, or the pseudonym of one. No other says who is one person."""
    return number if number and is_valid_number(number) else None


def on_day(day: date | None) -> Born:
    """A date of birth of which the day is known, or nothing is."""
    return (day.toordinal(), day.toordinal()) if day else None


def may_be_born_together(one: Born, other: Born) -> bool:
    """Whether two dates of birth, as far as they are known, may be the same."""
    return one is None or other is None or (one[0] <= other[1] and other[0] <= one[1])


def share_a_birth_date(ones: Set[date], others: Set[date]) -> bool:
    """Whether two people have a date of birth in common, or nothing is known of one's."""
    return not ones or not others or not ones.isdisjoint(others)


def may_be_one(records: Collection[Record]) -> bool:
    """Whether all these records may be one person's: at most one valid number, and no two births that differ."""
    numbers = {record.number for record in records if valid_number(record.number)}
    return len(numbers) <= 1 and all(may_be_born_together(one.born, other.born) for one in records for other in records)
