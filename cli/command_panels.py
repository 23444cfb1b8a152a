"""`casefinder --help` with the commands under panels, one for each kind of person who uses them.

What a command does is said beside the command, and which panel it stands under in `cli.main`: not here.
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
