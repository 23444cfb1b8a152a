"""`casefinder extract inspect`: says what a folder of files is, and which rules it can answer."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.options import CodeLists, Memory, warn_of_leftovers
from cli.progress import show_progress
from pipeline.inspection.as_json import as_json
from pipeline.inspection.inspect import InspectionOptions
from pipeline.inspection.inspect import inspect as inspect_extract
from pipeline.inspection.sections import Section, sections


def inspect(
    extract: Annotated[Path, typer.Argument(metavar="FOLDER", help="Folder with the supplier's files.")],
    rule: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A rule to check, in addition to the shipped ones.")
    ] = None,
    as_json_: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    codelists: CodeLists = None,
    work: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Where to put temporary files, which are removed afterwards. Default: the system's temporary folder.",
        ),
    ] = None,
    memory: Memory = "",
) -> None:
    """Show what a folder of files is, what is missing from it, and which rules can be run on it. Nothing is kept."""
    warn_of_leftovers((work or Path(tempfile.gettempdir())) / "casefinder")
    options = InspectionOptions(extract=extract, rules=tuple(rule or ()), codelists=codelists, work=work, memory=memory)
    with show_progress() as progress:
        found = inspect_extract(options, progress)
    if as_json_:
        typer.echo(json.dumps(as_json(found), indent=2, ensure_ascii=False))
        return
    console = Console(highlight=False)
    for section in sections(found):
        _print(console, section) if console.is_terminal else _write(section)


def _print(console: Console, section: Section) -> None:
    """On a terminal, wrap sentences and show columns as a table."""
    console.print()
    if not section.columns:
        console.print(section.heading, style="bold", markup=False)
        for (line,) in section.rows:
            console.print(line, markup=False)
        return
    table = Table(*section.columns, title=section.heading, title_justify="left", title_style="bold")
    for row in section.rows:
        table.add_row(*map(Text, row))
    console.print(table)


def _write(section: Section) -> None:
    """When piped, align the columns and cut nothing."""
    typer.echo(section.heading)
    rows = (section.columns, *section.rows) if section.columns else section.rows
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo(f"  {'  '.join(cells).rstrip()}")
    typer.echo()
