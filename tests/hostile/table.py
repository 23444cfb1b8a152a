"""A text file as an independent, strict reader takes it: rows of fields, or nothing where anything is out of place."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from pipeline.extracts.csv.relation import Dialect

_LONGEST = 50_000_000
_QUOTED = re.compile(r'(^|[,\t\n])"(?:[^"]|"")*"(?=[,\t\r\n]|$)')


@dataclass(frozen=True)
class Grid:
    """The header and the rows, all of one width."""

    header: list[str]
    rows: list[list[str]]


def read_grid(content: bytes, dialect: Dialect) -> Grid | None:
    """None where a strict reader would refuse: text that is none, quotes out of place, rows of another width."""
    try:
        text = content.decode("utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding)
    except UnicodeDecodeError:
        return None
    if "\0" in text or _has_lone_return(text):
        return None
    rows = _split(text, dialect)
    if not rows or any(len(row) != len(rows[0]) for row in rows) or not _quotes_are_in_place(text, dialect):
        return None
    return Grid(rows[0], rows[1:])


def _has_lone_return(text: str) -> bool:
    return "\r" in text.replace("\r\n", "")


def _split(text: str, dialect: Dialect) -> list[list[str]]:
    if not dialect.quote:
        lines = text.removesuffix("\n").split("\n") if text else []
        return [line.removesuffix("\r").split(dialect.delimiter) for line in lines]
    before = csv.field_size_limit(_LONGEST)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter, strict=True)
        return [row or [""] for row in reader]
    except csv.Error:
        return []
    finally:
        csv.field_size_limit(before)


def _quotes_are_in_place(text: str, dialect: Dialect) -> bool:
    """A quote inside a field that is not quoted is read in different ways by different programs."""
    return not dialect.quote or '"' not in _QUOTED.sub(r"\1", text)


def write_grid(grid: Grid, dialect: Dialect, quoting: int = csv.QUOTE_ALL, end: str = "\r\n") -> bytes:
    out = io.StringIO()
    if dialect.quote:
        csv.writer(out, delimiter=dialect.delimiter, quoting=quoting, lineterminator=end).writerows(  # type: ignore[arg-type]
            [grid.header, *grid.rows]
        )
    else:
        out.write("".join(dialect.delimiter.join(row) + end for row in (grid.header, *grid.rows)))
    return out.getvalue().encode(dialect.encoding)
