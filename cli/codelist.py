"""`casefinder codelist`: checks code lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.codes.codelist import lint as find_problems
from pipeline.errors import RuleError

app = typer.Typer(no_args_is_help=True, help="Check code lists.")


@app.callback()
def group() -> None:
    """Check code lists."""


@app.command()
def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Code list files (.csv, each with its .yaml).")],
) -> None:
    """Check code lists: code formats, check digits, roles, duplicates, and the YAML file that describes each list."""
    findings = [finding for file in files for finding in find_problems(file)]
    for finding in findings:
        typer.echo(str(finding))
    errors = sum(finding.severity == "error" for finding in findings)
    if errors:
        raise RuleError(
            f"Errors: {errors}. Warnings: {len(findings) - errors}. Fix the errors before you use these lists."
        )
    typer.echo(f"Files checked: {len(files)}. No errors. Warnings: {len(findings)}.")
