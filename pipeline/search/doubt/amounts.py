"""Values and numbers in doubt, in SQL."""

from __future__ import annotations

from typing import Literal

from pipeline.rules.fields import Number
from pipeline.rules.selection import ValueRange
from pipeline.search.doubt.days import EXACT_DAY, INEXACT
from pipeline.search.doubt.readings import Reading


def has_value(value: ValueRange, reading: Reading) -> str:
    """A row without a value is never certainly in a range, and possibly in any; so is one that cannot be compared."""
    inside = " AND ".join(_bounds(value.at_least, value.at_most)) or "amount IS NOT NULL"
    sure = _comparable(value)
    if reading == "for":
        return " AND ".join([*sure, inside])
    doubt = "".join(f" OR NOT ({one})" for one in sure)
    return f"(amount IS NULL{doubt} OR {inside})"


def is_value_in_doubt(value: ValueRange) -> str:
    """Whether a row has a value that cannot be compared: in another unit, or not plausible."""
    sure = _comparable(value)
    return f"amount IS NOT NULL AND NOT ({' AND '.join(sure)})"


def _comparable(value: ValueRange) -> list[str]:
    """What must hold of a row for its value to be compared. `unit_fits` is never NULL."""
    plausible = value.plausible
    return [
        *(["unit_fits = 1"] if value.unit else []),
        *(_bounds(plausible.lowest, plausible.highest) if plausible else []),
    ]


def _bounds(least: Number | None, most: Number | None) -> list[str]:
    return [f"amount {sign} {bound}" for sign, bound in ((">=", least), ("<=", most)) if bound is not None]


def number_of(count: Literal["dates", "rows", "issues", "drugs"], reading: Reading) -> str:
    """How many there are: certainly (for), or possibly (against), where each row in doubt may be another one."""
    if count in ("rows", "issues"):
        return "COUNT(*)"
    if count == "drugs":
        certain, doubt = "COUNT(DISTINCT meaning)", "COUNT(DISTINCT CASE WHEN meaning IS NULL THEN code_id END)"
    else:
        certain, doubt = f"COUNT(DISTINCT {EXACT_DAY})", f"SUM({INEXACT})"
    if reading == "against":
        return f"({certain} + {doubt})"
    # Rows in doubt alone still prove one.
    return f"CASE WHEN {certain} >= 1 THEN {certain} ELSE 1 END"
