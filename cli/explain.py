"""`casefinder explain`: why a person is, or is not, on a list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.runs import explain as decided
from pipeline.runs.explain_text import describe


def explain(
    context: typer.Context,
    run: Annotated[Path, typer.Option(metavar="FOLDER", help="The folder that 'casefinder search' wrote.")],
    patient: Annotated[
        str, typer.Option(metavar="NUMBER", help="The person's NHS number, or the practice's own number for them.")
    ],
) -> None:
    """Explain why a person is, or is not, on a list: each part of the rule, the entries behind it, any near miss."""
    number = " ".join([patient, *context.args])  # an NHS number typed with its spaces; an error would repeat it
    for one in decided.explain(run, number):
        for line in describe(one):
            typer.echo(line)
        typer.echo()
