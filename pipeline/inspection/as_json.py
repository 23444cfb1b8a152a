"""What an inspection found, as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pipeline.casefinding.requirements import UnmetNeed, describe_gap, describe_unmet
from pipeline.extracts.gaps import Gap
from pipeline.inspection.advice import commands
from pipeline.inspection.inspect import Inspection
from pipeline.inspection.practices import PracticeSummary
from pipeline.inspection.rules import RuleVerdict
from pipeline.store.manifest import Applied


def as_json(found: Inspection) -> dict[str, object]:
    """The same as the sections say."""
    extract = found.extract
    return {
        "inspect_schema": 1,
        "format": extract.format,
        "version": extract.version,
        "sure": found.recognised.is_sure,
        "because": list(found.recognised.because),
        "doubts": list(found.recognised.doubts),
        "counts_only_because": extract.pseudonymised_because or None,
        "deliveries": [_delivery(each) for each in found.deliveries],
        "practices": [_practice(each) for each in found.practices],
        "files": [{"file": each.name, "rows": each.rows, "rejected": each.rejected} for each in extract.files],
        "left_out": extract.left_out,
        "missing": _gaps(gap for gap in extract.gaps if gap.is_missing),
        "not_carried": _gaps(gap for gap in extract.gaps if not gap.is_missing),
        "warnings": list(found.warnings),
        "rules": [_rule(rule) for rule in found.rules],
        "next": commands(found),
    }


def _delivery(each: Applied) -> dict[str, object]:
    day = date.fromordinal(each.day).isoformat() if each.day else None
    return {"first": each.first, "last": each.last, "full": each.is_full, "made_on": day}


def _practice(each: PracticeSummary) -> dict[str, object]:
    return {
        "practice": each.practice_id,
        "name": each.name,
        "regular_patients_now": each.registered,
        "extract_date": each.extract_date.isoformat(),
        "newest_entry": each.newest.isoformat() if each.newest else None,
        "searched": each.is_searched,
    }


def _rule(rule: RuleVerdict) -> dict[str, object]:
    return {
        "rule": rule.name,
        "title": rule.title,
        "verdict": rule.verdict,
        "refused": _needs(rule.refused),
        "lessened": _needs(rule.lessened),
        "assumed_lengths": rule.assumed.described() if rule.assumed else None,
        "criteria_without_codes": list(rule.silent),
        "medicines_with_american_names": dict(rule.american),
    }


def _needs(unmet: Sequence[UnmetNeed]) -> list[dict[str, object]]:
    return [describe_unmet(one) for one in unmet]


def _gaps(gaps: Iterable[Gap]) -> list[dict[str, object]]:
    return [describe_gap(gap) for gap in gaps]
