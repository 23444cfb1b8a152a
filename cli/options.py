"""Options that several commands share."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.database import MEMORY_SIZE
from pipeline.files.publish import leftovers

RuleFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="The rule's YAML file, or a shipped rule's name: instep.")
]
CodeLists = Annotated[Path | None, typer.Option(metavar="FOLDER", help="Your own code lists, looked in first.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Take this day as the index date."),
]

Memory = Annotated[
    str,
    typer.Option(
        metavar="SIZE",
        callback=lambda text: check_memory(text),
        help="How much memory to use before writing to disk, such as 2GB. Unset: four fifths of the machine's.",
    ),
]

DespiteQuality = Annotated[
    bool, typer.Option("--despite-quality", help="Go on where the quality check stops; every list says so.")
]


def check_memory(text: str) -> str:
    """A size that DuckDB understands, or a mistake of usage."""
    if text and not re.fullmatch(MEMORY_SIZE, text):
        raise typer.BadParameter("write a size such as 500MB or 2GB")
    return text


def warn_of_leftovers(out: Path) -> None:
    """Say what a killed run left beside the folder that is to be written."""
    for folder in leftovers(out):
        said = f"a run that was stopped left {folder.name} behind, with patients' data in it"
        typer.echo(f"Warning: {said}. Remove it if it runs no more.", err=True)


def as_date(given: datetime | None) -> date | None:
    """The day of an `AsOf`, which the command line reads as a moment."""
    return given.date() if given else None
