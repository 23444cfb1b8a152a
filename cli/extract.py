"""`casefinder extract`: what concerns an extract before anybody is searched for."""

from __future__ import annotations

import typer

from cli import extract_inspect, extract_quality

app = typer.Typer(no_args_is_help=True, help="Look at an extract before it is searched.")
app.command("inspect")(extract_inspect.inspect)
app.command("quality")(extract_quality.quality)


@app.callback()
def group() -> None:
    """Look at an extract before it is searched."""
