"""The rule for who is one person. Every room that asks "is this the same person?" uses it.

A valid NHS number is one person, unless the dates of birth certainly differ. Without a valid number, one practice's
record (practice and patient id) is one person. A date of birth that is not known may be any.

NHS numbers are compared by their digits, however they are written. Dates of birth are compared in three ways, which can
disagree:

- `may_be_born_together` compares two records, each with the days that its date of birth may be;
- `compare_births` compares two people in the ledger, which keeps exact days only. A person whose date was corrected has
  two dates, and either will do. Dates that differ by one slip are neither the same nor certainly different: doubt;
- `may_be_one` compares a group of records, no two of which may differ.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from datetime import date
from itertools import product
from typing import Literal, Protocol

from pipeline.codes.nhs_number import is_valid_number, only_digits

Born = tuple[int, int] | None  # the first and last day that a date of birth may be, as ordinals; None if unknown
Births = Literal["same", "unknown", "near", "far"]  # `near`: they differ, but by no more than one slip
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


def may_be_a_slip(one: Born, other: Born) -> bool:
    """Whether two dates of birth may be the same, or exact days that differ by one slip."""
    if one is None or other is None or may_be_born_together(one, other):
        return True
    exact = one[0] == one[1] and other[0] == other[1]
    return exact and differ_by_a_slip(date.fromordinal(one[0]), date.fromordinal(other[0]))


def compare_births(ones: Set[date], others: Set[date]) -> Births:
    """How the dates of birth of two people compare. Any two that agree will do."""
    if not ones or not others:
        return "unknown"
    if not ones.isdisjoint(others):
        return "same"
    return "near" if any(differ_by_a_slip(one, other) for one, other in product(ones, others)) else "far"


def differ_by_a_slip(one: date, other: date) -> bool:
    """Day and month changed round, a day or a year out, one digit wrong, or two neighbouring digits changed round."""
    changed_round = (one.day, one.month, one.year) == (other.month, other.day, other.year)
    year_out = (one.day, one.month) == (other.day, other.month) and abs(one.year - other.year) == 1
    return changed_round or year_out or abs((one - other).days) == 1 or _one_slip(f"{one:%d%m%Y}", f"{other:%d%m%Y}")


def _one_slip(one: str, other: str) -> bool:
    wrong = [place for place, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        return one[wrong[0]] == other[wrong[1]] and one[wrong[1]] == other[wrong[0]]
    return len(wrong) == 1


def may_be_one(records: Collection[Record]) -> bool:
    """Whether all these records may be one person's: at most one valid number, and no two births that differ."""
    numbers = {valid_number(record.number) for record in records} - {None}
    return len(numbers) <= 1 and all(may_be_born_together(one.born, other.born) for one in records for other in records)
