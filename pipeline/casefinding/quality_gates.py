"""The quality checks before and after a search, and the page that is left if a search is stopped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.codes.code_index import CodeIndex
from pipeline.errors import ExtractError
from pipeline.lists.row import Candidate
from pipeline.people.practices import Practice
from pipeline.quality.gate import QualityRequest, check_extract, check_lists, refuse_to_search, report_refusal
from pipeline.quality.judge.lists import ListCounts, Step
from pipeline.quality.report.model import Report
from pipeline.quality.report.write import beside, write_beside
from pipeline.search.attrition import Count
from pipeline.search.compile import Plan
from pipeline.store.open import Opened


@contextmanager
def page_if_refused(out: Path, request: QualityRequest) -> Iterator[None]:
    """If the extract cannot be read inside the block, write that too as a page beside `out`."""
    try:
        yield
    except ExtractError as error:
        write_beside(report_refusal(error, request), out)
        raise


def gate_before(
    con: duckdb.DuckDBPyConnection, opened: Opened, dictionary: CodeIndex, request: QualityRequest, out: Path
) -> Report:
    """Raises QualityError, and writes the page beside `out`, if the extract must not be searched."""
    return _let_pass(check_extract(con, opened, dictionary, request), out)


def gate_after(
    report: Report,
    practices: Sequence[Practice],
    lists: Mapping[str, Sequence[Candidate]],
    attrition: Sequence[Count],
    plan: Plan,
    request: QualityRequest,
    out: Path,
) -> Report:
    """The report, with what the lists show added. Raises QualityError as `gate_before` does."""
    names = {one.practice_id: len(lists.get(one.practice_id, ())) for one in practices if one.is_searched}
    registered = {key[0]: row.n for key, row in report.profile.totals("patient", "registered").items()}
    listed = ListCounts(names=names, registered=registered, steps=list(_steps(attrition, plan)))
    return _let_pass(check_lists(report, listed, request.previous), out)


def _let_pass(report: Report, out: Path) -> Report:
    if report.stops:
        write_beside(report, out)
    refuse_to_search(report, str(beside(out)))
    return report


def _steps(attrition: Sequence[Count], plan: Plan) -> Iterator[Step]:
    """The steps that should leave most people: the population and the exclusions, not the criteria themselves."""
    parts = {place: stage.part for place, stage in enumerate(plan.stages, 1)}
    for count in attrition:
        if count.kind == "stage" and parts.get(count.position) in ("population", "exclude"):
            yield Step(
                practice=count.practice_id,
                words=count.words,
                before=count.people + (count.left or 0),
                after=count.people,
            )
