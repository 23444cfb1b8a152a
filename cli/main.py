"""The `casefinder` command: gathers the command groups, and stands between an error and the person who reads it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import traceback
import warnings
from io import TextIOWrapper
from pathlib import Path
from threading import Event

import typer

from cli.command_panels import CommandPanels
from pipeline.errors import CasefinderError

app = typer.Typer(
    cls=CommandPanels,
    name="casefinder",
    help="Find people for a trial in coded GP records, and give each practice a list to review.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    rich_markup_mode=None,
)


@app.callback()
def _commands() -> None:
    """Those that `cli.commands` lists."""


OUR_BUG = 1
INTERRUPTED = 130
WHOLE_OR_NOT_AT_ALL = "A run's folder exists only if its lists are complete."


def run() -> None:
    """The console script. Every error ends here: ours in our words, any other without the values it may quote."""
    os.umask(0o077)
    stopped = _watch_for_stop()
    _replace_unknown_signs()
    _silence_libraries()
    try:
        app()
    except CasefinderError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the program that read what we printed has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if stopped.is_set():  # a database that is interrupted raises an error of its own
            sys.exit(INTERRUPTED)
        typer.echo(_our_bug(error), err=True)
        sys.exit(OUR_BUG)


def _replace_unknown_signs() -> None:
    """A console or log that lacks a sign, as Windows-1252 lacks "≥", shows a question mark instead of stopping us."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def _silence_libraries() -> None:
    """What other libraries would warn of or log is no use to the person at the terminal, and may quote a value."""
    if not sys.warnoptions:  # with python -W, a developer asks for them
        warnings.showwarning = lambda *_, **__: None
        sys.unraisablehook = lambda _: None
        logging.getLogger().addHandler(logging.NullHandler())


def _watch_for_stop() -> Event:
    """Says whether Ctrl-C was pressed, or the system asked us to end: both leave time to remove patients' data."""
    stopped = Event()

    def stop(*_: object) -> None:
        stopped.set()
        typer.echo(f"Stopped. {WHOLE_OR_NOT_AT_ALL}", err=True)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return stopped


def _our_bug(error: Exception) -> str:
    """Where it happened, and nothing of what was being read: other libraries quote patients' values in their errors."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:]]
    return (
        f"Something went wrong inside Casefinder ({type(error).__name__} at {', '.join(places)}). "
        f"{WHOLE_OR_NOT_AT_ALL} Please report this line to the person who looks after Casefinder for you. It contains "
        "nothing about a patient."
    )
