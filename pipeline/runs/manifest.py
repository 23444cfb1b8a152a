"""What a run was made from and what it counted, so that it can be checked and repeated. It holds no time of day and
no identifier.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from importlib.metadata import version

import duckdb

from pipeline.casefinding.find import SearchResult
from pipeline.casefinding.requirements import describe_gap, describe_unmet
from pipeline.codes.codelist import CodeList
from pipeline.codes.resolve import Conflict, Match
from pipeline.dates import Duration
from pipeline.extracts.model import Extract
from pipeline.rules.check import CheckedRule
from pipeline.rules.defaults import DEFAULTS
from pipeline.runs.software import software_hash
from pipeline.search.attrition import Count
from pipeline.search.compile import Plan
from pipeline.search.inputs import ResolvedCriterion
from pipeline.search.work_counts import WORK_KINDS

SCHEMA = 1


def describe_run(con: duckdb.DuckDBPyConnection, result: SearchResult) -> dict[str, object]:
    """Everything in the manifest, in the order it is written, except who is on the lists.

    Needs the search's tables in `con`.
    """
    checked, extract, quality = result.checked, result.extract, result.quality
    by_hand = result.plan.by_hand
    return {
        "manifest_schema": SCHEMA,
        "software": {"casefinder": version("casefinder"), "sha256": software_hash(), "duckdb": duckdb.__version__},
        "index_date": result.plan.index.isoformat(),
        "rule": _rule(checked),
        "code_lists": [_code_list(codelist) for _, codelist in sorted(checked.codelists.items())],
        "extract": _extract(extract),
        "practices": [],  # with how many are on each list, once the lists are written
        "defaults": list(DEFAULTS),
        "rows": _row_counts(con, result.plan),
        "criteria": [_criterion(con, result.plan, criterion) for criterion in result.resolved],
        "in_work": _in_work(result.attrition) if checked.loaded.rule.in_work else None,
        "quality": {"verdict": quality.verdict, "despite_quality": quality.despite, "thresholds": quality.thresholds},
        "assumed_lengths": result.assumed.described(),
        "by_hand": [name for name in ("only", "nominated") if getattr(by_hand, name) is not None],
        "reports": {one.option: one.described() for one in result.reports},
        "accepted_missing": [describe_unmet(unmet) for unmet in result.accepted],
        "warnings": list(result.warnings),
    }


def _in_work(attrition: Sequence[Count]) -> dict[str, dict[str, dict[str, dict[str, int | None]]]]:
    """The lines of the attrition about work, by practice: each state, and each state, strength and age."""
    found: dict[str, dict[str, dict[str, dict[str, int | None]]]] = {}
    for count in attrition:
        if count.kind in WORK_KINDS:
            own = found.setdefault(count.practice_id, {kind: {} for kind in WORK_KINDS})
            own[count.kind][count.name] = {"people": count.people, "left_out": count.left}
    return found


def manifest_bytes(manifest: Mapping[str, object]) -> bytes:
    """The manifest as JSON text: the same content gives the same bytes."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False, default=_plain) + "\n").encode()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Duration):
        return str(value)
    raise TypeError(type(value))


def _extract(extract: Extract) -> dict[str, object]:
    """Two keys keep the names that earlier runs gave them."""
    stored = {"gaps": "lacks", "pseudonymised_because": "nameless"}
    described = {stored.get(name, name): value for name, value in asdict(extract).items()}
    return described | {"lacks": [describe_gap(gap) for gap in extract.gaps]}


def _rule(checked: CheckedRule) -> dict[str, object]:
    rule = checked.loaded.rule
    return {
        "rule": rule.rule,
        "version": rule.version,
        "title": rule.title,
        "study": rule.study.model_dump(exclude_none=True),
        "sha256": checked.loaded.sha256,
        "in_full": rule.model_dump(by_alias=True),
        "warnings": [str(problem) for problem in checked.warnings],
    }


def _code_list(codelist: CodeList) -> dict[str, object]:
    return {
        "name": codelist.name,
        "version": codelist.version,
        "sha256": codelist.sha256,
        "entries": len(codelist.entries),
        "warnings": [finding.message for finding in codelist.warnings],
    }


def _row_counts(con: duckdb.DuckDBPyConnection, plan: Plan) -> dict[str, int]:
    """Rows with a code of the rule, each once: those that took part, those left out by reason, those in doubt."""
    sql = f"""
        WITH own AS (SELECT DISTINCT kind, person_row, source_file, source_key, first_day, last_day, impossible_day,
            is_confidential, may_help, left_out FROM {plan.table("hits")})
        SELECT CASE WHEN left_out = '' THEN 'took_part' ELSE left_out END, COUNT(*) FROM own GROUP BY 1
        UNION ALL SELECT 'date_unknown', COUNT(*) FROM own
            WHERE left_out = '' AND first_day IS NULL AND impossible_day IS NULL
        UNION ALL SELECT 'date_impossible', COUNT(*) FROM own WHERE left_out = '' AND impossible_day IS NOT NULL
        UNION ALL SELECT 'recorded_in_future', COUNT(*) FROM own
            WHERE left_out = '' AND impossible_day IS NULL AND is_confidential = 0 AND may_help = 0
        UNION ALL SELECT 'date_imprecise', COUNT(*) FROM own WHERE left_out = '' AND first_day < last_day
        UNION ALL SELECT 'confidential', COUNT(*) FROM own WHERE left_out = '' AND is_confidential = 1
        ORDER BY 1
    """  # noqa: S608
    return dict(con.execute(sql).fetchall())


def _criterion(con: duckdb.DuckDBPyConnection, plan: Plan, criterion: ResolvedCriterion) -> dict[str, object]:
    """What the criterion's lists found in this extract: every code that has a row, and every entry that found none."""
    sql = f"""
        SELECT h.code_id, c.term, COUNT(*) FROM {plan.table("hits")} h JOIN code c ON c.code_id = h.code_id
        WHERE h.criterion = ? GROUP BY h.code_id, c.term ORDER BY h.code_id
    """  # noqa: S608
    terms = {code: (term, rows) for code, term, rows in con.execute(sql, [criterion.number]).fetchall()}
    matches = criterion.resolution.matches
    return {
        "criterion": criterion.name,
        "codes_in_dictionary": len(matches),
        "codes_used": [_match(match, *terms[match.code_id]) for match in matches if match.code_id in terms],
        "entries_without_a_code": [
            f"{name}: {entry.system} {entry.code}" for name, entry in criterion.resolution.unmatched
        ],
        "role_conflicts": [_conflict(conflict) for conflict in criterion.resolution.conflicts],
    }


def _match(match: Match, term: str | None, rows: int) -> dict[str, object]:
    entry = match.entry
    by = f"{match.list_name}: {entry.system} {entry.code} ({match.how})"
    return {"term": term, "role": match.role, "matched_by": by, "rows": rows}


def _conflict(conflict: Conflict) -> str:
    won, lost = conflict.won, conflict.lost
    return (
        f"{won.entry.system} {won.entry.code} is {won.role}, not {lost.role} as {lost.entry.system} {lost.entry.code}"
    )
