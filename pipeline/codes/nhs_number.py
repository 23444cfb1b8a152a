"""Which NHS numbers are valid, including those that a pseudonymised store has hashed."""

from __future__ import annotations

import unicodedata

import nhs_number

from pipeline.tables import INVALID_PSEUDONYM, VALID_PSEUDONYM

_MARKS = {"Zs", "Pd", "Cf", "Cc"}  # spaces, dashes, and what cannot be seen


def is_valid_number(number: str) -> bool:
    """Whether this is a valid NHS number, or the pseudonym of one. One digit ten times is a stand-in for none."""
    if number.startswith((VALID_PSEUDONYM, INVALID_PSEUDONYM)):
        return number.startswith(VALID_PSEUDONYM)
    return len(set(number)) > 1 and nhs_number.validate.is_valid(number)


def only_digits(number: str) -> str:
    """An NHS number without the spaces and dashes that people write in it. A pseudonym stays as it is."""
    if number.isascii() and number.isalnum():
        return number
    if number.startswith((VALID_PSEUDONYM, INVALID_PSEUDONYM)):
        return number
    kept = (each for each in number if unicodedata.category(each) not in _MARKS)
    return "".join(str(unicodedata.digit(each, each)) for each in kept)
