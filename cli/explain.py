"""`casefinder explain`: why a person is, or is not, on a list."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import UsageError
from pipeline.runs import explain as decided
from pipeline.runs.explain_text import describe

_LONGEST = 200  # characters of a file that holds one number
_WHERE = (
    "A file that holds only that number, or - for standard input. Without this and --patient, you are asked for it."
)


def explain(
    context: typer.Context,
    run: Annotated[Path, typer.Option(metavar="FOLDER", help="The folder that 'casefinder search' wrote.")],
    patient: Annotated[
        str,
        typer.Option(
            metavar="NUMBER",
            help="The person's NHS number, or the practice's own number for them. Every account of this computer can "
            "see what you type here: on a shared one, leave it out.",
        ),
    ] = "",
    patient_file: Annotated[str, typer.Option(metavar="FILE", help=_WHERE)] = "",
) -> None:
    """Explain why a person is, or is not, on a list: each part of the rule, the entries behind it, any near miss."""
    if patient and patient_file:
        raise UsageError("Give --patient or --patient-file, not both.")
    typed = " ".join([patient, *context.args])  # an NHS number typed with its spaces; an error would repeat it
    for one in decided.explain(run, typed.strip() or _read_number(patient_file)):
        for line in describe(one):
            typer.echo(line)
        typer.echo()


def _read_number(file: str) -> str:
    """The number from a file, from standard input, or from the person at the keyboard, where it is not shown."""
    if file and file != "-":
        number = _read_file(Path(file))
    elif file or not _is_at_the_keyboard():
        number = sys.stdin.read(_LONGEST)
    else:
        number = typer.prompt("NHS number, or the practice's own number", hide_input=True, err=True)
    if not number.strip():
        raise UsageError("There is no number to look for. Give it with --patient-file, or type it when you are asked.")
    return " ".join(number.split())


def _is_at_the_keyboard() -> bool:
    return sys.stdin.isatty()


def _read_file(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.read(_LONGEST)
    except (OSError, ValueError):
        raise UsageError(
            "The file of --patient-file cannot be read. It must be a text file that you may open."
        ) from None
