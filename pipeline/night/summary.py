"""What a study's night came to, in counts, for the page, the run's folder and the journal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.casefinding.find import SearchResult
from pipeline.files.private import create_private
from pipeline.ledger.do_not_post import DoNotPost
from pipeline.ledger.record_run import RecordedRun
from pipeline.night.outcomes import ReportedRecord
from pipeline.night.rule_version import NewVersion
from pipeline.night.who_changed import say_changes
from pipeline.search.attrition import Count


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
    """`states`: what became of everyone the rule found, by (state, reason). `warnings`: those of every list.
    `assumed`: how many names of tonight's search depend on an assumed length, in a sentence; empty if none is assumed.

    `who`: what the night found out about who people are, in sentences. `new_version`: what another version of the rule
    did to the lists, on its first night. `do_not_post`: letters that were exported and must not be posted.
    """

    study: str
    run: int
    folder: Path
    index_date: date
    practices: tuple[PracticeNight, ...]
    found: int
    states: Mapping[tuple[str, str | None], int]
    attrition: Sequence[Count]
    warnings: Sequence[str]
    assumed: str
    is_backdated: bool
    who: Sequence[str] = ()
    new_version: NewVersion | None = None
    do_not_post: tuple[DoNotPost, ...] = ()


def describe_night(
    study: str, folder: Path, result: SearchResult, reported: Sequence[ReportedRecord], recorded: RecordedRun
) -> StudyNight:
    """From what was searched, and what the ledger made of it."""
    pairs = zip(reported, recorded.became, strict=True)
    became = [state for one, state in pairs if one.outcome.outcome == "for_review"]
    return StudyNight(
        study=study,
        run=recorded.number,
        folder=folder,
        index_date=result.plan.index,
        practices=tuple(_practices(result, recorded)),
        found=len(became),
        states=dict(Counter((str(state), reason) for state, reason in became)),
        attrition=result.attrition,
        warnings=result.warnings,
        assumed=result.assumed.say(),
        is_backdated=recorded.is_backdated,
        who=tuple(say_changes(recorded.changes)),
    )


def _practices(result: SearchResult, recorded: RecordedRun) -> Iterator[PracticeNight]:
    listed = Counter(one.registration.practice_id for one in recorded.listed)
    new = Counter(one.registration.practice_id for one in recorded.listed if one.is_new)
    odd = Counter(one.registration.practice_id for one in recorded.listed if one.sight in ("not_found", "missing"))
    gone = Counter(one.practice_id for one in recorded.dropped if one.why not in ("not_found", "missing"))
    for one in result.practices:
        yield PracticeNight(
            practice_id=one.practice_id,
            name=one.name,
            extract_date=one.extract_date,
            listed=listed[one.practice_id] if one.is_searched else None,
            new=new[one.practice_id],
            not_found=odd[one.practice_id],
            dropped=gone[one.practice_id],
        )


def write_account(path: Path, night: StudyNight) -> None:
    """The counts of the night, as a file of its run."""
    account = {
        "study": night.study,
        "run": night.run,
        "index_date": night.index_date.isoformat(),
        "found": night.found,
        "became": _states(night),
        "practices": {one.practice_id: _counts(one) for one in night.practices},
        "clock_was_set_back": night.is_backdated,
    }
    with create_private(path) as file:
        file.write((json.dumps(account, indent=2, ensure_ascii=False) + "\n").encode())


def _states(night: StudyNight) -> list[dict[str, object]]:
    rows = sorted(night.states.items(), key=lambda row: (row[0][0], row[0][1] or ""))
    return [{"state": state, "reason": reason, "people": people} for (state, reason), people in rows]


def _counts(one: PracticeNight) -> dict[str, object]:
    return {"listed": one.listed, "new": one.new, "no_longer_found": one.not_found, "dropped_out": one.dropped}
