"""`casefinder rule`: what concerns one rule file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.rules.check import check_rule
from pipeline.rules.load import load_rule

app = typer.Typer(no_args_is_help=True, help="Check a rule.")


@app.callback()
def group() -> None:
    """Check a rule."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The rule's YAML file, or the name of a shipped rule.")],
    codelists: Annotated[Path | None, typer.Option(help="Folder with your own code lists, looked in first.")] = None,
) -> None:
    """Check a rule and the code lists it names. All problems come at once, each with its place."""
    checked = check_rule(load_rule(file), codelists)
    for warning in checked.warnings:
        typer.echo(f"Warning: {warning}", err=True)
    rule = checked.loaded.rule
    typer.echo(f"{file.name}: rule {rule.rule} version {rule.version} can be run; {len(checked.codelists)} code lists")
