"""What a run leaves behind: lists per practice, attrition, rejects, manifest, and what `explain` reads again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.extracts.model import Extract
from pipeline.lists.candidate import About, Candidate
from pipeline.lists.csv_list import write_csv
from pipeline.lists.files import create_private, private_folder
from pipeline.lists.text_safety import make_safe
from pipeline.lists.xlsx_list import write_xlsx
from pipeline.manifest import describe_run, manifest_bytes
from pipeline.missing import Loss, say_accepted
from pipeline.output import write_table
from pipeline.people.one_person import Identity
from pipeline.practices import Practice
from pipeline.quality.report import Report
from pipeline.quality.written import write_report
from pipeline.report_endings import ReportEndings
from pipeline.rules.check import CheckedRule
from pipeline.rules.describe import describe
from pipeline.search.attrition import Count
from pipeline.search.code_uses import ResolvedCriterion
from pipeline.search.compile import Plan
from pipeline.search.engine import fill


@dataclass(frozen=True)
class Found:
    """A search that is done: what it read, what it decided, the rows of each practice's list, what to be wary of."""

    checked: CheckedRule
    extract: Extract
    practices: tuple[Practice, ...]
    resolved: Sequence[ResolvedCriterion]
    plan: Plan
    identities: Mapping[int, Identity]
    lists: Mapping[str, Sequence[Candidate]]
    attrition: Sequence[Count]
    warnings: Sequence[str]
    quality: Report
    reports: Sequence[ReportEndings] = ()
    accepted: Sequence[Loss] = ()  # what the rule needs, the extract does not say, and whoever ran it took


LIST_NAME = "invitation-list"
MANIFEST = "manifest.json"
RECORD = "record"
RULE = "rule.yaml"

EVIDENCE = "evidence"  # the rows behind every list, for whoever checks a run; `explain` finds them again itself

# The tables `explain` reads: the people, every row a criterion could use, and what its codes are called.
KEPT = {
    "patient": "SELECT person_row, practice_id, patient_id, nhs_number, local_number FROM patient ORDER BY person_row",
    "person": "SELECT * FROM person ORDER BY person_row",
    "hits": "SELECT * FROM hits ORDER BY person_row, criterion, kind, source_file, source_key",
    "code": "SELECT * FROM code WHERE code_id IN (SELECT code_id FROM code_use) ORDER BY code_id",
    "source_file": "SELECT * FROM source_file ORDER BY file_id",
    "role": "SELECT * FROM role ORDER BY number",
    "outcome": "SELECT * FROM outcome ORDER BY person_row",
    EVIDENCE: "SELECT * FROM evidence ORDER BY ALL",
}


def write_run(con: duckdb.DuckDBPyConnection, folder: Path, found: Found, counts_only: bool = False) -> None:
    """Every file of a run, private, the same bytes for the same input. `counts_only`: no list, and no record."""
    for practice in found.practices:
        if practice.is_searched and not counts_only:
            _write_list(private_folder(folder / "lists" / practice.practice_id), practice, found)
    _write_rows(folder / "attrition.csv", ATTRITION_COLUMNS, _attrition_rows(found))
    rejects = con.execute("SELECT file, line, reason FROM reject ORDER BY ALL").fetchall()
    reported = [(one.report.name, line.line, line.reason) for one in found.reports for line in one.report.rejects]
    _write_rows(folder / "rejects.csv", ("file", "line", "reason"), [*rejects, *reported])
    write_report(found.quality, folder)
    with create_private(folder / MANIFEST) as file:
        practices = [_practice(practice, found) for practice in found.practices]
        made_from = (found.checked, found.extract, found.resolved, found.plan)
        manifest = describe_run(
            con, *made_from, practices, found.warnings, found.quality, found.reports, found.accepted
        )
        file.write(manifest_bytes(manifest))
    if not counts_only:
        _write_record(con, private_folder(folder / RECORD), found)


ATTRITION_COLUMNS = ("practice", "kind", "position", "name", "words", "people", "left")


def _attrition_rows(found: Found) -> list[tuple[object, ...]]:
    counts = [*found.attrition, *(count for one in found.reports for count in one.counts())]
    return [(c.practice_id, c.kind, c.position, c.name, c.words, c.people, c.left) for c in counts]


def _write_rows(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([make_safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    with create_private(path) as file:
        file.write(text.getvalue().encode())


def _practice(practice: Practice, found: Found) -> dict[str, object]:
    return {
        "practice": practice.practice_id,
        "name": practice.name,
        "extract_date": practice.extract_date,
        "searched": practice.is_searched,
        "listed": len(found.lists.get(practice.practice_id, ())) if practice.is_searched else None,
    }


def _write_list(folder: Path, practice: Practice, found: Found) -> None:
    people = found.lists.get(practice.practice_id, ())
    write_csv(folder / f"{LIST_NAME}.csv", people)
    write_xlsx(folder / f"{LIST_NAME}.xlsx", people, _about(practice, found))


def _about(practice: Practice, found: Found) -> About:
    rule = found.checked.loaded.rule
    return About(
        study=rule.study.name,
        rule_title=rule.title,
        rule_version=rule.version,
        practice_name=practice.name,
        practice_id=practice.practice_id,
        index_date=found.plan.index,
        extract_date=practice.extract_date,
        lines=tuple(_about_lines(found)),
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


def _write_record(con: duckdb.DuckDBPyConnection, folder: Path, found: Found) -> None:
    roles = [(number, role) for role, number in found.plan.roles.items()]
    fill(con, "role", ("number INTEGER", "role VARCHAR"), roles)
    outcomes = [(person, one.outcome) for person, one in found.identities.items()]
    fill(con, "outcome", ("person_row BIGINT", "outcome VARCHAR"), outcomes)
    for name, sql in KEPT.items():
        write_table(con, sql, folder / f"{name}.parquet")
    own, *extended = found.checked.loaded.sources
    for name, source in ((RULE, own), *((source.path.name, source) for source in extended)):
        with create_private(folder / name) as file:
            file.write(source.data)
