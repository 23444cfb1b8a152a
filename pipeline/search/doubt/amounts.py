"""Values and numbers in doubt, in SQL."""

from __future__ import annotations

from typing import Literal

from pipeline.rules.selection import ValueRange
from pipeline.search.doubt.days import EXACT_DAY, INEXACT
from pipeline.search.doubt.readings import Reading


def has_value(value: ValueRange, reading: Reading) -> str:
    """A row without a value is never certainly in a range, and possibly in any."""
    bounds = [(">=", value.at_least), ("<=", value.at_most)]
    inside = " AND ".join(f"amount {sign} {bound}" for sign, bound in bounds if bound is not None)
    return inside if reading == "for" else f"(amount IS NULL OR {inside})"


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
