"""The sheet "To print": a block for each person, which no page splits, with boxes for the decision.

What the reviewer judges and the reasons to reject are at the top of every page. At full size, so that its type is 10
point on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.lists.cells import fit_height, say_day, write_lines, write_text
from pipeline.lists.help_text import NOBODY_FOUND
from pipeline.lists.print_layout import GREY, INK, LINE, PAGE_HEIGHT, set_page
from pipeline.lists.row import ListProvenance, ListRow

NAME = "To print"

_LABEL_WIDTH, _TEXT_WIDTH = 19, 76  # characters; as wide as upright A4
_GAP = 9.0  # points between two people
_LONGEST_LABEL = 40
_BASE = {"font_size": 10, "font_color": INK, "valign": "top", "text_wrap": True}
_NAME = {"bold": True, "font_size": 11, "bg_color": GREY, "top": 1, "top_color": INK}
_BOX = "\u2610"
_TO_TICK = (
    f"{_BOX} approved    {_BOX} rejected, reason no. ____    {_BOX} later    Initials ________    Date ______________"
)
_ROOM_TO_WRITE = 24.0  # points
_MOST_BREAKS = 1_023  # Excel's limit for a sheet

Pair = tuple[str, str]  # a label and its text
Breaks = list[int]


@dataclass(frozen=True)
class _Styles:
    label: Format
    text: Format
    name: Format


def add_paper_sheet(book: Workbook, rows: Sequence[ListRow], about: ListProvenance) -> None:
    """Adds the sheet, with people in the order given."""
    sheet = book.add_worksheet(NAME)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH)
    line = {"bottom": 4, "bottom_color": LINE}
    styles = _Styles(*(book.add_format(_BASE | more) for more in (line | {"bold": True}, line, _NAME)))
    head = list(_page_head(about))
    _write_pairs(sheet, 0, head, styles)
    sheet.repeat_rows(0, len(head) - 1)
    sheet.freeze_panes(len(head), 0)
    blocks = [_block(number, row) for number, row in enumerate(rows, start=1)] or [[("", NOBODY_FOUND)]]
    sheet.set_h_pagebreaks(_write_blocks(sheet, blocks, len(head), PAGE_HEIGHT - _height(head), styles))
    sheet.protect()
    set_page(sheet, about, one_page_wide=False)


def _page_head(about: ListProvenance) -> Iterator[Pair]:
    if about.questions:
        yield "Judge for each person", "\n".join(f"\u2022 {question}" for question in about.questions)
    reasons = "; ".join(f"{number}\u00a0{reason}" for number, reason in enumerate(about.reasons, start=1))
    yield "Reasons to reject", reasons


def _block(number: int, row: ListRow) -> list[Pair]:
    """One person. The first pair is the heading."""
    name = " ".join(filter(None, (row.title, row.given_name, row.surname)))
    born = f"born {say_day(row.date_of_birth)}" if row.date_of_birth else ""
    about = ", ".join(filter(None, (name, row.sex, f"aged {row.age}" if row.age else "", born)))
    pairs = [(str(number), about), ("Numbers", _say_numbers(row)), *map(_as_pair, row.why.split("\n"))]
    pairs += [("Work", row.in_work_because), ("To consider", row.flags), ("Decision", _TO_TICK)]
    return [pair for pair in pairs if pair[1]]


def _say_numbers(row: ListRow) -> str:
    first = f"first listed {say_day(row.first_listed)}" if row.first_listed else ""
    numbers = (("study code", row.study_code), ("NHS number", row.nhs_number), ("local number", row.local_number))
    said = ", ".join(filter(None, (*(f"{what} {number}" for what, number in numbers if number), first)))
    return said[:1].upper() + said[1:]


def _as_pair(line: str) -> Pair:
    """`Pain: recorded once` has a label of its own; any other line says why."""
    label, colon, text = line.partition(": ")
    return (label, text[:1].upper() + text[1:]) if colon and len(label) <= _LONGEST_LABEL else ("Why", line)


def _write_blocks(sheet: Worksheet, blocks: Sequence[Sequence[Pair]], top: int, room: float, styles: _Styles) -> Breaks:
    """Returns the rows at which a page begins: each block that would not fit on what is left of the page before."""
    at, left, breaks = top, room, []
    for block in blocks:
        height = _height(block) + _GAP
        if height > left and left < room:
            breaks.append(at)
            left = room
        left -= height
        _write_pairs(sheet, at, block, styles, has_name=True)
        at += len(block) + 1
        sheet.set_row(at - 1, _GAP)
    return breaks[:_MOST_BREAKS]


def _write_pairs(sheet: Worksheet, at: int, pairs: Sequence[Pair], styles: _Styles, *, has_name: bool = False) -> None:
    for place, (label, text) in enumerate(pairs):
        is_name = has_name and place == 0
        sheet.set_row(at + place, _row_height((label, text)))
        write_text(sheet, at + place, 0, label, styles.name if is_name else styles.label)
        write_lines(sheet, at + place, 1, text, styles.name if is_name else styles.text)


def _height(pairs: Iterable[Pair]) -> float:
    return sum(map(_row_height, pairs))


def _row_height(pair: Pair) -> float:
    label, text = pair
    fit = fit_height(((label, _LABEL_WIDTH), (text, _TEXT_WIDTH)))
    return max(fit, _ROOM_TO_WRITE) if text == _TO_TICK else fit
