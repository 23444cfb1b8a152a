"""The report of a check: the findings in words, the counts, and how both are written as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.files.private import create_private
from pipeline.quality.count.profile import CheckedPractice
from pipeline.quality.count.profile_model import COLUMNS, Profile
from pipeline.quality.judge.finding import Finding, Level

SCHEMA = 1
JSON_NAME = "quality.json"
PAGE_NAME = "quality.html"


@dataclass(frozen=True)
class Report:
    """`compared_with`: the day of the last run's extract, None if no run was given. `despite`: went on after a stop.

    `rules`: name and fingerprint of each rule with its code lists. `listed`: names on each practice's list, once there
    are lists. `notes`: the reader's sentences.
    """

    format: str
    practices: tuple[CheckedPractice, ...]
    profile: Profile
    findings: tuple[Finding, ...]
    thresholds: str
    rules: Mapping[str, str]
    compared_with: date | None
    notes: tuple[str, ...] = ()
    listed: Mapping[str, int] | None = None
    despite: bool = False

    @property
    def verdict(self) -> str:
        """`pass`, `warn` or `stop`: the most serious of the findings."""
        levels = {finding.level for finding in self.findings}
        return str(Level.STOP if Level.STOP in levels else Level.WARN) if levels else "pass"

    @property
    def stops(self) -> bool:
        """Whether a run ends here."""
        return self.verdict == Level.STOP and not self.despite

    @property
    def newest(self) -> date | None:
        return max((one.extract_date for one in self.practices), default=None)

    def with_findings(self, findings: tuple[Finding, ...], listed: Mapping[str, int]) -> Report:
        return replace(self, findings=(*self.findings, *findings), listed=listed)


def write_json(report: Report, folder: Path, name: str = JSON_NAME) -> None:
    """Write counts and findings to a private file. The same input gives the same bytes."""
    with create_private(folder / name) as file:
        file.write((json.dumps(_as_json(report), ensure_ascii=False) + "\n").encode())


def _as_json(report: Report) -> dict[str, object]:
    return {
        "quality_schema": SCHEMA,
        "verdict": report.verdict,
        "despite_quality": report.despite,
        "format": report.format,
        "extract_date": report.newest.isoformat() if report.newest else None,
        "compared_with": report.compared_with.isoformat() if report.compared_with else None,
        "thresholds_sha256": report.thresholds,
        "rules": dict(report.rules),
        "practices": [_describe(one) for one in report.practices],
        "findings": [asdict(finding) for finding in report.findings],
        "notes": list(report.notes),
        "listed": None if report.listed is None else dict(report.listed),
        "counts": {"columns": list(COLUMNS), "rows": report.profile.rows},
    }


def _describe(one: CheckedPractice) -> dict[str, str]:
    return {
        "practice": one.practice_id,
        "name": one.name,
        "supplier": one.supplier,
        "extract_date": one.extract_date.isoformat(),
    }
