"""Lines of a table that are not rows: empty ones, and those that a query tool puts around what it was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

EMPTY, DASHES, COUNT, CLOSING = "empty lines", "dashes below the titles", "counts of rows", "closing lines"

# `(12 rows affected)` of sqlcmd, `(12 rows)` of psql, `12 rows selected.` of SQL*Plus, `12 rows in set` of mysql.
_COUNT = re.compile(
    r"\((?P<a>[\d,]+) rows?(?:\(s\))?(?: affected)?\)|(?P<b>[\d,]+) rows? (?:selected\.|in set.*)", re.IGNORECASE
)
# Of SQL Server Management Studio, and the mark with which DOS ends a text.
_CLOSING = re.compile(r"Completion time: [\d:T.+-]+|\x1a", re.IGNORECASE)
_SEPARATOR = re.compile(rb"\"?sep=(.|\\t)\"?", re.IGNORECASE)  # the line above the titles that Excel understands


@dataclass(frozen=True)
class Filler:
    """`what`: the kind of line, in the plural. `rows`: how many rows the table has, where the line says so."""

    line: int
    what: str
    rows: int | None = None


def find_filler(line: int, text: str, delimiter: str = ",") -> Filler | None:
    """A line that cannot be a row, as what it is; None where nothing is known of it."""
    if not text.replace(delimiter, "").replace('""', "").strip():
        return Filler(line, EMPTY)  # perhaps with nothing but separators, as Excel leaves rows that were cleared
    text = text.strip()
    text = text.strip('"')
    if found := _COUNT.fullmatch(text):
        return Filler(line, COUNT, int((found["a"] or found["b"]).replace(",", "")))
    return Filler(line, CLOSING) if _CLOSING.fullmatch(text) else None


def are_dashes(fields: list[str]) -> bool:
    """Whether a line only underlines the titles above it."""
    return all(field.strip() and not field.strip().strip("-") for field in fields)


def are_empty(fields: list[str]) -> bool:
    """Whether a row holds nothing."""
    return not any(field.strip() for field in fields)


def is_above_titles(line: bytes) -> bool:
    """Whether the titles come after this line, the first of a file."""
    text = line.removeprefix(b"\xef\xbb\xbf").strip()
    return not text.strip(b',;|\t"') or _SEPARATOR.fullmatch(text) is not None
