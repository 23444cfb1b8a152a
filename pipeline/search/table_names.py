"""What the tables of a plan are called, so that two rules can be searched in one connection.

`instep__hits` belongs to the plan of the rule `instep`, `instep__off_work_spells` to its criterion `off_work`, and
`instep__off_work_spells_against` to the same criterion where it is read against the person. No two of them can meet:
what follows the criterion's name is one word, and no table of the whole plan ends in such a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, get_args

from pipeline.search.doubt.readings import Variant

# Tables of the whole plan: those written before it runs, those its steps write, and those that say why.
PlanTable = Literal[
    "code_use", "searched_practice", "reported", "nominated", "unit_use", "calendar", "month_shift", "whole_number",
    "person", "hits", "work_side", "work_day", "work", "truth", "sums", "decision",
    "chosen", "work_reason", "lasting_spell", "evidence", "aside", "role", "outcome", "truth_today", "stopped",
    "other_record", "truth_elsewhere", "elsewhere",
]  # fmt: skip
# Tables of one criterion in one reading.
CriterionTable = Literal["rows", "anchors", "same", "notes", "spells", "people", "lasting", "evidence"]

LONGEST = 63  # characters of a name: what the strictest of the usual databases takes
_PLAIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class TableNames:
    """`prefix` sets the tables of one plan apart from those of any other."""

    prefix: str

    def of(self, table: PlanTable) -> str:
        return shorten(f"{self.prefix}{table}")

    def of_criterion(self, variant: Variant, table: CriterionTable) -> str:
        against = "_against" if variant.reading == "against" else ""
        return shorten(f"{self.prefix}{variant.name}_{table}{against}")


def prefix_of(rule: str) -> str:
    """`instep-wide` gives `instep_wide__`. A name that might then meet another's has a hash of itself in it."""
    begins = "_" if rule[:1].isdigit() else ""  # no SQL name begins with a digit
    words = re.sub("-+", "_", rule).rstrip("_")
    tag = "" if _PLAIN.fullmatch(rule) else f"_{_tag(rule)}"
    return f"{begins}{words}{tag}__"


def truth_column(variant: Variant) -> str:
    """The column that says, 1 or 0, whether a criterion read one way holds: `for_off_work`, `against_cancer`."""
    return shorten(f"{variant.reading}_{variant.name}")


def dropped_column(name: str) -> str:
    """The column that says whether someone would be found had this criterion never been written."""
    return shorten(f"without_{name}")


def shorten(name: str) -> str:
    """The name itself, unless it is too long for a database: then its beginning and a hash of the whole."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 9]}_{_tag(name)}"


def _tag(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


PLAN_TABLES: tuple[str, ...] = get_args(PlanTable)
CRITERION_TABLES: tuple[str, ...] = get_args(CriterionTable)
