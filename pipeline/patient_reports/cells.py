"""Reads one cell: a number or a date of birth. Raises ValueError with a reason that never quotes the cell."""

from __future__ import annotations

import re
from datetime import date

from pipeline.codes.nhs_number import is_valid_number

_LEAST = 6  # text with fewer digits among other characters is words, such as "Total: 12"
_EXPONENT = re.compile(r"\d+([.,]\d+)?[Ee]\+\d+")
_LOCAL = re.compile(r"(?=.*\d)[0-9A-Za-z][0-9A-Za-z/-]{0,29}")
_DAY_FIRST = re.compile(r"(\d{1,2})[/ -](\d{1,2}|[A-Za-z]{3,9})[/ -](\d{2}|\d{4})", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

AGAIN = "export the report again, and do not open it in a spreadsheet"
NINE_DIGITS = (
    "an NHS number of nine digits: a spreadsheet may have dropped a zero at the start, as Scottish numbers can have "
    f"one; if so, {AGAIN}"
)


class SpreadsheetDamage(Exception):
    """A spreadsheet has rounded a number, so nothing in the file can be trusted."""


def plain(cell: str) -> str:
    """The content of a cell, without the marks (`="..."`, an apostrophe) that some programs add to keep it as text."""
    text = cell.strip()
    dressed = re.fullmatch(r'="(.*)"', text)
    return (dressed[1] if dressed else text.removeprefix("'")).strip()


def read_nhs_number(cell: str) -> str | None:
    """Ten digits with the right check digit; None if the cell is empty or holds words."""
    text = re.sub(r"[\s‐‑–-]", "", plain(cell))
    if _EXPONENT.fullmatch(text):
        raise SpreadsheetDamage
    if len(re.findall(r"\d", text)) < _LEAST and not text.isdecimal():
        return None
    if re.fullmatch(r"[0-9]{9}", text):
        raise ValueError(NINE_DIGITS)
    if not re.fullmatch(r"[0-9]{10}", text):
        raise ValueError("an NHS number that does not have ten digits")
    if not is_valid_number(text):
        raise ValueError("an NHS number that fails its check digit")
    return text


def read_local_number(cell: str) -> str | None:
    """The practice's own number, one word with a digit in it; None if the cell is empty or holds anything else."""
    text = plain(cell)
    if _EXPONENT.fullmatch(text):
        raise SpreadsheetDamage
    return text if _LOCAL.fullmatch(text) else None


def read_practice(cell: str) -> str | None:
    return plain(cell).upper() or None


def read_birth(cell: str) -> date | None:
    """A day written as 31-Dec-1980, 31/12/1980 or 1980-12-31; None if the cell is empty."""
    text = plain(cell)
    if not text:
        return None
    iso, day_first = _ISO.fullmatch(text), _DAY_FIRST.fullmatch(text)
    if day_first and len(day_first[3]) == 2:
        raise ValueError(f"a date of birth with a two-digit year, as spreadsheets write it: {AGAIN}")
    if iso:
        return _day(*iso.groups())
    if day_first:
        return _day(day_first[3], day_first[2], day_first[1])
    raise ValueError("a date of birth not written as 31-Dec-1980, 31/12/1980 or 1980-12-31")


def _day(year: str, month: str, day: str) -> date:
    try:
        number = int(month) if month.isdecimal() else 1 + _MONTHS.index(month[:3].lower())
        return date(int(year), number, int(day))
    except ValueError:
        raise ValueError("a date of birth that does not exist") from None
