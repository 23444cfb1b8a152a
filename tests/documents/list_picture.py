"""README's picture of a list, drawn from the demo's workbook: `make picture`. Nobody in the demo exists."""

from __future__ import annotations

import sys
import textwrap
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl

from tests.documents.svg import PALE, box, drawing, text

# Columns of the workbook, and how many pixels each has in the picture. The rest, such as NHS numbers, are left out.
WIDTHS = {
    "given_name": 94,
    "surname": 82,
    "date_of_birth": 86,
    "why": 384,
    "in_work_evidence": 116,
    "in_work_because": 150,
    "decision": 74,
    "reason": 62,
}
CHARACTER, LINE_HEIGHT, MARGIN = 6.7, 16, 6  # pixels, at 12 pixels a letter
PEOPLE = 2  # with each kind of in-work evidence
TITLE = "A practice's list to review: each row says why a person is on it, and what the record says about work"


def list_picture(workbook: Path) -> str:
    """SVG of the first people with each kind of in-work evidence."""
    parts, top = _line({name: name for name in WIDTHS}, 0, bold=True)
    for row in _first_of_each(_rows(workbook)):
        drawn, top = _line({name: _shown(row[name]) for name in WIDTHS}, top)
        parts += drawn
    return drawing(sum(WIDTHS.values()) + 1, top + 1, TITLE, parts)


def _rows(workbook: Path) -> list[dict[str, Any]]:
    header, *rows = openpyxl.load_workbook(workbook).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def _first_of_each(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    states = [row["in_work_evidence"] for row in rows]
    return [row for place, row in enumerate(rows) if states[:place].count(states[place]) < PEOPLE]


def _shown(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, datetime) else str(value or "")


def _line(cells: dict[str, str], top: float, *, bold: bool = False) -> tuple[list[str], float]:
    """One row of cells, and where the next begins."""
    lines = {name: _wrapped(words, WIDTHS[name]) for name, words in cells.items()}
    height = max(map(len, lines.values())) * LINE_HEIGHT + 2 * MARGIN
    parts, left = [], 0.5
    for name, width in WIDTHS.items():
        parts.append(box(left, top + 0.5, width, height, PALE if bold else "#ffffff"))
        for number, words in enumerate(lines[name], start=1):
            parts.append(text(left + MARGIN, top + number * LINE_HEIGHT + 2, words, bold=bold))
        left += width
    return parts, top + height


def _wrapped(words: str, width: int) -> list[str]:
    room = int((width - 2 * MARGIN) / CHARACTER)
    words = words if " " in words else words.replace("_", "_ ")  # a column's name may be broken at its joints
    return [
        line.replace("_ ", "_")
        for part in words.splitlines()
        for line in textwrap.wrap(part, room, break_on_hyphens=False)
    ] or [""]


if __name__ == "__main__":
    sys.stdout.write(list_picture(Path(sys.argv[1])))
