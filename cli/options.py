"""Options that several commands share."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.database import MEMORY_SIZE
from pipeline.dates import LAST_STAND_IN, NO_DAY_FROM
from pipeline.errors import UsageError
from pipeline.files.publish import leftovers

RuleFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="The rule's YAML file, or the name of a rule that comes with Casefinder, such as instep."
    ),
]
CodeLists = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Folder of your own code lists, used before those that come with Casefinder."),
]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Use this day as the index date."),
]

Memory = Annotated[
    str,
    typer.Option(
        metavar="SIZE",
        callback=lambda text: check_memory(text),
        help="Memory to use before writing to disk, such as 2GB. Default: 80% of the computer's memory.",
    ),
]

DespiteQuality = Annotated[
    bool,
    typer.Option("--despite-quality", help="Go on even if the quality check would stop the run. Every list says so."),
]


def check_memory(text: str) -> str:
    """Return a size that DuckDB understands. Raises BadParameter for anything else."""
    if text and not re.fullmatch(MEMORY_SIZE, text):
        raise typer.BadParameter("Give a size such as 500MB or 2GB.")
    return text


def warn_of_leftovers(out: Path) -> None:
    """Warn about what a killed run left beside the folder that is about to be written."""
    for folder in leftovers(out):
        typer.echo(
            f"Warning: a run that was stopped left the folder {folder.name}, which holds patients' data. If that "
            "run is "
            "no longer running, delete the folder.",
            err=True,
        )


def as_date(given: datetime | None) -> date | None:
    """The day of an `AsOf`, which the command line reads as a time. Raises UsageError for one no extract can be of."""
    day = given.date() if given else None
    if day and not LAST_STAND_IN < day.toordinal() < NO_DAY_FROM:
        raise UsageError("No extract can have that date: it is before 1900, or in the year 9999. Check the year.")
    return day
