"""The drawing in docs/architecture.md, made from what the rooms import: `make docs`.

A room that imports another works with what the other makes, so the arrows show the way of the data. An arrow is left
out where a longer way says the same. What nearly every room uses (dates, tables, errors ...) is not drawn.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
START, END = "```mermaid\n", "```\n"
GROUND = {"pipeline.database", "pipeline.errors", "pipeline.dates", "pipeline.tables", "pipeline.vocabulary"}
GROUND |= {"pipeline.files", "pipeline.pages"}
FROM_OUTSIDE = {"supplier's files": "extracts", "rule": "rules", "code lists": "codes"}
TO_OUTSIDE = {"runs": "lists and counts", "night": "each night's lists"}

Arrow = tuple[str, str]


def rooms() -> list[str]:
    """Every room in the order that import-linter holds, the highest first."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers: list[str] = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    return layers


def imports() -> set[Arrow]:
    """(room, the room it imports from), without the ground floor."""
    graph = grimp.build_graph("pipeline", "cli", cache_dir=None)
    drawn = [room for room in rooms() if room not in GROUND]
    pairs = {
        (_room(module, drawn), _room(imported, drawn))
        for module in graph.modules
        for imported in graph.find_modules_directly_imported_by(module)
    }
    return {(room, other) for room, other in pairs if room and other and room != other}


def _room(module: str, among: list[str]) -> str:
    return next((room for room in among if f"{module}.".startswith(f"{room}.")), "")


def shortest(arrows: set[Arrow]) -> set[Arrow]:
    """Only the arrows that no longer way replaces."""
    return {(a, b) for a, b in arrows if not any(b in _reached(c, arrows) for x, c in arrows if x == a and c != b)}


def _reached(start: str, arrows: set[Arrow]) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        here = ahead.pop()
        new = {b for a, b in arrows if a == here} - found
        found |= new
        ahead += new
    return found


def mermaid() -> str:
    """The drawing as Mermaid text, which GitHub and most editors show as a picture."""
    return "\n".join(["flowchart TD", *_lines()]) + "\n"


def _lines() -> Iterator[str]:
    for number, (thing, room) in enumerate(FROM_OUTSIDE.items()):
        yield f'    in{number}[/"{thing}"/] --> {room}'
    for room, other in sorted(
        shortest(imports()), key=lambda arrow: tuple(map(rooms().index, arrow[::-1])), reverse=True
    ):
        yield f"    {_short(other)} --> {_short(room)}"
    for number, (room, thing) in enumerate(TO_OUTSIDE.items()):
        yield f'    {room} --> out{number}[/"{thing}"/]'


def _short(room: str) -> str:
    return room.removeprefix("pipeline.")


def page() -> str:
    """docs/architecture.md with the drawing as it is now."""
    before, rest = PAGE.read_text(encoding="utf-8").split(START, 1)
    return before + START + mermaid() + END + rest.split(END, 1)[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
