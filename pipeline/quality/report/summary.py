"""Findings said once: the same one at a hundred practices is a single line, and the page lists the practices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import log

from pipeline.quality.judge.finding import Finding, Kind, Level
from pipeline.quality.report.findings_text import FINDING_TEXTS
from pipeline.quality.report.item_text import lower_first
from pipeline.quality.report.model import PAGE_NAME

_FEWER_IS_WORSE = {
    Kind.PRACTICE_ZERO, Kind.NOBODY_REGISTERED, Kind.MONTH_LOW, Kind.COLUMN_FADED, Kind.LIST_SILENT, Kind.LIST_EMPTY,
    Kind.STEP_EMPTIES,
}  # fmt: skip
_EITHER_WAY = {Kind.PATIENTS_CHANGED, Kind.VOLUME_CHANGED, Kind.LIST_CHANGED}
_PLAIN = {Kind.EXTRACT_OLD, Kind.PRACTICE_GONE}

Group = Sequence[Finding]  # of one kind, level and item; the worst first


def group_findings(findings: Iterable[Finding]) -> list[Group]:
    """In the order of the page. Several findings at one practice are several groups: each says something else."""
    groups: dict[tuple[Level, Kind, str], list[Finding]] = defaultdict(list)
    for one in findings:
        groups[one.level, one.kind, one.item].append(one)
    return [part for group in groups.values() for part in _part(sorted(group, key=_rank))]


def _part(group: list[Finding]) -> list[list[Finding]]:
    return [group] if count_practices(group) > 1 else [[one] for one in group]


def count_practices(findings: Iterable[Finding]) -> int:
    return len({one.practice for one in findings})


def count_things(findings: Iterable[Finding]) -> int:
    """What there is to know and to do something about, at however many practices."""
    return len({(one.level, one.kind) for one in findings})


def summarise(group: Group) -> str:
    """What was found, in one line: at how many practices, and the worst of them."""
    worst, practices = group[0], count_practices(group)
    if practices == 1:
        return f"{worst.practice or 'All practices'}: {worst.what}"
    looked_for = lower_first(FINDING_TEXTS[worst.kind].looked_for)
    return f"{practices:,} practices: {looked_for}. The worst is {worst.practice}: {worst.what}"


def summarise_with_advice(group: Group) -> str:
    """What was found and what to do, in one line. For the terminal, the manifest and the lists."""
    practices = count_practices(group)
    page = f" {PAGE_NAME} lists all {practices:,} practices." if practices > 1 else ""
    return f"{summarise(group)} {group[0].do}{page}"


def _rank(one: Finding) -> tuple[float, float, str]:
    """The worst first; of equals the one of which more was counted."""
    return -_measure_harm(one), -one.of, one.practice


def _measure_harm(one: Finding) -> float:
    """How far beyond its threshold a finding is. Comparable within one kind and item only."""
    if one.kind in _PLAIN:
        return float(max(one.n, one.of))
    share = one.n / one.of if one.of else 0.0
    if one.kind in _EITHER_WAY:
        return abs(log((one.n + 0.5) / (one.of + 0.5)))
    return -share if one.kind in _FEWER_IS_WORSE else share
