"""Finds the line of column titles below a report's preamble, and the columns we read.

The person who wrote the report chose its columns. A title may appear several times, so columns are kept by position.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.errors import ExtractError
from pipeline.extracts.csv.header import split_line
from pipeline.extracts.csv.relation import Dialect

Field = Literal["nhs_number", "local_number", "practice", "date_of_birth"]

SEARCHED = 30  # the titles must be within this many lines
DELIMITERS = (",", "\t", ";")
# Ignoring case, spaces, underscores and full stops.
TITLES: dict[str, Field] = {
    "nhsnumber": "nhs_number",
    "nhsno": "nhs_number",
    "emisnumber": "local_number",
    "emisno": "local_number",
    "localnumber": "local_number",
    "organisationcode": "practice",
    "practicecode": "practice",
    "odscode": "practice",
    "dateofbirth": "date_of_birth",
    "dob": "date_of_birth",
}
_IDENTIFY = ("nhs_number", "local_number")
_NUMBER = re.compile(r"\d{6,}")


@dataclass(frozen=True)
class Header:
    """`line` counts from 1. `places`: for each column we read, every position in which it appears."""

    line: int
    dialect: Dialect
    width: int
    places: Mapping[Field, tuple[int, ...]]


def find_header(lines: Sequence[str], name: str) -> Header:
    """The first line with a column of NHS or EMIS numbers. Raises ExtractError if there is none."""
    for number, line in enumerate(lines[:SEARCHED], 1):
        found = [header for delimiter in DELIMITERS if (header := _read(line, number, delimiter))]
        if found:
            return max(found, key=lambda header: header.width)
    raise ExtractError(
        f"{name}: none of the first {SEARCHED} lines has a column titled NHS Number or EMIS Number. Add one of them to "
        "the report and export it again as CSV."
    )


def _read(line: str, number: int, delimiter: str) -> Header | None:
    """The line as a header with this delimiter, or None if it is not one. A line with a long number is a patient's."""
    dialect = Dialect(delimiter)
    try:
        cells = split_line(line, dialect)
    except (csv.Error, StopIteration):
        return None
    fields = [TITLES.get(_spelt(cell)) for cell in cells]
    if not any(field in _IDENTIFY for field in fields) or _NUMBER.search(re.sub(r"[\s-]", "", line)):
        return None
    known = sorted({field for field in fields if field})
    places = {field: tuple(at for at, other in enumerate(fields) if other == field) for field in known}
    return Header(number, dialect, len(cells), places)


def _spelt(title: str) -> str:
    return re.sub(r"[\s_.]", "", title).lower()
