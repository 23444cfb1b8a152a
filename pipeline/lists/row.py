"""A row of the review list, and what the workbook says about how the list was made."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256


@dataclass(frozen=True)
class ListRow:
    """A person to review. `columns.py` says which column shows each field. Identifiers are text end to end.

    `why` may have several lines, one for each part of the rule. `in_work_evidence` is a word for programs;
    `in_work_because` says it to people. `age`: years on the index date, `49 or 50` where the day of birth is not known.
    `newest`: the day by which people are put in order. `home`: a key that people at one address share;
    `shares_home`: whether the list marks that; `other_studies`: those that the person is in too.
    """

    study_code: str
    nhs_number: str
    local_number: str
    title: str
    given_name: str
    surname: str
    date_of_birth: date | None
    sex: str
    why: str
    in_work_evidence: str
    in_work_because: str
    flags: str
    first_listed: date | None
    age: str = ""
    newest: date | None = None
    home: str = field(default="", repr=False)
    shares_home: bool = False
    other_studies: tuple[str, ...] = ()


def hash_row(row: ListRow) -> str:
    """A SHA-256 of everything in the row. It is a hash of identities, so it is kept only as a commitment."""
    text = json.dumps(asdict(row), default=str, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class ListProvenance:
    """Where a list comes from: study, rule, practice and dates.

    `questions`: what the reviewer judges. `reasons`: those for which they may reject someone. `lines` are (label,
    text): the criteria in words, what only the person can say, the format's gaps, warnings, the software's version,
    hashes.
    """

    study: str
    rule: str
    rule_title: str
    rule_version: int
    practice_name: str
    practice_id: str  # the ODS code
    index_date: date
    extract_date: date
    questions: tuple[str, ...]
    reasons: tuple[str, ...]
    lines: tuple[tuple[str, str], ...]

    @property
    def practice(self) -> str:
        """The practice's name, if the extract gives one, and its code."""
        return f"{self.practice_name} ({self.practice_id})" if self.practice_name else self.practice_id
