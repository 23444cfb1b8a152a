"""`casefinder search`: one extract, one rule, and a list for each practice."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cli.extract_quality import PreviousRun, Today
from cli.options import AsOf, CodeLists, DespiteQuality, Memory, as_date, warn_of_leftovers
from cli.progress import show_progress
from pipeline.casefinding.find import SearchResult
from pipeline.casefinding.options import SearchOptions
from pipeline.errors import UsageError
from pipeline.people.searched_practices import OLDEST_EXTRACT_DAYS
from pipeline.runs.paths import RunPaths
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from pipeline.vocabulary import ROUTES

RuleToRun = Annotated[
    Path,
    typer.Option(
        "--rule",
        metavar="FILE",
        help="The rule's YAML file, or the name of a rule that comes with Casefinder, such as instep.",
    ),
]
OldestExtract = Annotated[
    int,
    typer.Option(
        "--oldest-extract",
        min=0,
        metavar="DAYS",
        help="Leave out practices whose extract is more than this many days older than the index date.",
    ),
]
Only = Annotated[
    Path | None, typer.Option("--only", metavar="FILE", help="Search only the people in this patient report (CSV).")
]
Nominate = Annotated[
    Path | None,
    typer.Option("--nominate", metavar="FILE", help="Also list the people in this patient report."),
]
Route = Annotated[str, typer.Option("--route", metavar="ROUTE", help=f"How they were nominated: {', '.join(ROUTES)}.")]
Because = Annotated[
    str,
    typer.Option("--nominated-because", metavar="TEXT", help="Why they were nominated. Only the reviewer sees this."),
]
LeaveOut = Annotated[
    Path | None,
    typer.Option(
        "--leave-out",
        metavar="FILE",
        help="Do not list the people in this CSV: an earlier trial's list, or any list of NHS numbers.",
    ),
]
AcceptMissing = Annotated[
    bool,
    typer.Option(
        "--accept-missing", help="Run the rule even if the extract lacks something it needs. Every list says so."
    ),
]


def search(
    rule: RuleToRun,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="A new folder for the lists.")],
    extract: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Folder with the supplier's files.")] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A store to search, instead of a folder of files.")
    ] = None,
    codelists: CodeLists = None,
    as_of: AsOf = None,
    oldest_extract: OldestExtract = OLDEST_EXTRACT_DAYS,
    counts: Annotated[bool, typer.Option("--counts", help="Only count people. No lists are written.")] = False,
    previous: PreviousRun = None,
    despite_quality: DespiteQuality = False,
    today: Today = None,
    only: Only = None,
    nominate: Nominate = None,
    route: Route = "",
    nominated_because: Because = "",
    leave_out: LeaveOut = None,
    accept_missing: AcceptMissing = False,
    memory: Memory = "",
) -> None:
    """Search an extract or a store for people who meet a rule, and write a list for each practice to review."""
    source = extract or store
    if source is None or (extract and store):
        raise UsageError("Say what to search: give either --extract with a folder of files, or --store with a store.")
    clock = as_date(today) or date.today()
    options = SearchOptions(
        source=Source(source, is_store=store is not None, memory=memory),
        rule=rule,
        out=out,
        codelists=codelists,
        as_of=as_date(as_of),
        oldest_extract_days=oldest_extract,
        accept_missing=accept_missing,
        counts_only=counts,
        today=None if as_of and counts else clock,  # a list names people today, whatever the index date
        clock=clock,
        previous=previous,
        despite_quality=despite_quality,
        only=only,
        nominate=nominate,
        route=route,
        nominated_because=nominated_because,
        leave_out=leave_out,
    )
    warn_of_leftovers(out)
    with show_progress() as progress:
        found = run_search(options, progress)
    _say(found, options)


def _say(found: SearchResult, options: SearchOptions) -> None:
    """Say where the lists are and what became of the people, and the warnings on the error stream."""
    console = Console(highlight=False)
    for line in _counts(found) if options.counts_only else _lists(found, RunPaths(options.out)):
        console.print(line, soft_wrap=True, markup=False)
    if assumed := found.assumed.say():
        console.print(assumed, soft_wrap=True, markup=False)
    for report in found.reports:
        console.print(": ".join(report.said), soft_wrap=True, markup=False)
    console.print(_attrition(found))
    for warning in found.warnings:
        typer.echo(f"Warning: {warning}", err=True)


def _counts(found: SearchResult) -> list[str]:
    people = sum(len(some) for some in found.lists.values())
    return [
        f"Index date {found.plan.index:%d/%m/%Y}. Counts only: {people} {'person' if people == 1 else 'people'} "
        "would be listed."
    ]


def _lists(found: SearchResult, run: RunPaths) -> list[str]:
    lines = [f"Index date {found.plan.index:%d/%m/%Y}. Lists to review:"]
    for practice in found.practices:
        if not practice.is_searched:
            lines.append(
                f"  {practice.practice_id}: left out, because its extract is too old ({practice.extract_date:%d/%m/%Y})"
            )
            continue
        people = len(found.lists.get(practice.practice_id, ()))
        where = run.list_xlsx(practice.practice_id)
        lines.append(f"  {practice.practice_id}: {people} {'name' if people == 1 else 'names'}, {where}")
    return lines


def _attrition(found: SearchResult) -> Table:
    """How many people remain after each step, in all practices together."""
    table = Table("Step", title="Attrition, all practices together", title_justify="left")
    table.add_column("Removed", justify="right")
    table.add_column("Remaining", justify="right")
    stages = [count for count in found.attrition if count.kind == "stage"]
    for position in sorted({count.position for count in stages}):
        same = [count for count in stages if count.position == position]
        left = "" if same[0].left is None else f"{sum(count.left or 0 for count in same):,}"
        table.add_row(same[0].words, left, f"{sum(count.people for count in same):,}")
    return table
