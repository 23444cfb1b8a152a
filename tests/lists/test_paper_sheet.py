"""On paper: a block for each person that no page splits, at 9 point or more, with the reasons on every page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.lists.print_layout import PAGE_HEIGHT
from pipeline.lists.row import ListRow
from pipeline.lists.xlsx_list import write_xlsx
from tests.lists.invented import ABOUT, LUKASZ, SAOIRSE

WHY = "Pain: recorded on 4 dates, newest 12 Oct 2026, oldest 3 Jan 2024 (Sciatica)\nNominated (poster): asked"


def paper(folder: Path, *people: ListRow) -> Worksheet:
    write_xlsx(folder / "list.xlsx", people, ABOUT)
    sheet = load_workbook(folder / "list.xlsx")["To print"]
    assert isinstance(sheet, Worksheet)
    return sheet


def pairs(sheet: Worksheet) -> list[tuple[str, str]]:
    return [(str(label or ""), str(text or "")) for label, text in sheet.iter_rows(values_only=True)]


def test_a_block_has_everything_that_a_decision_needs(tmp_path: Path) -> None:
    person = replace(SAOIRSE, why=WHY, in_work_because="The record does not say")
    head, reasons, *block = pairs(paper(tmp_path, person))
    assert head == ("Judge for each person", "• In work, as far as you know\n• The pain has not lasted 3 months")
    assert reasons == (
        "Reasons to reject",
        "1\u00a0in work; 2\u00a0cancer-related pain; 3\u00a0said no to research",
    )
    assert block[:7] == [
        ("1", "Ms Saoirse O'Brien, F, aged 46, born 29/02/1980"),
        ("Numbers", "Study code 00417, NHS number 9990000018, local number 0007, first listed 20/11/2026"),
        ("Pain", "Recorded on 4 dates, newest 12 Oct 2026, oldest 3 Jan 2024 (Sciatica)"),
        ("Nominated (poster)", "Asked"),
        ("Work", "The record does not say"),
        ("To consider", "Interpreter needed"),
        ("Decision", block[6][1]),
    ]
    assert [block[6][1].count(word) for word in ("☐", "approved", "rejected, reason no.", "later")] == [3, 1, 1, 1]


def test_the_page(tmp_path: Path) -> None:
    sheet = paper(tmp_path, SAOIRSE)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("portrait", 9)
    fit = sheet.sheet_properties.pageSetUpPr
    assert not (fit and fit.fitToPage) and sheet.page_setup.scale in (None, 100)  # so 10 point is 10 point
    assert min(cell.font.sz for row in sheet.iter_rows() for cell in row if cell.value) >= 9
    assert sheet.print_title_rows == "$1:$2"
    width = sum(sheet.column_dimensions[column].width * 7 + 5 for column in "AB") * 72 / 96
    assert width < (210 / 25.4 - 0.6) * 72


@pytest.mark.parametrize("people", [1, 40])
def test_no_page_splits_a_person(tmp_path: Path, people: int) -> None:
    sheet = paper(tmp_path, *(replace(LUKASZ, why="\n".join([WHY] * (number % 9 + 1))) for number in range(people)))
    height = {row: float(sheet.row_dimensions[row].height or 15) for row in range(1, sheet.max_row + 1)}
    starts = [row for row in height if str(sheet.cell(row, 1).value).isdecimal()]
    assert len(starts) == people
    breaks = [one.id + 1 for one in sheet.row_breaks.brk]  # a break is after its row
    assert set(breaks) <= set(starts)
    pages = zip([3, *breaks], [*breaks, sheet.max_row + 1], strict=True)
    assert all(height[1] + height[2] + sum(height[row] for row in range(*page)) <= PAGE_HEIGHT for page in pages)


def test_nobody_to_print(tmp_path: Path) -> None:
    assert "no one to review today" in pairs(paper(tmp_path))[2][1]
