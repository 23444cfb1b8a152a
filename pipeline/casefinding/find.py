"""One search over one open store: prepare the extract, select people, and explain each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.casefinding.assumed_names import AssumedNames
from pipeline.casefinding.explain import Explanation, explain
from pipeline.casefinding.named_people import NOBODY_WATCHED, Watch, find_named
from pipeline.casefinding.options import Progress, SearchInputs
from pipeline.casefinding.prepare import Prepared, prepare
from pipeline.casefinding.report_outcomes import ReportEndings
from pipeline.casefinding.requirements import UnmetNeed
from pipeline.casefinding.select import Selection, select
from pipeline.extracts.model import Extract
from pipeline.lists.row import ListRow
from pipeline.people.own_registration import Identity
from pipeline.people.searched_practices import Practice
from pipeline.quality.report.model import Report
from pipeline.rules.check import CheckedRule
from pipeline.search.attrition import Count
from pipeline.search.compile import Plan
from pipeline.search.inputs import ResolvedCriterion
from pipeline.store.manifest import Manifest


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """A finished search. What each field is, `Prepared`, `Selection` and `Explanation` say."""

    checked: CheckedRule
    extract: Extract
    practices: tuple[Practice, ...]
    resolved: Sequence[ResolvedCriterion]
    accepted: Sequence[UnmetNeed]
    plan: Plan
    identities: Mapping[int, Identity]
    others: Mapping[int, Identity]
    attrition: Sequence[Count]
    people: Mapping[int, tuple[str, ListRow]]
    lists: Mapping[str, Sequence[ListRow]]
    reports: Sequence[ReportEndings]
    quality: Report
    assumed: AssumedNames
    warnings: Sequence[str]


def find(
    con: duckdb.DuckDBPyConnection,
    store: Path,
    manifest: Manifest,
    inputs: SearchInputs,
    progress: Progress = lambda _: None,
    watch: Watch = lambda _: NOBODY_WATCHED,
) -> SearchResult:
    """Raises CasefinderError. Leaves the search's tables in `con`, for the run's record."""
    progress("Finding people")
    prepared = prepare(con, store, manifest, inputs, progress)
    named = find_named(con, inputs.reports, watch)
    rule = inputs.checked.loaded.rule
    selection = select(
        con,
        prepared,
        rule,
        by_hand=named.by_hand,
        watched=named.watched.rows,
        left_out=named.left_out,
        known=named.watched.rows | named.nominations.keys(),
    )
    progress("Gathering the reasons")
    return _result(inputs.checked, prepared, selection, explain(con, inputs, prepared, selection, named))


def _result(checked: CheckedRule, prepared: Prepared, selection: Selection, explanation: Explanation) -> SearchResult:
    return SearchResult(
        checked=checked,
        extract=prepared.extract,
        practices=prepared.practices,
        resolved=prepared.resolved,
        accepted=prepared.accepted,
        plan=selection.plan,
        identities=selection.identities,
        others=selection.others,
        attrition=selection.attrition,
        people=explanation.people,
        lists=explanation.lists,
        reports=explanation.reports,
        quality=explanation.quality,
        assumed=explanation.assumed,
        warnings=explanation.warnings,
    )
