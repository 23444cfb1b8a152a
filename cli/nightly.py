"""`casefinder nightly`: what the scheduler starts each night, and what to tell the scheduler."""

from __future__ import annotations

import getpass
import sys
from datetime import date, time
from pathlib import Path
from typing import Annotated

import typer

from cli.extract_quality import Today
from cli.options import DespiteQuality, as_date
from cli.progress import show_progress
from pipeline.errors import UsageError
from pipeline.night.page import PAGE
from pipeline.night.request import NightRequest
from pipeline.night.result import NightResult
from pipeline.night.run_night import run_night
from pipeline.night.schedule.schedule import schedule_text
from pipeline.night.settings import Site, read_settings

SettingsFile = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="The site's settings file. See docs/nightly.md.")
]
PrintSchedule = Annotated[
    str,
    typer.Option(
        "--print-schedule", metavar="SYSTEM", help="Print a schedule for windows, systemd or cron, and do nothing else."
    ),
]
At = Annotated[str, typer.Option("--at", metavar="HH:MM", help="With --print-schedule: the time to start each night.")]


def nightly(
    config: SettingsFile,
    despite_quality: DespiteQuality = False,
    today: Today = None,
    print_schedule: PrintSchedule = "",
    at: At = "02:30",
) -> None:
    """Update the store, search for each study, and publish each practice's lists."""
    site = read_settings(config)
    if print_schedule:
        typer.echo(_schedule(print_schedule, config, site, at), nl=False)
        return
    with show_progress() as progress:
        request = NightRequest(
            site=site,
            today=as_date(today) or date.today(),
            despite_quality=despite_quality,
            progress=progress,
        )
        result = run_night(request)
    _say(result, site.output / PAGE)


def _schedule(system: str, config: Path, site: Site, at: str) -> str:
    try:
        start = time.fromisoformat(at)
    except ValueError:
        raise UsageError("Write the time as hours and minutes, such as --at 02:30.") from None
    # The parent folders, because a new store is built beside the old one, and the ledger has other files beside it.
    writes = {site.store.parent, site.output, site.ledger.parent, *(key.parent for key in [site.key] if key)}
    rules = {path.parent for study in site.study for path in (study.rule, study.codelists) if path and path.exists()}
    reads = {site.extract, *rules, Path(sys.prefix), Path(sys.base_prefix)}
    program = Path(sys.argv[0]).resolve()
    paths = [sorted(path.resolve() for path in some) for some in (writes, reads)]
    return schedule_text(system, config.resolve(), program, start, getpass.getuser(), *paths)


def _say(result: NightResult, page: Path) -> None:
    for night in result.studies:
        for one in night.practices:
            listed = (
                "left out, because its extract is too old"
                if one.listed is None
                else f"{one.listed} on the list, {one.new} new"
            )
            typer.echo(f"{night.study} {one.practice_id}: {listed}")
    for failure in result.failures:
        typer.echo(f"{failure.study or 'The night'}: {failure.error}", err=True)
    typer.echo(f"To see what happened and which lists to use, open {page}")
    if result.exit_code:
        raise typer.Exit(result.exit_code)
