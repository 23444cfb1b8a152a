"""Marks in red an NHS number that is wrong, and a row without any number, so that a slip in the workbook shows.

The check digit says so by itself. The workbook keeps no second copy of anyone's identifiers, which would still be there
after someone cleared a column.
"""

from __future__ import annotations

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.lists.columns import place

_DIGITS = 'SUBSTITUTE(SUBSTITUTE({number}," ",""),"-","")'
_CHECK = "MOD(11-MOD(SUMPRODUCT(MID({digits},ROW($1:$9),1)*(11-ROW($1:$9))),11),11)"  # 10 never equals a digit
_IS_WRONG = "OR(LEN({digits})<>10," + _CHECK + "<>RIGHT({digits},1)*1)"


def mark_wrong_numbers(book: Workbook, sheet: Worksheet, last: int) -> None:
    """On the rows 1 to `last`."""
    number, local = place("nhs_number"), place("local_number")
    here, other = (xl_rowcol_to_cell(1, column, col_abs=True) for column in (number, local))
    is_wrong = _IS_WRONG.format(digits=_DIGITS.format(number=here))
    look = book.add_format({"bold": True, "font_color": "#8A1538", "bg_color": "#FBE4E8"})
    criteria = f'=IF({here}="",{other}="",IFERROR({is_wrong},TRUE))'
    sheet.conditional_format(1, number, last, number, {"type": "formula", "criteria": criteria, "format": look})
