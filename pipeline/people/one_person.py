"""The rule for who is one person. Every room that asks "is this the same person?" uses it.

A valid NHS number is one person, unless the dates of birth certainly differ. Without a valid number, one practice's
record (practice and patient id) is one person. A date of birth that is not known may be any.

NHS numbers are compared by their digits, however they are written. Dates of birth are compared in three ways, which can
disagree:

- `may_be_born_together` compares two records, each with the days that its date of birth may be;
- `mistaken_births.compare_births` compares two people in the ledger, which keeps exact days only. A person whose date
  was corrected has two dates, and either will do. Dates of which one may be the other, mistyped, are a doubt;
- `may_be_one` compares a group of records, no two of which may differ.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Protocol

from pipeline.codes.nhs_number import is_valid_number, only_digits

Born = tuple[int, int] | None  # the first and last day that a date of birth may be, as ordinals; None if unknown
Identifier = str | tuple[str, str]  # a valid NHS number, or a practice and its patient id


class Record(Protocol):
    """The parts of a record that the rule looks at."""

    @property
    def number(self) -> str: ...

    @property
    def born(self) -> Born: ...


def valid_number(number: str | None) -> str | None:
    """The digits of an NHS number if it is valid, or the pseudonym of a valid one. No other says who is one person."""
    digits = only_digits(number) if number else ""
    return digits if digits and is_valid_number(digits) else None


def identify(number: str | None, practice_id: str, patient_id: str) -> Identifier:
    """What one person is known by. `number`: a valid one, or None."""
    return number or (practice_id, patient_id)


def on_day(day: date | None) -> Born:
    """The days that a date of birth may be when the exact day is known, or nothing."""
    return (day.toordinal(), day.toordinal()) if day else None


def may_be_born_together(one: Born, other: Born) -> bool:
    """Whether two dates of birth, as far as they are known, may be the same."""
    return one is None or other is None or (one[0] <= other[1] and other[0] <= one[1])


def may_be_one(records: Collection[Record]) -> bool:
    """Whether all these records may be one person's: at most one valid number, and no two births that differ."""
    numbers = {valid_number(record.number) for record in records} - {None}
    return len(numbers) <= 1 and all(may_be_born_together(one.born, other.born) for one in records for other in records)
