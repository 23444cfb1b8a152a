"""`casefinder synth`: writes an extract of invented people, to try things out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.progress import show_progress
from pipeline.extracts.registry import FORMATS
from pipeline.files.publish import publish

if TYPE_CHECKING:
    from synthetic_data import Deltas


def synth(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="A new folder for the extract and truth.csv.")],
    format_: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help=f"The supplier's format: {', '.join(each.key for each in FORMATS)}."
        ),
    ] = "emis",
    patients: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="Number of registrations.")] = 20_000,
    practices: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="Number of practices.")] = 4,
    seed: Annotated[int, typer.Option(min=0, metavar="NUMBER", help="The same seed gives the same files.")] = 1,
    deltas: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="NIGHTS",
            help="Also write the extract's history: the folder bulk holds the extract as it was this many nights ago, "
            "deltas/001, deltas/002 and so on hold what changed each night, and final holds the extract itself.",
        ),
    ] = None,
    delta_share: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="With --deltas: the share of rows that change each night.",
            show_default="0.01",
        ),
    ] = None,
    no_final: Annotated[
        bool,
        typer.Option("--no-final", help="With --deltas: do not write the folder final. truth.csv is still written."),
    ] = False,
) -> None:
    """Make a synthetic extract of people who do not exist, and a file that says what is true of each of them."""
    from synthetic_data import generate  # numpy and polars are slow to import

    nights = _ask_for_deltas(deltas, delta_share, no_final)
    with show_progress() as progress, publish(out) as folder:
        summary = generate(format_, patients, practices, seed, folder, progress=progress, deltas=nights)
    after = f", as a full extract and the changes of {deltas} nights" if deltas else ""
    typer.echo(f"{summary.counts.patients:,} registrations in {summary.practices} practices, written to {out}{after}")


def _ask_for_deltas(count: int | None, share: float | None, no_final: bool) -> Deltas | None:
    """The history asked for by --deltas and the two options that need it."""
    from synthetic_data import Deltas, RequestError

    if count is not None:
        return Deltas(count, final=not no_final) if share is None else Deltas(count, share, not no_final)
    if share is not None or no_final:
        raise RequestError("To use --delta-share or --no-final, also give --deltas with the number of nights.")
    return None
