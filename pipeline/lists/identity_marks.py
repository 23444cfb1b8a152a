"""Marks a row in red if its identifiers are no longer those the list was made with. A hidden sheet keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.lists.cells import FIRST_EXCEL_DAY, say_day
from pipeline.lists.columns import place
from pipeline.lists.row import ListRow
from pipeline.lists.text_safety import make_safe

NAME = "identities"  # under which the workbook keeps them
SHEET = "Identities"
_PARTS = ("study_code", "nhs_number", "local_number", "given_name", "surname", "date_of_birth")
_DAY_NOUGHT = date(1899, 12, 30)  # from which Excel counts its days, since March 1900
_LONGEST = 250  # characters; MATCH takes 255 at most


def keep_identities(book: Workbook, rows: Sequence[ListRow]) -> None:
    """Adds the hidden sheet."""
    kept = book.add_worksheet(SHEET)
    kept.write_column(0, 0, [_joined(row) for row in rows])
    kept.very_hidden()
    book.define_name(NAME, f"={SHEET}!$A$1:$A${max(len(rows), 1)}")


def mark_changed(book: Workbook, sheet: Worksheet, people: int) -> None:
    """Sorting moves all of a person's cells together, so it changes nothing."""
    cells = '&"|"&'.join(xl_rowcol_to_cell(1, place(part), col_abs=True) for part in _PARTS)
    sought = f'LEFT(SUBSTITUTE({cells},"~","~~"),{_LONGEST})'  # MATCH takes a tilde for a sign of its own
    look = book.add_format({"bold": True, "font_color": "#8A1538", "bg_color": "#FBE4E8"})
    rule = {"type": "formula", "criteria": f"=ISERROR(MATCH({sought},{NAME},0))", "format": look}
    sheet.conditional_format(1, 0, people, max(map(place, _PARTS)), rule)


def _joined(row: ListRow) -> str:
    """As Excel joins the same cells."""
    texts = map(make_safe, (row.study_code, row.nhs_number, row.local_number, row.given_name, row.surname))
    return "|".join((*texts, _born(row)))[:_LONGEST]


def _born(row: ListRow) -> str:
    """A date is the number of its day, and one before Excel's calendar is text."""
    day = row.date_of_birth
    if day is None:
        return f"aged {row.age}" if row.age else ""
    return say_day(day) if day < FIRST_EXCEL_DAY else str((day - _DAY_NOUGHT).days)
