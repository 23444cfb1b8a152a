"""`casefinder codelist`: checks and shows code lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.options import CodeLists
from pipeline.codes.codelist import lint as find_problems
from pipeline.codes.codelist import load
from pipeline.codes.show import show as by_meaning
from pipeline.errors import RuleError

app = typer.Typer(no_args_is_help=True, help="Check and show code lists.")


@app.callback()
def group() -> None:
    """Check and show code lists."""


@app.command()
def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Code list files (.csv, each with its .yaml).")],
) -> None:
    """Check code lists: codes, check digits, roles, duplicates, the YAML, and meanings that a code system lacks."""
    findings = [finding for file in files for finding in find_problems(file)]
    for finding in findings:
        typer.echo(str(finding))
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        raise RuleError(
            f"Errors: {errors}. Warnings: {len(findings) - errors}. Fix the errors before you use these lists."
        )
    typer.echo(f"Files checked: {len(files)}. No errors. Warnings: {len(findings)}.")


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The name of a code list, such as palliative, or the list's CSV file.")
    ],
    codelists: CodeLists = None,
) -> None:
    """Show a code list by meaning: its codes in each code system, and what is missing where and why."""
    file = Path(name) if name.endswith(".csv") else None
    for line in by_meaning(load(file.stem, file.parent) if file else load(name, codelists)):
        typer.echo(line)
