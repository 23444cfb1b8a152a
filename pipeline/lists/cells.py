"""Writing one cell of a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from math import ceil

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipeline.lists.text_safety import make_lines_safe, make_safe

# Excel's limit is 32,767 UTF-16 units, and a character may take two. XlsxWriter leaves the cell of longer text empty.
LONGEST_TEXT = 16_000
_CUT = " … [cut here: too long for one cell]"

# Excel's calendar begins in 1900 and includes a 29 February 1900, which did not exist.
_FIRST_EXCEL_DAY = date(1900, 3, 1)

# In points, for the 10 point type that both sheets use.
_LINE, _SPARE, _TALLEST = 13.0, 4.0, 409.0  # Excel's tallest row


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Writes `text` as one line of text, whatever it looks like."""
    _put(sheet, row, column, make_safe(text), style)


def write_lines(sheet: Worksheet, row: int, column: int, text: str, style: Format) -> None:
    """Writes `text` as lines within one cell. Its line breaks are our own."""
    _put(sheet, row, column, make_lines_safe(text, "\n"), style)


def _put(sheet: Worksheet, row: int, column: int, safe: str, style: Format) -> None:
    """Cuts text that is too long for a cell, and says so. Without text the cell is left empty."""
    if len(safe) > LONGEST_TEXT:
        safe = safe[: LONGEST_TEXT - len(_CUT)] + _CUT
    if safe:
        sheet.write_string(row, column, safe, style)
    else:
        sheet.write_blank(row, column, None, style)


def write_day(sheet: Worksheet, row: int, column: int, day: date | None, style: Format) -> None:
    """Writes a real date, an empty cell for None, or text for a day before Excel's calendar."""
    if day is None:
        sheet.write_blank(row, column, None, style)
    elif day < _FIRST_EXCEL_DAY:
        sheet.write_string(row, column, say_day(day), style)
    else:
        sheet.write_datetime(row, column, datetime.combine(day, time()), style)


def say_day(day: date) -> str:
    """31/12/2026. Not `strftime`, which on some systems does not pad years before 1000."""
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def fit_height(texts: Iterable[tuple[str, float]]) -> float:
    """The height in points of a row whose cells hold (text, column width in characters).

    Set here because some programs do not adjust the height of wrapped rows when they open a file. Measured on prose: a
    column of width w holds 1.2 w characters of 10 point type, less about three for wrapping at words.
    """
    lines = max(sum(_count_lines(line, width) for line in text.split("\n")) for text, width in texts)
    return min(_LINE * lines + _SPARE, _TALLEST)


def _count_lines(text: str, width: float) -> int:
    return max(ceil(len(text) / (1.2 * width - 3)), 1)
