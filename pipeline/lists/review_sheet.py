"""The sheet "Invitation list": a row for each person, with shaded columns for the reviewer's decision.

Excel sorts no rows with locked cells on a protected sheet. So the cells of the record are not locked: each refuses what
is typed over it.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.lists.cells import fit_height, say_day, write_day, write_lines, write_text
from pipeline.lists.columns import COLUMNS, Column, Kind, Value, place
from pipeline.lists.help_text import NOBODY_FOUND
from pipeline.lists.number_check import mark_wrong_numbers
from pipeline.lists.print_layout import GREY, INK, LINE, SHADE, SMALLEST_SCALE, set_page
from pipeline.lists.prompts import split_questions
from pipeline.lists.row import ListProvenance, ListRow

NAME = "Invitation list"

_LOOK = {"font_size": 10, "font_color": INK, "valign": "top", "text_wrap": True, "border": 1, "border_color": LINE}
_BASE = _LOOK | {"locked": False}
_HEADING = _LOOK | {"bold": True, "bg_color": GREY, "bottom": 2, "bottom_color": INK}
_TALL = 150.0  # points; a row taller than this does not make the others as tall
_TO_FILL = {"bg_color": SHADE}
_KINDS: dict[Kind, dict[str, str]] = {
    "text": {},
    "lines": {},
    "identifier": {"num_format": "@"},
    "day": {"num_format": "dd/mm/yyyy", "align": "left"},
}


def add_review_sheet(book: Workbook, rows: Sequence[ListRow], about: ListProvenance) -> None:
    """Adds the list. The first row holds the column names, which a later import looks for."""
    sheet = book.add_worksheet(NAME)
    _write_headings(book, sheet)
    _write_people(book, sheet, rows)
    if rows:
        _keep_record(sheet, len(rows))
        _offer_choices(sheet, len(rows), about)
        _mark_missing_reasons(book, sheet, len(rows))
        mark_wrong_numbers(book, sheet, len(rows))
    else:
        _say_nobody(sheet)
    _lay_out(sheet, len(rows), about)


def _write_headings(book: Workbook, sheet: Worksheet) -> None:
    """The column names, shown as the words that people read. Selecting one shows what it means."""
    sheet.set_row(0, 32)  # two lines high, so that the filter arrow is below the name, not over it
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width)
        colour = {"bg_color": SHADE} if column.is_for_reviewer else {}
        shown = {"num_format": f';;;"{column.heading}"'}  # the fourth part is for text: these words instead of it
        sheet.write_string(0, at, column.name, book.add_format(_HEADING | colour | shown))
        meaning = {"validate": "any", "input_title": column.heading, "input_message": column.help}
        sheet.data_validation(0, at, 0, at, meaning)


def _write_people(book: Workbook, sheet: Worksheet, rows: Sequence[ListRow]) -> None:
    styles = [_add_style(book, column) for column in COLUMNS]
    bold = book.add_format(_BASE | {"bold": True})
    born = {age: book.add_format(_BASE | _say_age(age)) for age in sorted({row.age for row in rows})}
    _set_heights(sheet, rows)
    for number, row in enumerate(rows, start=1):
        for at, (column, style) in enumerate(zip(COLUMNS, styles, strict=True)):
            value = _shown(column, row)
            is_bold = bool(column.read and column.read(row) in column.bold)
            look = born[row.age] if column.name == "date_of_birth" else bold if is_bold else style
            _write_cell(sheet, number, at, column, value, look)


def _set_heights(sheet: Worksheet, rows: Sequence[ListRow]) -> None:
    """One height for all but the tallest rows: sorting moves the text of a row and not its height."""
    wrapping = [column for column in COLUMNS if column.may_wrap]
    fits = [fit_height((str(_shown(column, row)), column.width) for column in wrapping) for row in rows]
    usual = max((height for height in fits if height <= _TALL), default=0)
    for number, height in enumerate(fits, start=1):
        sheet.set_row(number, max(height, usual))


def _shown(column: Column, row: ListRow) -> Value:
    """What people read; nothing where the reviewer writes."""
    if column.name == "date_of_birth" and row.date_of_birth is None:
        return f"aged {row.age}" if row.age else ""
    read = column.show or column.read
    return read(row) if read else None


def _say_age(age: str) -> dict[str, str]:
    """A date that shows the age after it, and is a date all the same."""
    shown = _KINDS["day"]["num_format"]
    return {**_KINDS["day"], "num_format": f'{shown}" ({age})"' if age else shown}


def _write_cell(sheet: Worksheet, row: int, at: int, column: Column, value: Value, style: Format) -> None:
    if not isinstance(value, str):
        write_day(sheet, row, at, value, style)
    elif column.kind == "lines":
        write_lines(sheet, row, at, value, style)
    else:
        write_text(sheet, row, at, value, style)


def _add_style(book: Workbook, column: Column) -> Format:
    """How the column's cells look, and whether they can be filled in."""
    return book.add_format(_BASE | _KINDS[column.kind] | (_TO_FILL if column.is_for_reviewer else {}))


def _keep_record(sheet: Worksheet, last: int) -> None:
    """What comes from the record refuses whatever is typed over it."""
    words = "This comes from the record. To note something, use the shaded columns."
    never = {"validate": "custom", "value": "=FALSE", "error_title": "Not changed", "error_message": words}
    written = [at for at, column in enumerate(COLUMNS) if not column.is_for_reviewer]
    sheet.data_validation(1, written[0], last, written[-1], never)


def _offer_choices(sheet: Worksheet, last: int, about: ListProvenance) -> None:
    """Lists from which to choose a decision and a reason, beside what the reviewer judges, and a check on the date."""
    ask = "Choose one from the list: press Alt and the down arrow, or click the arrow beside the cell."
    offered = [(at, column) for at, column in enumerate(COLUMNS) if column.choices]
    for (at, column), said in zip(offered, split_questions(about.questions, len(offered)), strict=True):
        choice = {"validate": "list", "source": f"={column.choices_name}"}
        error = {"error_title": column.heading, "error_message": ask}
        prompt = {"input_title": "Judge for each person", "input_message": said} if said else {}
        sheet.data_validation(1, at, last, at, choice | error | prompt)
    ask = f"Enter a date on or after the extract date, for example {say_day(about.extract_date)}."
    day = {"validate": "date", "criteria": ">=", "value": about.extract_date}
    at = place("reviewed_on")
    sheet.data_validation(1, at, last, at, day | {"error_title": "Reviewed on", "error_message": ask})


def _mark_missing_reasons(book: Workbook, sheet: Worksheet, last: int) -> None:
    """A rejection without a reason is marked in words and in colour."""
    decision, reason = place("decision"), place("reason")
    look = book.add_format(
        {"bold": True, "font_color": "#8A1538", "bg_color": "#FBE4E8", "num_format": '@" (reason?)"'}
    )
    rejected, given = (xl_rowcol_to_cell(1, column, col_abs=True) for column in (decision, reason))
    formula = f'=AND({rejected}="rejected",TRIM({given})="")'
    sheet.conditional_format(1, decision, last, reason, {"type": "formula", "criteria": formula, "format": look})


def _say_nobody(sheet: Worksheet) -> None:
    """In a text box, not a cell, so that no program reads the sentence as a person."""
    font = {"size": 14, "color": INK}
    box = {"width": 900, "height": 70, "font": font, "description": NOBODY_FOUND, "x_offset": 8, "y_offset": 8}
    sheet.insert_textbox(1, 0, NOBODY_FOUND, box)


def _lay_out(sheet: Worksheet, people: int, about: ListProvenance) -> None:
    """On screen: fixed columns, filter, protection. On paper: page size, headings on every page, header and footer."""
    sheet.freeze_panes(1, sum(column.stays_in_sight for column in COLUMNS))
    sheet.autofilter(0, 0, people, len(COLUMNS) - 1)
    identifiers = [at for at, column in enumerate(COLUMNS) if column.kind == "identifier"]
    sheet.ignore_errors({"number_stored_as_text": xl_range(1, identifiers[0], max(people, 1), identifiers[-1])})
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.repeat_columns(place("given_name"), place("surname"))
    sheet.set_print_scale(SMALLEST_SCALE)
    sheet.print_across()
    set_page(sheet, about, one_page_wide=False)
