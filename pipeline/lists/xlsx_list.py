"""The review list as an Excel workbook, for people: the list, the same for paper, what it is, and the choices.

Every value is a string or a date; no cell holds a formula, number or link. The protection has no password: it prevents
slips and is not security. The same input gives the same bytes. Do not load and save the file with openpyxl, which turns
text that begins with an equals sign into a formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook

from pipeline.files.private import create_private
from pipeline.lists.about_sheet import add_about_sheet
from pipeline.lists.columns import COLUMNS
from pipeline.lists.paper_sheet import add_paper_sheet
from pipeline.lists.review_sheet import add_review_sheet
from pipeline.lists.row import ListProvenance, ListRow
from pipeline.lists.text_safety import make_safe

# In memory, because XlsxWriter would otherwise put patients' details in the system's temporary folder while it works.
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write_xlsx(path: Path, rows: Sequence[ListRow], about: ListProvenance) -> None:
    """Writes the workbook, with people in the order given. Raises OutputError if it cannot be written."""
    content = io.BytesIO()
    book = Workbook(content, _OPTIONS)
    _describe(book, about)
    add_review_sheet(book, rows, about)
    add_paper_sheet(book, rows, about)
    add_about_sheet(book, about, len(rows))
    _add_choices(book, about)
    book.close()
    with create_private(path) as file:
        file.write(content.getvalue())


def _describe(book: Workbook, about: ListProvenance) -> None:
    """The document's properties: a title for screen readers to announce, and the index date in place of the clock's."""
    book.set_properties(
        {
            "title": make_safe(f"Invitation list: {about.study}, {about.practice}"),
            "subject": "Confidential: patient data",
            "author": "Casefinder",
            "created": datetime.combine(about.index_date, time()),
        }
    )


def _add_choices(book: Workbook, about: ListProvenance) -> None:
    """Adds a sheet of what the reviewer may choose. Excel's menus do not show it; cells reach it by name."""
    sheet = book.add_worksheet("Choices")
    offered = [(column.choices_name, column.choices(about)) for column in COLUMNS if column.choices]
    for place, (name, choices) in enumerate(offered):
        sheet.write_column(0, place, choices)
        letter = xl_col_to_name(place, col_abs=True)
        book.define_name(name, f"=Choices!{letter}$1:{letter}${len(choices)}")
    sheet.very_hidden()
