"""`--help`: every command says what it does, under the people who use it, and help is quick."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

from cli.commands import AUDIT, COMMANDS, DATA, PRACTICE, RESEARCH, OnDemand
from cli.main import app
from tests.functional.commands import casefinder

SLOW = {"rich", "duckdb", "pydantic", "yaml", "jinja2", "polars", "numpy", "pandas", "great_expectations"}


def every_command(command: Any, name: str = "casefinder") -> Iterator[tuple[str, Any]]:
    yield name, command
    if isinstance(command, TyperGroup):
        for part, below in command.commands.items():
            yield from every_command(below, f"{name} {part}")


def test_every_command_says_what_it_does_in_a_sentence() -> None:
    commands = dict(every_command(typer.main.get_command(app)))
    assert len(commands) > 20
    assert [name for name, command in commands.items() if not (command.help or "").strip().split("\n")[0]] == []
    assert [name for name, command in commands.items() if "..." in command.get_short_help_str(200)] == []


def test_help_says_of_each_command_what_its_own_help_says_first() -> None:
    commands = OnDemand()
    assert {one.name: one.says for one in COMMANDS} == {
        name: command.help.split("\n")[0].strip() for name, command in commands.items()
    }


def test_commands_stand_under_the_people_who_use_them() -> None:
    text = casefinder("--help").stdout
    panels = {part.split(":", 1)[0]: part for part in text.split("\n\n")}
    expected = {
        PRACTICE: ["search", "explain"],
        DATA: ["nightly", "extract", "store"],
        RESEARCH: ["synth", "rule", "codelist"],
        AUDIT: ["ledger"],
    }
    for panel, names in expected.items():
        lines = [line[2:].split(" ", 1)[0] for line in panels[panel].splitlines()[1:]]
        assert [name for name in lines if name] == names
    assert "Commands:" not in text and "..." not in text.split("Practice staff", 1)[1]


def test_help_does_not_wait_for_slow_libraries() -> None:
    program = (
        "import sys; sys.argv = ['casefinder', '--help']\n"
        "from cli.main import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        f"print(*(set(sys.modules) & {SLOW}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
