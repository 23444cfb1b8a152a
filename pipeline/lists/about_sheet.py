"""The sheet "About this list": how to use it, what not to use it for, and how it was made."""

from __future__ import annotations

from collections.abc import Iterable

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.lists.cells import fit_height, say_day, write_text
from pipeline.lists.columns import COLUMNS
from pipeline.lists.help_text import NOBODY_FOUND, SECTIONS, SIGNS
from pipeline.lists.print_layout import GREY, INK, LINE, set_page
from pipeline.lists.row import ListProvenance

NAME = "About this list"

_BASE = {"font_size": 10, "font_color": INK, "valign": "top", "text_wrap": True}
_HEADING = {"bold": True, "font_size": 12, "font_color": INK, "bg_color": GREY, "bottom": 1, "bottom_color": LINE}
_LABEL_WIDTH, _TEXT_WIDTH = 24, 85  # characters; one page wide on upright A4


def add_about_sheet(book: Workbook, about: ListProvenance, listed: int) -> None:
    """Adds the sheet. `listed` is the number of people on the list."""
    sheet = book.add_worksheet(NAME)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    title = book.add_format(_BASE | {"bold": True, "font_size": 16, "text_wrap": False})
    heading = book.add_format(_HEADING)
    label, text = book.add_format(_BASE | {"bold": True}), book.add_format(_BASE)
    sheet.set_row(0, 26)
    write_text(sheet, 0, 0, NAME, title)
    row = _write_pairs(sheet, 1, _facts(about, listed), label, text)
    meanings = (*((column.heading, column.help) for column in COLUMNS), SIGNS)
    judged = tuple(("", question) for question in about.questions)
    for words, pairs in (
        ("What to judge for each person", judged),
        *SECTIONS,
        ("How it was made", about.lines),
        ("What the columns mean", meanings),
    ):
        row = _write_heading(sheet, row, words, heading)
        row = _write_pairs(sheet, row, pairs, label, text)
    set_page(sheet, about)


def _facts(about: ListProvenance, listed: int) -> tuple[tuple[str, str], ...]:
    return (
        ("Study", about.study),
        ("Practice", about.practice),
        ("People to review", str(listed) if listed else f"0. {NOBODY_FOUND}"),
        ("Rule", f"{about.rule_title} ({about.rule}, version {about.rule_version})"),
        ("Extract date", say_day(about.extract_date)),
        ("Index date", f"{say_day(about.index_date)}: ages and look-back periods are worked out to this day"),
    )


def _write_heading(sheet: Worksheet, row: int, words: str, style: Format) -> int:
    """Leaves a blank row, writes a heading across both columns and returns the next row."""
    write_text(sheet, row + 1, 0, words, style)
    sheet.write_blank(row + 1, 1, None, style)
    return row + 2


def _write_pairs(sheet: Worksheet, row: int, pairs: Iterable[tuple[str, str]], label: Format, text: Format) -> int:
    """Writes a row for each (label, text) and returns the next row."""
    for name, words in pairs:
        sheet.set_row(row, fit_height(((name, _LABEL_WIDTH), (words, _TEXT_WIDTH))))
        write_text(sheet, row, 0, name, label)
        write_text(sheet, row, 1, words, text)
        row += 1
    return row
