"""Every command: who uses it, where it is, and its sentence in `casefinder --help`.

A command's module is imported only when the command is used: DuckDB, pydantic and the rest take longer than the help.
"""

from __future__ import annotations

from collections import UserDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import typer

PRACTICE = "Practice staff"
DATA = "People who look after the data"
RESEARCH = "Researchers"
AUDIT = "Auditors"


@dataclass(frozen=True)
class Command:
    """`cli.NAME` has a function of that name or, for a group, an `app`. `says` is the first line of its help."""

    name: str
    panel: str
    says: str
    settings: Mapping[str, Any] = field(default_factory=dict)


COMMANDS = (
    Command(
        "search",
        PRACTICE,
        "Search an extract or a store for people who meet a rule, and write a list for each practice to review.",
    ),
    Command(
        "explain",
        PRACTICE,
        "Explain why a person is, or is not, on a list: each part of the rule, the entries behind it, any near miss.",
        {"allow_extra_args": True},  # an NHS number typed with its spaces
    ),
    Command("nightly", DATA, "Update the store, search for each study, and publish each practice's lists."),
    Command("extract", DATA, "Look at an extract before you search it."),
    Command("store", DATA, "Keep an extract, update it each night, and search it without reading the files again."),
    Command(
        "synth",
        RESEARCH,
        "Make a synthetic extract of people who do not exist, and a file that says what is true of each of them.",
    ),
    Command("rule", RESEARCH, "Check, describe and test a rule, or print its SQL."),
    Command("codelist", RESEARCH, "Check and show code lists."),
    Command(
        "ledger",
        AUDIT,
        "Look at the ledger, prove that it has not been altered, and erase people when it is time.",
    ),
)


class OnDemand(UserDict[str, Any]):
    """The commands by name, each imported when it is asked for. The types are Typer's private ones."""

    def __init__(self) -> None:
        super().__init__({command.name: command for command in COMMANDS})

    def __getitem__(self, name: str) -> Any:
        return _load(super().__getitem__(name))


def _load(command: Command) -> Any:
    """The command as Typer sees it, by way of an app that holds nothing else."""
    module = import_module(f"cli.{command.name}")
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.callback()(lambda: None)  # what has a callback is a group, even of one
    if hasattr(module, "app"):
        alone.add_typer(module.app, name=command.name)
    else:
        alone.command(command.name, context_settings=dict(command.settings))(getattr(module, command.name))
    return typer.main.get_command(alone).commands[command.name]  # type: ignore[attr-defined]
