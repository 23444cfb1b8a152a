"""The two quality gates of a search, before it and after it, and the page that says why a gate stopped it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.codes.code_index import CodeIndex
from pipeline.errors import ExtractError
from pipeline.quality.gate import Asked, check_extract, check_lists, refused, stop_if_asked
from pipeline.quality.judge.lists import Listed, Step
from pipeline.quality.report.model import Report
from pipeline.quality.report.write import beside, write_beside
from pipeline.search.attrition import Count
from pipeline.search.compile import Plan
from pipeline.store.open import Opened


@contextmanager
def page_if_refused(out: Path, asked: Asked) -> Iterator[None]:
    """Write a page beside `out` too if the reader refuses the extract inside the block."""
    try:
        yield
    except ExtractError as error:
        write_beside(refused(error, asked), out)
        raise


def gate_before(
    con: duckdb.DuckDBPyConnection, opened: Opened, dictionary: CodeIndex, asked: Asked, out: Path
) -> Report:
    """Raises QualityError, and writes the page beside `out`, if the extract must not be searched."""
    return _let_pass(check_extract(con, opened, dictionary, asked), out)


def gate_after(
    report: Report,
    *,
    names: Mapping[str, int],
    attrition: Sequence[Count],
    plan: Plan,
    asked: Asked,
    out: Path,
) -> Report:
    """The report, with what the lists show added. Raises QualityError as `gate_before` does.

    `names`: how many are on the list of each practice searched.
    """
    registered = {key[0]: row.n for key, row in report.profile.totals("patient", "registered").items()}
    listed = Listed(names, registered, list(_steps(attrition, plan)))
    return _let_pass(check_lists(report, listed, asked.previous), out)


def _let_pass(report: Report, out: Path) -> Report:
    if report.stops:
        write_beside(report, out)
    stop_if_asked(report, str(beside(out)))
    return report


def _steps(attrition: Sequence[Count], plan: Plan) -> Iterator[Step]:
    """The steps that should leave most people: the population and the exclusions. The criteria need not."""
    parts = {place: stage.part for place, stage in enumerate(plan.stages, 1)}
    for count in attrition:
        if count.kind == "stage" and parts.get(count.position) in ("population", "exclude"):
            yield Step(count.practice_id, count.words, count.people + (count.left or 0), count.people)
