"""What a run leaves behind: lists per practice, attrition, rejects, manifest, and what `explain` reads again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from pipeline.casefinding.find import Found
from pipeline.casefinding.requirements import say_accepted
from pipeline.files.private import create_private, private_folder
from pipeline.files.publish import write_table
from pipeline.lists.csv_list import write_csv
from pipeline.lists.row import About, Candidate
from pipeline.lists.text_safety import make_safe
from pipeline.lists.xlsx_list import write_xlsx
from pipeline.people.practices import Practice
from pipeline.quality.report.write import write_report
from pipeline.rules.describe.rule import describe
from pipeline.runs.manifest import describe_run, manifest_bytes
from pipeline.search.compile import Plan
from pipeline.search.engine import DuckDbEngine

WORK = ".work"  # inside the run's folder, so that nothing of a patient is ever written elsewhere
LISTS = "lists"
LIST_NAME = "invitation-list"
MANIFEST = "manifest.json"
RECORD = "record"
RULE = "rule.yaml"

EVIDENCE = "evidence"  # the rows behind every list, for whoever checks a run; `explain` finds them again itself

Lists = Mapping[str, Sequence[Candidate]]  # by practice
Said = Sequence[tuple[str, str]]  # heading and line

# The tables `explain` reads: the people, every row a criterion could use, and what its codes are called.
KEPT = ("patient", "person", "hits", "code", "source_file", "role", "outcome", EVIDENCE)


def _kept(plan: Plan) -> dict[str, str]:
    """The SELECT of each of them."""
    codes = f"code WHERE code_id IN (SELECT code_id FROM {plan.table('code_use')})"  # noqa: S608
    return {
        "patient": "SELECT person_row, practice_id, patient_id, nhs_number, local_number FROM patient "
        "ORDER BY person_row",
        "person": _every_row(plan.table("person"), "person_row"),
        "hits": _every_row(plan.table("hits"), "person_row, criterion, kind, source_file, source_key"),
        "code": _every_row(codes, "code_id"),
        "source_file": _every_row("source_file", "file_id"),
        "role": _every_row(plan.table("role"), "number"),
        "outcome": _every_row(plan.table("outcome"), "person_row"),
        EVIDENCE: _every_row(plan.table("evidence"), "ALL"),
    }


def _every_row(table: str, order: str) -> str:
    return f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608


def write_run(con: duckdb.DuckDBPyConnection, folder: Path, found: Found, counts_only: bool = False) -> None:
    """Every file of a run, private, the same bytes for the same input. `counts_only`: no list, and no record."""
    if not counts_only:
        write_lists(folder, found, found.lists)
        write_record(con, folder, found)
    write_counts(con, folder, found)
    write_manifest(folder, found, describe_found(con, found), found.lists)


def write_counts(con: duckdb.DuckDBPyConnection, folder: Path, found: Found) -> None:
    """The attrition, the lines that could not be read, and what the quality check found."""
    write_rows(folder / "attrition.csv", ATTRITION_COLUMNS, _attrition_rows(found))
    rejects = con.execute("SELECT file, line, reason FROM reject ORDER BY ALL").fetchall()
    reported = [(one.report.name, line.line, line.reason) for one in found.reports for line in one.report.rejects]
    write_rows(folder / "rejects.csv", ("file", "line", "reason"), [*rejects, *reported])
    write_report(found.quality, folder)


def describe_found(con: duckdb.DuckDBPyConnection, found: Found) -> dict[str, object]:
    """The manifest, but for what is on the lists. Needs the search's tables in `con`."""
    made_from = (found.checked, found.extract, found.resolved, found.plan)
    return describe_run(con, *made_from, (), found.warnings, found.quality, found.reports, found.accepted)


def write_manifest(folder: Path, found: Found, manifest: Mapping[str, object], lists: Lists) -> None:
    """`manifest` as `describe_found` gave it, with how many stand on each list."""
    practices = [_practice(practice, lists) for practice in found.practices]
    with create_private(folder / MANIFEST) as file:
        file.write(manifest_bytes({**manifest, "practices": practices}))


def write_lists(folder: Path, found: Found, lists: Lists, said: Said = ()) -> None:
    """A list for each practice searched, also where nobody is on it. `said`: what it says of itself first."""
    for practice in found.practices:
        if practice.is_searched:
            where = private_folder(folder / LISTS / practice.practice_id)
            _write_list(where, _about(practice, found, said), lists.get(practice.practice_id, ()))


ATTRITION_COLUMNS = ("practice", "kind", "position", "name", "words", "people", "left")


def _attrition_rows(found: Found) -> list[tuple[object, ...]]:
    counts = [*found.attrition, *(count for one in found.reports for count in one.counts())]
    return [(c.practice_id, c.kind, c.position, c.name, c.words, c.people, c.left) for c in counts]


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A small table as CSV, private, every text in it safe to open in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([make_safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    with create_private(path) as file:
        file.write(text.getvalue().encode())


def _practice(practice: Practice, lists: Lists) -> dict[str, object]:
    return {
        "practice": practice.practice_id,
        "name": practice.name,
        "extract_date": practice.extract_date,
        "searched": practice.is_searched,
        "listed": len(lists.get(practice.practice_id, ())) if practice.is_searched else None,
    }


def _write_list(folder: Path, about: About, people: Sequence[Candidate]) -> None:
    write_csv(folder / f"{LIST_NAME}.csv", people)
    write_xlsx(folder / f"{LIST_NAME}.xlsx", people, about)


def _about(practice: Practice, found: Found, said: Said) -> About:
    rule = found.checked.loaded.rule
    return About(
        study=rule.study.name,
        rule_title=rule.title,
        rule_version=rule.version,
        practice_name=practice.name,
        practice_id=practice.practice_id,
        index_date=found.plan.index,
        extract_date=practice.extract_date,
        lines=(*said, *_about_lines(found)),
    )


def _about_lines(found: Found) -> Iterable[tuple[str, str]]:
    loaded = found.checked.loaded
    yield from (("Missing, and accepted", loss.sentence) for loss in found.accepted)
    yield from (("Ask each person", question) for question in loaded.rule.ask)
    heading, *lines = (line for line in describe(found.checked, found.plan.index) if line)
    yield "The rule in words", heading
    yield from (("", _as_cell(line)) for line in lines)
    for one in found.reports:
        yield one.said
        yield f"Patient report {one.report.name}", f"SHA-256 {one.report.sha256}"
    yield from (("This extract cannot say", lack.text) for lack in found.extract.lacks)
    above = {*map(say_accepted, found.accepted)}
    yield from (("Warning", warning) for warning in found.warnings if warning not in above)
    yield "Rule file SHA-256", loaded.sha256
    for name, codelist in sorted(found.checked.codelists.items()):
        yield f"Code list {name}", f"version {codelist.version}, SHA-256 {codelist.sha256}"


def _as_cell(line: str) -> str:
    """A line with another mark before an item: a cell that begins with a minus is taken for a formula."""
    return line.replace("- ", "• ", 1) if line.lstrip().startswith("- ") else line


def write_record(con: duckdb.DuckDBPyConnection, folder: Path, found: Found) -> None:
    """What `explain` reads: nothing that is not in the extract and the rule."""
    folder = private_folder(folder / RECORD)
    roles = [(number, role) for role, number in found.plan.roles.items()]
    engine, plan = DuckDbEngine(con), found.plan
    engine.fill(plan.table("role"), ("number INTEGER", "role VARCHAR"), roles)
    outcomes = [(person, one.outcome) for person, one in found.identities.items()]
    engine.fill(plan.table("outcome"), ("person_row BIGINT", "outcome VARCHAR"), outcomes)
    for name, sql in _kept(plan).items():
        write_table(con, sql, folder / f"{name}.parquet")
    own, *extended = found.checked.loaded.sources
    for name, source in ((RULE, own), *((source.path.name, source) for source in extended)):
        with create_private(folder / name) as file:
            file.write(source.data)
