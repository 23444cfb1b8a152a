"""The files a run writes: a list for each practice, attrition, rejects, the quality check and the manifest."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from pipeline.casefinding.find import SearchResult
from pipeline.casefinding.list_marks import say_marks
from pipeline.files.private import create_private, private_folder
from pipeline.lists.csv_list import write_csv
from pipeline.lists.row import ListRow
from pipeline.lists.text_safety import make_safe
from pipeline.lists.xlsx_list import write_xlsx
from pipeline.people.searched_practices import Practice
from pipeline.quality.report.write import write_report
from pipeline.runs.about import Lines, about_list
from pipeline.runs.manifest import describe_run, manifest_bytes
from pipeline.runs.paths import RunPaths
from pipeline.runs.record import write_record

Lists = Mapping[str, Sequence[ListRow]]  # by practice

ATTRITION_COLUMNS = ("practice", "kind", "position", "name", "words", "people", "left")
REJECT_COLUMNS = ("file", "line", "reason")


def write_run(con: duckdb.DuckDBPyConnection, run: RunPaths, result: SearchResult, counts_only: bool = False) -> None:
    """Every file of a run, private, the same bytes for the same input. `counts_only`: no list, and no record."""
    if not counts_only:
        write_lists(run, result, result.lists)
        write_record(con, run, result)
    write_counts(con, run, result)
    write_manifest(run, result, describe_run(con, result), result.lists)


def write_counts(con: duckdb.DuckDBPyConnection, run: RunPaths, result: SearchResult) -> None:
    """The attrition, the lines that could not be read, and what the quality check found."""
    write_rows(run.attrition, ATTRITION_COLUMNS, _attrition_rows(result))
    rejects = con.execute("SELECT file, line, reason FROM reject ORDER BY ALL").fetchall()
    reported = [(one.report.name, line.line, line.reason) for one in result.reports for line in one.report.rejects]
    write_rows(run.rejects, REJECT_COLUMNS, [*rejects, *reported])
    write_report(result.quality, run.folder)


def _attrition_rows(result: SearchResult) -> list[tuple[object, ...]]:
    counts = [*result.attrition, *(count for one in result.reports for count in one.counts())]
    return [(c.practice_id, c.kind, c.position, c.name, c.words, c.people, c.left) for c in counts]


def write_manifest(run: RunPaths, result: SearchResult, manifest: Mapping[str, object], lists: Lists) -> None:
    """`manifest` as `describe_run` gave it, with how many are on each list."""
    practices = [_practice(practice, lists) for practice in result.practices]
    with create_private(run.manifest) as file:
        file.write(manifest_bytes({**manifest, "practices": practices}))


def _practice(practice: Practice, lists: Lists) -> dict[str, object]:
    people = lists.get(practice.practice_id, ())
    return {
        "practice": practice.practice_id,
        "name": practice.name,
        "extract_date": practice.extract_date,
        "searched": practice.is_searched,
        "listed": len(people) if practice.is_searched else None,
        "at_one_address": sum(row.shares_home for row in people),
        "in_two_studies": sum(bool(row.other_studies) for row in people),
    }


def write_lists(run: RunPaths, result: SearchResult, lists: Lists, first: Lines = ()) -> None:
    """A list for each practice searched, even if no one is on it. `first`: what each list says about itself first."""
    for practice in result.practices:
        if practice.is_searched:
            people = lists.get(practice.practice_id, ())
            private_folder(run.practice(practice.practice_id))
            write_csv(run.list_csv(practice.practice_id), people)
            about = about_list(practice, result, (*first, *say_marks(people)))
            write_xlsx(run.list_xlsx(practice.practice_id), people, about)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A small table as CSV, private, with every text in it safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([make_safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    with create_private(path) as file:
        file.write(text.getvalue().encode())
