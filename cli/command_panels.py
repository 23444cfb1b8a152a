"""Groups the commands in `casefinder --help` into panels, one for each kind of person who uses them.

Not here: what a command does, which is with the command, or which panel it is in, which is in `cli.main`.
"""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

NO_PANEL = "Commands"
LONGEST_LINE = 200  # characters: a first sentence is wrapped, never cut


class CommandPanels(TyperGroup):
    """Typer's own panels look the same but need `typer.rich_utils`, which takes long to import."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Overrides Typer's single list. The types are Typer's private ones."""
        panels: dict[str, list[tuple[str, str]]] = {}
        widest = max(map(len, self.commands))
        for name, command in self.commands.items():
            line = (name.ljust(widest), command.get_short_help_str(LONGEST_LINE))
            panels.setdefault(getattr(command, "rich_help_panel", None) or NO_PANEL, []).append(line)
        for panel, lines in panels.items():
            with formatter.section(panel):
                formatter.write_dl(lines)
