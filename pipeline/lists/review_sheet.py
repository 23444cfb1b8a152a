"""The sheet "Invitation list": one row per person, with shaded columns for the reviewer's decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.lists.cells import fit_height, say_day, write_day, write_lines, write_text
from pipeline.lists.help_text import MEANINGS, NOBODY_FOUND
from pipeline.lists.print_layout import GREY, INK, LINE, SHADE, set_page
from pipeline.lists.row import COLUMNS, FOUND_COLUMNS, REVIEWER_COLUMNS, ListProvenance, ListRow

NAME = "Invitation list"
DECISIONS_NAME = "decision_choices"
REASONS_NAME = "reason_choices"

# In characters. All 17 fit the width of landscape A4 at 70% of full size: 7 point type.
_WIDTHS = {
    "study_code": 9.5,
    "nhs_number": 10.5,
    "local_number": 11,
    "title": 5,
    "given_name": 10,
    "surname": 12,
    "date_of_birth": 11,
    "sex": 6.5,
    "why": 36,
    "in_work_evidence": 13.5,
    "in_work_because": 19,
    "flags": 15,
    "first_listed": 10,
    "decision": 10,
    "reason": 14,
    "reviewer": 8.5,
    "reviewed_on": 10,
}
_WRAPPED = ("given_name", "surname", "why", "in_work_because", "flags")
_IDENTIFIERS = ("study_code", "nhs_number", "local_number")
# These stay in sight, so that a decision is never read against the wrong name.
_IDENTITY_COLUMNS = COLUMNS.index("surname") + 1
_MAY_BE_IN_WORK = ("in_work", "conflicting")

_BASE = {"font_size": 10, "font_color": INK, "valign": "top", "text_wrap": True, "border": 1, "border_color": LINE}
_HEADING = _BASE | {"bold": True, "font_size": 9, "bg_color": GREY, "bottom": 2, "bottom_color": INK}
_TO_FILL = {"bg_color": SHADE, "locked": False}
_DAY = {"num_format": "dd/mm/yyyy", "align": "left"}


def add_review_sheet(book: Workbook, rows: Sequence[ListRow], about: ListProvenance) -> None:
    """Adds the list. The first row holds the column names, by which a later import finds them."""
    sheet = book.add_worksheet(NAME)
    _write_headings(book, sheet)
    _write_people(book, sheet, rows)
    if rows:
        _offer_choices(sheet, len(rows), about)
        _mark_missing_reasons(book, sheet, len(rows))
    else:
        _say_nobody(sheet)
    _lay_out(sheet, len(rows), about)


def _write_headings(book: Workbook, sheet: Worksheet) -> None:
    """The column names; selecting one shows what it means."""
    plain = book.add_format(_HEADING)
    shaded = book.add_format(_HEADING | {"bg_color": SHADE})
    sheet.set_row(0, 30)  # two lines high: the filter arrow lies below the name, not over it
    for column, name in enumerate(COLUMNS):
        sheet.set_column(column, column, _WIDTHS[name])
        sheet.write_string(0, column, name, shaded if name in REVIEWER_COLUMNS else plain)
        meaning = {"validate": "any", "input_title": name, "input_message": MEANINGS[name]}
        sheet.data_validation(0, column, 0, column, meaning)


def _write_people(book: Workbook, sheet: Worksheet, rows: Sequence[ListRow]) -> None:
    styles = _styles(book)
    loud = book.add_format(_BASE | {"bold": True})
    for row, person in enumerate(rows, start=1):
        sheet.set_row(row, fit_height((getattr(person, name), _WIDTHS[name]) for name in _WRAPPED))
        evidence = loud if person.in_work_evidence in _MAY_BE_IN_WORK else styles["in_work_evidence"]
        _write_person(sheet, row, person, styles | {"in_work_evidence": evidence})


def _write_person(sheet: Worksheet, row: int, person: ListRow, styles: dict[str, Format]) -> None:
    for column, name in enumerate(COLUMNS):
        value: str | date | None = getattr(person, name, None)  # the reviewer's columns are empty
        if name == "why":
            write_lines(sheet, row, column, person.why, styles[name])
        elif isinstance(value, str):
            write_text(sheet, row, column, value, styles[name])
        else:
            write_day(sheet, row, column, value, styles[name])


def _styles(book: Workbook) -> dict[str, Format]:
    """A cell style for each column."""
    kinds = {
        "text": book.add_format(_BASE),
        "identifier": book.add_format(_BASE | {"num_format": "@"}),
        "day": book.add_format(_BASE | _DAY),
        "choice": book.add_format(_BASE | _TO_FILL),
        "choice_day": book.add_format(_BASE | _TO_FILL | _DAY),
    }
    found = {name: kinds["identifier" if name in _IDENTIFIERS else "text"] for name in FOUND_COLUMNS}
    days = {"date_of_birth": kinds["day"], "first_listed": kinds["day"]}
    return found | days | {name: kinds["choice"] for name in REVIEWER_COLUMNS} | {"reviewed_on": kinds["choice_day"]}


def _offer_choices(sheet: Worksheet, last: int, about: ListProvenance) -> None:
    """Lists to choose a decision and a reason from, and a check on the day."""
    ask = "Choose one from the list: press Alt and the down arrow, or click the arrow beside the cell."
    for name, choices in (("decision", DECISIONS_NAME), ("reason", REASONS_NAME)):
        choice = {"validate": "list", "source": f"={choices}", "error_title": name, "error_message": ask}
        sheet.data_validation(1, COLUMNS.index(name), last, COLUMNS.index(name), choice)
    ask = f"Type a day such as {say_day(about.extract_date)}, the day of the extract, or a later one."
    day = {"validate": "date", "criteria": ">=", "value": about.extract_date}
    column = COLUMNS.index("reviewed_on")
    sheet.data_validation(1, column, last, column, day | {"error_title": "reviewed_on", "error_message": ask})


def _mark_missing_reasons(book: Workbook, sheet: Worksheet, last: int) -> None:
    """A rejection without its reason says so in words and in colour."""
    decision, reason = COLUMNS.index("decision"), COLUMNS.index("reason")
    look = book.add_format(
        {"bold": True, "font_color": "#8A1538", "bg_color": "#FBE4E8", "num_format": '@" (reason?)"'}
    )
    rejected, given = (xl_rowcol_to_cell(1, column, col_abs=True) for column in (decision, reason))
    formula = f'=AND({rejected}="rejected",TRIM({given})="")'
    sheet.conditional_format(1, decision, last, reason, {"type": "formula", "criteria": formula, "format": look})


def _say_nobody(sheet: Worksheet) -> None:
    """In a box, not a cell: no program may take the sentence for a person."""
    font = {"size": 14, "color": INK}
    box = {"width": 900, "height": 70, "font": font, "description": NOBODY_FOUND, "x_offset": 8, "y_offset": 8}
    sheet.insert_textbox(1, 0, NOBODY_FOUND, box)


def _lay_out(sheet: Worksheet, people: int, about: ListProvenance) -> None:
    """On the screen: what stays in sight, filter, protection. On paper: page, headings on each, whose it is."""
    sheet.freeze_panes(1, _IDENTITY_COLUMNS)
    sheet.autofilter(0, 0, people, len(COLUMNS) - 1)
    sheet.ignore_errors({"number_stored_as_text": xl_range(1, 0, max(people, 1), len(_IDENTIFIERS) - 1)})
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
    sheet.set_landscape()
    sheet.repeat_rows(0)
    set_page(sheet, about)
