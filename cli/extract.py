"""`casefinder extract`: commands that look at an extract before a search."""

from __future__ import annotations

import typer

from cli import extract_inspect, extract_quality

app = typer.Typer(no_args_is_help=True, help="Look at an extract before you search it.")
app.command("inspect")(extract_inspect.inspect)
app.command("quality")(extract_quality.quality)


@app.callback()
def group() -> None:
    """Look at an extract before you search it."""
