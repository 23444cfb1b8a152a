"""Which NHS numbers are valid, including those that a pseudonymised store has hashed."""

from __future__ import annotations

import nhs_number

from pipeline.tables import INVALID_PSEUDONYM, VALID_PSEUDONYM


def is_valid_number(number: str) -> bool:
    """Whether this is a valid NHS number, or the pseudonym of one. One digit ten times is a stand-in for none."""
    if number.startswith((VALID_PSEUDONYM, INVALID_PSEUDONYM)):
        return number.startswith(VALID_PSEUDONYM)
    return len(set(number)) > 1 and nhs_number.validate.is_valid(number)
