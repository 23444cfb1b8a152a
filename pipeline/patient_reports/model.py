"""What a practice's patient report says."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ReportedPatient:
    """A person in the report, named by a valid NHS number, by the practice's own number, or by both."""

    nhs_number: str | None
    local_number: str | None
    practice: str | None  # its code in capitals, if the report has such a column
    date_of_birth: date | None


@dataclass(frozen=True)
class Reject:
    """A line that identifies no one. `reason` quotes nothing from the line."""

    line: int
    reason: str


@dataclass(frozen=True)
class PatientReport:
    """Preamble + header + people + repeats + rejects + breaks = lines.

    `preamble`: the lines before the header. `repeats`: lines about a person already named. `breaks`: line breaks inside
    fields. `warnings`: sentences.
    """

    name: str
    sha256: str
    lines: int
    preamble: tuple[str, ...]
    people: tuple[ReportedPatient, ...]
    repeats: int
    breaks: int
    rejects: tuple[Reject, ...]
    warnings: tuple[str, ...]

    @property
    def reasons(self) -> dict[str, int]:
        """How many lines were rejected for each reason."""
        return dict(sorted(Counter(reject.reason for reject in self.rejects).items()))
