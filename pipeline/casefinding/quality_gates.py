"""The two quality gates of a search, before it and after it, and the page that says why a gate stopped it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.codes.code_index import CodeIndex
from pipeline.errors import ExtractError
from pipeline.quality.count.kept import are_kept
from pipeline.quality.gate import QualityRequest, check_extract, check_lists, refuse_to_search, report_refusal
from pipeline.quality.judge.lists import ListCounts, Step
from pipeline.quality.report.model import Report
from pipeline.quality.report.write import beside, write_beside
from pipeline.search.attrition import Count
from pipeline.search.compile import Plan
from pipeline.store.open import Opened


@contextmanager
def page_if_refused(out: Path, request: QualityRequest) -> Iterator[None]:
    """Write a page beside `out` too if the reader refuses the extract inside the block."""
    try:
        yield
    except ExtractError as error:
        write_beside(report_refusal(error, request), out)
        raise


def gate_before(
    con: duckdb.DuckDBPyConnection, opened: Opened, dictionary: CodeIndex, request: QualityRequest, out: Path
) -> Report:
    """Raises QualityError, and writes the page beside `out`, if the extract must not be searched."""
    is_new = not are_kept(opened.manifest)
    return _let_pass(check_extract(con, opened, dictionary, request, is_new), out)


def gate_after(
    report: Report,
    *,
    names: Mapping[str, int],
    attrition: Sequence[Count],
    plan: Plan,
    request: QualityRequest,
    out: Path,
) -> Report:
    """The report, with what the lists show added. Raises QualityError as `gate_before` does.

    `names`: how many are on the list of each practice searched.
    """
    registered = {key[0]: row.n for key, row in report.profile.totals("patient", "registered").items()}
    listed = ListCounts(names=names, registered=registered, steps=list(_steps(attrition, plan)))
    return _let_pass(check_lists(report, listed, request.previous), out)


def _let_pass(report: Report, out: Path) -> Report:
    if report.stops:
        write_beside(report, out)
    refuse_to_search(report, str(beside(out)))
    return report


def _steps(attrition: Sequence[Count], plan: Plan) -> Iterator[Step]:
    """The steps that should leave most people: the population and the exclusions. The criteria need not."""
    parts = {place: stage.part for place, stage in enumerate(plan.stages, 1)}
    for count in attrition:
        if count.kind == "stage" and parts.get(count.position) in ("population", "exclude"):
            before = count.people + (count.left or 0)
            yield Step(practice=count.practice_id, words=count.words, before=before, after=count.people)
