"""The small pool of index dates, codes and lengths that generated rules and records share, so that they often meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.rules.criteria import CertificatesCriterion, Criterion, LatestCriterion, PrescriptionsCriterion
from pipeline.rules.model import Rule
from pipeline.rules.selection import DURATION_ROLES
from pipeline.search.input_tables import CodeUse

# Leap days, month ends, year ends, the days after them, and a plain one.
INDEX_DATES = tuple(
    date.fromisoformat(day)
    for day in ("2024-02-29", "2024-03-01", "2025-02-28", "2025-05-30", "2026-03-31", "2026-12-31", "2027-01-01")
)
LENGTHS = (
    "0 days",
    "1 day",
    "28 days",
    "2 weeks",
    "365 days",
    "366 days",
    "1 month",
    "3 months",
    "12 months",
    "1 year",
)
AMOUNTS = (None, 0.0, 1.0, 1.5, 2.0, 2.5, 6.0, 7.0, 10.0, 12.0, 13.0, 28.0, 52.0, 53.0, 366.0, 367.0)
UNITS = (None, "mmol/L", "MMOL / L", "mg")
ROLES = ("r", "s")
OFF_WORK = ("not_fit", "unspecified", "may_be_fit")
IN_WORK = ("employed", "may_be_fit")
OUT_OF_WORK = ("unemployed", "s")
OTHER_WORK = ("retired",)
LATER = ("not_fit", "unspecified")  # certificates that may overtake
PRACTICES = ("A", "B")  # those searched; C is not


@dataclass(frozen=True)
class Code:
    """A code of the extract, as the one code list that holds it means it."""

    code_id: int
    codelist: str
    role: str = ""
    meaning: str | None = None


_EVENTS = (
    *(("x", "", "back"), ("x", "", "knee"), ("x", "r", "back"), ("x", "s", "hip")),
    *(("y", "", "back"), ("y", "r", "knee"), ("y", "s", "hip"), ("nowhere", "", "back")),
)
_NOTES = tuple(("fit-notes", role) for role in (*OFF_WORK, "duplicate", *DURATION_ROLES))
_WORK = tuple(("employment", role) for role in ("employed", "unemployed", "retired"))
_DRUGS = ("codeine", "codeine", "morphine", None, None)
CODES = (
    *(Code(number, *code) for number, code in enumerate(_EVENTS, 1)),
    *(Code(number, *code) for number, code in enumerate((*_NOTES, *_WORK), 1 + len(_EVENTS))),
    *(Code(100 + number, "x", meaning=drug) for number, drug in enumerate(_DRUGS)),
    *(Code(110 + number, "y", role, drug) for number, (role, drug) in enumerate((("r", "codeine"), ("s", None)))),
)


def find_uses(rule: Rule) -> list[CodeUse]:
    """Which code counts for which criterion, as code lists resolved against an extract would say."""
    found = [
        CodeUse(number, code.code_id, code.role, code.meaning)
        for number, criterion in enumerate(rule.criteria.values(), 1)
        for code in CODES
        if code.codelist in criterion.selection.lists and _is_read(code, criterion)
    ]
    if rule.in_work:
        read = [c for c in CODES if c.codelist in rule.in_work.codelists and c.role in rule.in_work.roles_read]
        found += [CodeUse(len(rule.criteria) + 1, code.code_id, code.role) for code in read if code.code_id < 100]
    return found


def _is_read(code: Code, criterion: Criterion) -> bool:
    if (code.code_id >= 100) != isinstance(criterion, PrescriptionsCriterion):
        return False
    roles = criterion.selection.roles
    if criterion.meanings_read and code.meaning not in criterion.meanings_read:
        return False
    if isinstance(criterion, CertificatesCriterion):
        return code.role in (*roles, *DURATION_ROLES)
    return isinstance(criterion, LatestCriterion) or not roles or code.role in roles
