"""What a study's night came to, in counts: for the page, the run's folder and the journal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.casefinding.find import Found
from pipeline.files.private import create_private
from pipeline.ledger.record_run import Night
from pipeline.night.outcomes import Told
from pipeline.search.attrition import Count

ACCOUNT = "night.json"


@dataclass(frozen=True)
class PracticeNight:
    """One practice's list. `listed` None: it was not searched, and its last list stands."""

    practice_id: str
    name: str
    extract_date: date
    listed: int | None
    new: int
    not_found: int
    dropped: int


@dataclass(frozen=True)
class StudyNight:
    """`states`: what became of everybody the rule found, by (state, reason). `warnings`: those of every list."""

    study: str
    run: int
    folder: Path
    index_date: date
    practices: tuple[PracticeNight, ...]
    found: int
    states: Mapping[tuple[str, str | None], int]
    attrition: Sequence[Count]
    warnings: Sequence[str]
    is_backdated: bool


def describe_night(study: str, folder: Path, found: Found, told: Sequence[Told], night: Night) -> StudyNight:
    """From what was searched and what the ledger made of it."""
    listed = Counter(one.registration.practice_id for one in night.listed)
    new = Counter(one.registration.practice_id for one in night.listed if one.is_new)
    odd = Counter(one.registration.practice_id for one in night.listed if one.sight in ("not_found", "missing"))
    gone = Counter(one.practice_id for one in night.dropped if one.why not in ("not_found", "missing"))
    practices = tuple(
        PracticeNight(
            one.practice_id, one.name, one.extract_date, listed[one.practice_id] if one.is_searched else None,
            new[one.practice_id], odd[one.practice_id], gone[one.practice_id],
        )
        for one in found.practices
    )  # fmt: skip
    became = [state for one, state in zip(told, night.became, strict=True) if one.outcome.outcome == "for_review"]
    states = Counter((str(state), reason) for state, reason in became)
    return StudyNight(
        study, night.number, folder, found.plan.index, practices, len(became), dict(states), found.attrition,
        found.warnings, night.is_backdated,
    )  # fmt: skip


def write_account(folder: Path, night: StudyNight) -> None:
    """The counts of the night, into the run's folder."""
    account = {
        "study": night.study,
        "run": night.run,
        "index_date": night.index_date.isoformat(),
        "found": night.found,
        "became": _states(night),
        "practices": {one.practice_id: _counts(one) for one in night.practices},
        "clock_was_set_back": night.is_backdated,
    }
    with create_private(folder / ACCOUNT) as file:
        file.write((json.dumps(account, indent=2, ensure_ascii=False) + "\n").encode())


def _states(night: StudyNight) -> list[dict[str, object]]:
    rows = sorted(night.states.items(), key=lambda row: (row[0][0], row[0][1] or ""))
    return [{"state": state, "reason": reason, "people": people} for (state, reason), people in rows]


def _counts(one: PracticeNight) -> dict[str, object]:
    return {"listed": one.listed, "new": one.new, "no_longer_found": one.not_found, "dropped_out": one.dropped}
