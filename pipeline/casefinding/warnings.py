"""What a run could not look at, in sentences. Each may have changed a list, so every list it concerns says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.extracts.model import Extract
from pipeline.people.searched_practices import Practice
from pipeline.quality.report.model import Report
from pipeline.quality.report.summary import group_findings, summarise_with_advice
from pipeline.rules.check import CheckedRule
from pipeline.rules.wording import joined, readable
from pipeline.search.inputs import ResolvedCriterion, criteria_without_codes


def find_warnings(
    practices: Sequence[Practice],
    extract: Extract,
    checked: CheckedRule,
    resolved: Iterable[ResolvedCriterion],
) -> Iterator[str]:
    """Practices left out, lines not read, codes not found, and what is odd about the rule itself."""
    yield from say_left_out(practices)
    yield from _say_unread(extract)
    yield from _say_without_codes(criteria_without_codes(resolved))
    yield from map(str, checked.warnings)


def warnings_for(
    practice_id: str, warnings: Iterable[str], report: Report, practices: Sequence[Practice]
) -> Iterator[str]:
    """Of a run's `warnings`, those for one practice's list: its own findings in full, nothing about other practices."""
    groups = {summarise_with_advice(group): group for group in group_findings(report.findings)}
    left_out = set(say_left_out(practices))
    for warning in warnings:
        if warning in groups:
            own = (one for one in groups[warning] if one.practice in ("", practice_id))
            yield from (summarise_with_advice([one]) for one in own)
        elif warning not in left_out:
            yield warning


def say_left_out(practices: Iterable[Practice]) -> Iterator[str]:
    """One line, however many practices."""
    old = sorted((one for one in practices if not one.is_searched), key=lambda one: (one.extract_date, one.practice_id))
    if len(old) == 1:
        yield (
            f"{old[0].practice_id} was not searched: its extract is from {old[0].extract_date:%d/%m/%Y}, which is too "
            "old. Ask the supplier why no newer one has arrived."
        )
    elif old:
        yield (
            f"{len(old):,} practices were not searched: their extracts are too old. The oldest is from "
            f"{old[0].practice_id}, of {old[0].extract_date:%d/%m/%Y}. Ask the supplier why no newer ones have "
            "arrived. manifest.json lists the practices."
        )


def _say_unread(extract: Extract) -> Iterator[str]:
    rejected = sum(file.rejected for file in extract.files)
    if rejected:
        yield f"{rejected:,} lines could not be read. See rejects.csv for which lines and why."


def _say_without_codes(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{say_without_codes(names)}. Check that the code lists cover the code systems this supplier uses."


def say_without_codes(criteria: Sequence[str]) -> str:
    """What it means for the rule, without a full stop."""
    them = "it" if len(criteria) == 1 else "them"
    names = joined(map(readable, criteria))
    return f"No code of {names} is in this extract, so no one can meet {them} or be left out by {them}"
