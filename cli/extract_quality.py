"""`casefinder extract quality`: checks whether an extract can be trusted, and reports it as a page and as JSON."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.options import CodeLists, Memory, as_date, warn_of_leftovers
from cli.progress import show_progress
from pipeline.errors import QualityError, UsageError
from pipeline.quality.check_alone import check_alone
from pipeline.quality.gate import QualityRequest
from pipeline.quality.judge.finding import Level
from pipeline.quality.previous import read_previous
from pipeline.quality.report.model import PAGE_NAME, Report
from pipeline.quality.report.summary import count_things, group_findings, summarise
from pipeline.rules.check import check_rule
from pipeline.rules.load import read_rule
from pipeline.store.source import Source

Today = Annotated[
    datetime | None,
    typer.Option(
        "--today",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        envvar="CASEFINDER_TODAY",
        show_envvar=False,
        help="Work out the extract's age as of this day. Default: today.",
    ),
]
PreviousRun = Annotated[
    Path | None,
    typer.Option(
        "--previous",
        metavar="FOLDER",
        help="Compare with the folder of an earlier run, or of an earlier 'extract quality'.",
    ),
]


_LEVELS = {Level.STOP: "Stop", Level.WARN: "Warning"}


def quality(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="A new folder for quality.html and quality.json.")],
    extract: Annotated[Path | None, typer.Argument(metavar="FOLDER", help="Folder with the supplier's files.")] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A store to check, instead of a folder of files.")
    ] = None,
    rule: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="Also check whether this rule's code lists find anything.")
    ] = None,
    codelists: CodeLists = None,
    previous: PreviousRun = None,
    today: Today = None,
    memory: Memory = "",
) -> None:
    """Check an extract without searching it. Writes a page that says what is wrong, what to do and who to ask."""
    path = extract or store
    if path is None or (extract and store):
        raise UsageError("Say what to check: give either a folder of files, or --store with a store.")
    rules = tuple(check_rule(read_rule(file), codelists) for file in rule or ())
    request = QualityRequest(
        rules=rules,
        previous=read_previous(previous) if previous else None,
        today=as_date(today) or date.today(),
    )
    warn_of_leftovers(out)
    with show_progress() as progress:
        report, error = check_alone(Source(path, store is not None, memory), out, request, progress)
    page = out / PAGE_NAME
    typer.echo(f"{_say_number(report)} Full report: {page}")
    for group in group_findings(report.findings):
        typer.echo(f"{_LEVELS[group[0].level]}: {summarise(group)}")
    if error:
        raise error
    if report.verdict == "stop":
        raise QualityError(f"A search of this extract would be stopped. What to do and who to ask: {page}")


def _say_number(report: Report) -> str:
    number = count_things(report.findings)
    if not number:
        return "The extract passed every check."
    return "Found one problem." if number == 1 else f"Found {number} problems."
