"""Whether two dates of birth that differ may be one, mistyped: asked only to keep people off, never to join records.

Each way of going wrong is one that real records show: day and month swapped, one digit wrong, two neighbouring
digits swapped, a day too early or late (a clock's zone), the wrong century, and the first of the month or of the
year for a day that was not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipeline.people.one_person import Born


def may_be_mistaken(one: Born, other: Born) -> bool:
    """Whether either may be the other, mistyped. A date known to the month or year is compared as far as it goes."""
    if one is None or other is None:
        return True
    if _is_a_day(one) and _is_a_day(other) and _differ_as_days(_first(one), _first(other)):
        return True
    return any(_is_slip(form, _digits(other)) for form in _forms(_digits(one)))


def _differ_as_days(one: date, other: date) -> bool:
    return abs(one.toordinal() - other.toordinal()) <= 1 or _stands_for(one, other) or _stands_for(other, one)


def _stands_for(first: date, day: date) -> bool:
    """Whether the first of a month or of a year was written for a day in it."""
    return first.day == 1 and first.year == day.year and first.month in (1, day.month)


def _forms(digits: str) -> Iterator[str]:
    """A date as it is, with day and month swapped, and in the centuries beside its own."""
    yield digits
    if len(digits) == len("YYYYMMDD"):
        yield f"{digits[:4]}{digits[6:]}{digits[4:6]}"
    for years in (-100, 100):
        yield f"{int(digits[:4]) + years:04}{digits[4:]}"


def _is_slip(one: str, other: str) -> bool:
    """Whether the digits are the same except one, or two neighbours that are swapped, as far as both go."""
    length = min(len(one), len(other))
    one, other = one[:length], other[:length]
    wrong = [place for place in range(length) if one[place] != other[place]]
    if len(wrong) != 2:
        return len(wrong) < 2
    first, second = wrong
    return second == first + 1 and one[first : second + 1] == other[second] + other[first]


def _digits(born: tuple[int, int]) -> str:
    """`19800304`, `198003` or `1980`."""
    first, last = _first(born), date.fromordinal(born[1])
    length = 8 if first == last else 6 if (first.year, first.month) == (last.year, last.month) else 4
    return first.strftime("%Y%m%d").zfill(8)[:length]


def _is_a_day(born: tuple[int, int]) -> bool:
    return born[0] == born[1]


def _first(born: tuple[int, int]) -> date:
    return date.fromordinal(born[0])
