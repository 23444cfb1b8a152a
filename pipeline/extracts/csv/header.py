"""A CSV's header: read in Python, and our columns found in it by name, whatever their case and order."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Literal

from pipeline.errors import ExtractError
from pipeline.extracts.csv.fillers import are_dashes, is_above_titles
from pipeline.extracts.csv.relation import COMMA, DELIMITERS, Dialect
from pipeline.extracts.csv.utf16 import open_beginning

_LONGEST_HEADER, _MOST_COLUMNS, _MOST_ABOVE = 1_000_000, 5_000, 20


@dataclass(frozen=True)
class Layout:
    """The columns we want from a file. `key` shows where a row begins, so that reading can resume after a fault."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    key: str
    key_form: Literal["guid", "number", "any"]
    dates: tuple[str, ...] = ()  # checked for what a spreadsheet does to dates
    ids: tuple[str, ...] = ()  # checked for what a spreadsheet does to long numbers

    @property
    def columns(self) -> tuple[str, ...]:
        return self.needed + self.optional


def first_line(path: Path) -> tuple[bytes, int]:
    """The line of the titles, and how many lines are above it: empty ones, and one that tells Excel the separator.

    In UTF-8, if the file is in UTF-16.
    """
    above = 0
    with open_beginning(path, _LONGEST_HEADER) as file:
        line = file.readline(_LONGEST_HEADER)
        while line.endswith(b"\n") and is_above_titles(line) and above < _MOST_ABOVE:
            above, line = above + 1, file.readline(_LONGEST_HEADER)
    return line, above


def is_underlined(path: Path, dialect: Dialect = COMMA) -> bool:
    """Whether the line below the titles is one of dashes."""
    with path.open("rb") as file:
        below = list(islice(file, 1, 2))
    try:
        return bool(below) and are_dashes(split_line(below[0].decode("utf-8").rstrip("\r\n"), dialect))
    except (UnicodeDecodeError, csv.Error, StopIteration):
        return False


def read_header(path: Path, dialect: Dialect = COMMA) -> tuple[str, ...]:
    """The column names as the file spells them. Raises ExtractError where the first line is not a UTF-8 CSV header."""
    line, _ = first_line(path)
    if len(line) == _LONGEST_HEADER or line.count(dialect.delimiter.encode()) >= _MOST_COLUMNS:
        raise ExtractError(
            f"{path.name}: its first line is too long for column names, or has more than {_MOST_COLUMNS:,} of them. "
            "Ask for the supplier's own file."
        )
    if not line:
        raise ExtractError(f"{path.name} is empty (0 bytes): the copy may have stopped halfway. Ask for it again.")
    if line.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in line:
        raise ExtractError(f"{path.name} is not text in UTF-8 or UTF-16. Ask for the supplier's own file.")
    try:
        text = line.decode("utf-8-sig").rstrip("\r\n")
        names = split_line(text, as_written(text, dialect))
    except (UnicodeDecodeError, csv.Error, StopIteration):
        raise ExtractError(
            f"{path.name}: line 1 cannot be read as a header of column names in UTF-8. Ask for the supplier's own file."
        ) from None
    return tuple(name.strip() for name in names)


def as_written(line: str, dialect: Dialect) -> Dialect:
    """The dialect with the delimiter that a line of titles shows, if the usual one is not in it and one other is.

    A program that saves a file again may choose its own, such as Excel's semicolons, and put quotes around fields.
    """
    others = [each for each in DELIMITERS if each in line]
    if dialect.delimiter not in line and len(others) == 1:
        return replace(dialect, delimiter=others[0], quote=dialect.quote or COMMA.quote)
    is_quoted = all(re.fullmatch('"[^"]*"', name) for name in line.strip().split(dialect.delimiter))
    return replace(dialect, quote=COMMA.quote) if is_quoted and not dialect.quote else dialect


def written_dialect(path: Path, dialect: Dialect) -> Dialect:
    """The same for a file that has titles."""
    return as_written(first_line(path)[0].decode("utf-8", errors="replace"), dialect)


def split_line(text: str, dialect: Dialect) -> list[str]:
    """The fields of one record. Raises csv.Error where its quotes are not paired."""
    if not dialect.quote:
        return text.split(dialect.delimiter)
    return next(csv.reader([text], delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True))


def place_columns(names: tuple[str, ...], layout: Layout, file: str) -> dict[str, int]:
    """The position of each wanted column in the file, counted from 0; an optional column that is absent has no entry.

    Raises ExtractError where a wanted column appears twice or a needed one is missing.
    """
    spelt = [name.lower() for name in names]
    counts = Counter(spelt)
    places: dict[str, int] = {}
    for column in layout.columns:
        times = counts[column.lower()]
        if times > 1:
            raise ExtractError(f"{file}: the column {column} appears {times} times. Ask for the supplier's own file.")
        if times:
            places[column] = spelt.index(column.lower())
    missing = [column for column in layout.needed if column not in places]
    if missing:
        raise ExtractError(
            f"{file}: no column {', '.join(missing)} in its first line. "
            "Ask for the file with all its columns and its header line."
        )
    return places
