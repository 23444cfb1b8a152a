"""README's picture of a list, drawn from the demo's workbook: `make picture`. Nobody in the demo exists."""

from __future__ import annotations

import sys
import textwrap
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell, MergedCell

from pipeline.lists.columns import COLUMNS
from tests.documents.svg import PALE, box, drawing, text

# Columns of the workbook, and how many pixels each has in the picture. The rest, such as NHS numbers, are left out.
WIDTHS = {
    "given_name": 80,
    "surname": 92,
    "date_of_birth": 88,
    "why": 420,
    "in_work_evidence": 84,
    "in_work_because": 200,
    "decision": 72,
    "reason": 62,
}
CHARACTER, LINE_HEIGHT, MARGIN = 6.7, 16, 6  # pixels, at 12 pixels a letter
PEOPLE = 2  # with each kind of in-work evidence
TITLE = "A practice's list to review: each row says why a person is on it, and what the record says about work"


def list_picture(workbook: Path) -> str:
    """SVG of the first people with each kind of in-work evidence."""
    parts, top = _line(headings(), 0, bold=True)
    for row in _first_of_each(_rows(workbook)):
        drawn, top = _line({name: row[name] for name in WIDTHS}, top)
        parts += drawn
    return drawing(sum(WIDTHS.values()) + 1, top + 1, TITLE, parts)


def headings() -> dict[str, str]:
    """What the workbook shows for the name of each column in the picture."""
    return {column.name: column.heading for column in COLUMNS if column.name in WIDTHS}


def _rows(workbook: Path) -> list[dict[str, Any]]:
    header, *rows = openpyxl.load_workbook(workbook).worksheets[0].iter_rows()
    names = [str(cell.value) for cell in header]
    return [dict(zip(names, map(_shown, row), strict=True)) for row in rows]


def _first_of_each(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    states = [row["in_work_evidence"] for row in rows]
    return [row for place, row in enumerate(rows) if states[:place].count(states[place]) < PEOPLE]


def _shown(cell: Cell | MergedCell) -> str:
    """As the workbook shows it: the age stands in the format of the date of birth."""
    if isinstance(cell.value, date | datetime):
        return f"{cell.value:%d/%m/%Y}{cell.number_format.removeprefix('dd/mm/yyyy').strip(chr(34))}"
    return str(cell.value or "")


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
    lines = (textwrap.wrap(part, room, break_on_hyphens=False) for part in words.splitlines())
    return [line for part in lines for line in part] or [""]


if __name__ == "__main__":
    sys.stdout.write(list_picture(Path(sys.argv[1])))
