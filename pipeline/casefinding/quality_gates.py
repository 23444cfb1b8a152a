"""The two gates of a search: one before it, one after it, and what is left where a search does not go through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.codes.code_index import CodeIndex
from pipeline.errors import ExtractError
from pipeline.lists.row import ListRow
from pipeline.people.practices import Practice
from pipeline.quality.gate import Asked, check_extract, check_lists, refused, stop_if_asked
from pipeline.quality.judge.lists import Listed, Step
from pipeline.quality.report.model import Report
from pipeline.quality.report.write import beside, write_beside
from pipeline.search.attrition import Count
from pipeline.search.compile import Plan
from pipeline.store.open import Opened


@contextmanager
def page_if_refused(out: Path, asked: Asked) -> Iterator[None]:
    """Where the reader refuses the extract inside the block, that too is a page beside `out`."""
    try:
        yield
    except ExtractError as error:
        write_beside(refused(error, asked), out)
        raise


def gate_before(
    con: duckdb.DuckDBPyConnection, opened: Opened, dictionary: CodeIndex, asked: Asked, out: Path
) -> Report:
    """Raises QualityError, with the page beside `out`, where the extract must not be searched."""
    return _let_pass(check_extract(con, opened, dictionary, asked), out)


def gate_after(
    report: Report,
    practices: Sequence[Practice],
    lists: Mapping[str, Sequence[ListRow]],
    attrition: Sequence[Count],
    plan: Plan,
    asked: Asked,
    out: Path,
) -> Report:
    """The report with what the lists show besides. Raises QualityError as `gate_before` does."""
    names = {one.practice_id: len(lists.get(one.practice_id, ())) for one in practices if one.is_searched}
    registered = {key[0]: row.n for key, row in report.profile.totals("patient", "registered").items()}
    listed = Listed(names, registered, list(_steps(attrition, plan)))
    return _let_pass(check_lists(report, listed, asked.previous), out)


def _let_pass(report: Report, out: Path) -> Report:
    if report.stops:
        write_beside(report, out)
    stop_if_asked(report, str(beside(out)))
    return report


def _steps(attrition: Sequence[Count], plan: Plan) -> Iterator[Step]:
    """The steps that should leave most people: who is looked at, and who is kept off. Not the criteria themselves."""
    parts = {place: stage.part for place, stage in enumerate(plan.stages, 1)}
    for count in attrition:
        if count.kind == "stage" and parts.get(count.position) in ("population", "exclude"):
            yield Step(count.practice_id, count.words, count.people + (count.left or 0), count.people)
