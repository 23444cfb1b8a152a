"""`casefinder synth`: an invented population, to try things on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.progress import show_progress
from pipeline.output import publish


def synth(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="A new folder for the extract and truth.csv.")],
    format_: Annotated[str, typer.Option("--format", help="The supplier's format: emis.")] = "emis",
    patients: Annotated[int, typer.Option(min=1, help="How many registrations.")] = 20_000,
    practices: Annotated[int, typer.Option(min=1, help="How many practices.")] = 4,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same files.")] = 1,
) -> None:
    """Write a synthetic extract with a hidden truth. Nobody in it exists."""
    from synthetic_data import generate  # numpy and polars are slow to import

    with show_progress() as progress, publish(out) as folder:
        summary = generate(format_, patients, practices, seed, folder, progress=progress)
    typer.echo(f"{summary.counts.patients:,} registrations in {summary.practices} practices, written to {out}")
