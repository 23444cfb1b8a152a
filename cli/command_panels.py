"""Groups the commands in `casefinder --help` into panels, one for each kind of person who uses them.

Not here: what a command does, which is with the command, or which panel it is in, which is in `cli.commands`.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

from cli.commands import COMMANDS, OnDemand


class CommandPanels(TyperGroup):
    """Typer's own panels look the same but need `typer.rich_utils`, which takes long to import."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = OnDemand()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Overrides Typer's single list. The types are Typer's private ones."""
        widest = max(len(command.name) for command in COMMANDS)
        for panel in dict.fromkeys(command.panel for command in COMMANDS):
            with formatter.section(panel):
                formatter.write_dl([(one.name.ljust(widest), one.says) for one in COMMANDS if one.panel == panel])
