"""Options that several commands share."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

RuleFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="The rule's YAML file, or a shipped rule's name: instep.")
]
CodeLists = Annotated[Path | None, typer.Option(metavar="FOLDER", help="Your own code lists, looked in first.")]
AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Take this day as the index date."),
]


def as_date(given: datetime | None) -> date | None:
    """The day of an `AsOf`, which the command line reads as a moment."""
    return given.date() if given else None
