"""Decides what each line below the header is: a patient, a repeat of one, or a reject."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pipeline.errors import ExtractError
from pipeline.extracts.csv.header import split_line
from pipeline.extracts.csv.recover import Fault, Record, Shape, read_records
from pipeline.patient_reports.cells import plain, read_birth, read_local_number, read_nhs_number, read_practice
from pipeline.patient_reports.header import Field, Header
from pipeline.patient_reports.model import Reject, ReportedPatient

EMPTY = "an empty line"
TOTAL = "a total or a note at the end, not a patient"
COUNT = "a number alone on the last line, which may be the count of the lines above or a person's number"
MOST_FAULTS = 1_000
NOBODY = "no NHS number and no practice number"
CONTRADICTS = "the same number as an earlier line, with a different date of birth"

_TITLES: dict[Field, str] = {
    "nhs_number": "NHS Number",
    "local_number": "EMIS Number",
    "practice": "Organisation Code",
    "date_of_birth": "Date of Birth",
}
_LONG_NUMBER = re.compile(r"[\d.,+Ee\s-]{6,}")  # or what is left of one
Key = tuple[str | None, ...]
Value = TypeVar("Value")


@dataclass
class Found:
    """What has been read so far. `people`: by their identifying number, in the order of the report."""

    people: dict[Key, ReportedPatient] = field(default_factory=dict)
    repeats: int = 0
    breaks: int = 0
    rejects: list[Reject] = field(default_factory=list)


def read_people(lines: Sequence[str], header: Header) -> Found:
    """Reads everyone below the header. Raises SpreadsheetDamage."""
    found = Found()
    records = list(_records(lines, header))
    last = len(records) - _trailing(records, header)
    for number, (record, cells) in enumerate(records):
        found.breaks += record.breaks if isinstance(record, Record) else 0
        fault = _fault(record, cells)
        if number >= last and fault != EMPTY:
            fault = TOTAL
        elif number == last - 1 and _is_count(cells, header, found):
            fault = COUNT
        if fault:
            found.rejects.append(Reject(record.line, fault))
        else:
            _take(found, record.line, cells, header)
    return found


def _while_readable(records: Iterable[Record | Fault]) -> Iterator[Record | Fault]:
    """Raises ExtractError if too many quotation marks are left open: each makes the reader look through many lines."""
    faults = 0
    for record in records:
        faults += isinstance(record, Fault) and "quotation" in record.reason
        if faults > MOST_FAULTS:
            raise ExtractError(
                f"More than {MOST_FAULTS:,} lines of the report leave a quotation mark open. Export it again."
            )
        yield record


def _records(lines: Sequence[str], header: Header) -> Iterator[tuple[Record | Fault, list[str]]]:
    """Each record with its cells. A record that is too long is accepted if the extra cells are empty."""
    shape = Shape(header.width, 0, "any", header.dialect)
    first = header.line + 1
    read = _while_readable(read_records(lines[header.line :], shape, first))
    for record in sorted(read, key=lambda each: each.line):
        if isinstance(record, Record):
            yield record, record.fields
            continue
        cells = _split(lines[record.line - 1], header)
        if len(cells) > header.width and not any(cell.strip() for cell in cells[header.width :]):
            yield Record(record.line, cells[: header.width], 0), cells[: header.width]
        else:
            yield record, cells


def _split(text: str, header: Header) -> list[str]:
    try:
        return split_line(text, header.dialect) if text else []
    except csv.Error:
        return text.split(header.dialect.delimiter)


def _fault(record: Record | Fault, cells: Sequence[str]) -> str:
    if not any(cell.strip() for cell in cells):
        return EMPTY
    return record.reason if isinstance(record, Fault) else ""


def _trailing(records: Sequence[tuple[Record | Fault, list[str]]], header: Header) -> int:
    """How many records at the end are not patients: empty lines, totals, who printed the report and when."""
    for number, (record, cells) in enumerate(reversed(records)):
        filled = [plain(cell) for cell in cells if cell.strip()]
        if len(filled) > 2 or _is_torn(record, filled) or _may_name_somebody(cells, header):
            return number
    return len(records)


def _is_torn(record: Record | Fault, filled: Sequence[str]) -> bool:
    return isinstance(record, Fault) and bool(filled) and "columns" not in record.reason


def _may_name_somebody(cells: Sequence[str], header: Header) -> bool:
    places = [place for place in header.places.get("local_number", ()) if place < len(cells)]
    long = any(_LONG_NUMBER.fullmatch(plain(cell)) for cell in cells)
    return long or any(read_local_number(cells[place]) for place in places)


def _is_count(cells: Sequence[str], header: Header, found: Found) -> bool:
    """Whether the last line holds only the number of patients above it, where a practice number would be."""
    filled = [plain(cell) for cell in cells if cell.strip()]
    above = len(found.people)
    return filled in ([str(above)], [str(above + found.repeats)]) and "local_number" in header.places and above > 0


def _take(found: Found, line: int, cells: Sequence[str], header: Header) -> None:
    """Adds the person on a line, who may already be on an earlier line."""
    try:
        person = _read(cells, header)
    except ValueError as error:
        found.rejects.append(Reject(line, str(error)))
        return
    key: Key = (person.nhs_number,) if person.nhs_number else (person.practice, person.local_number)
    earlier = found.people.setdefault(key, person)
    if earlier is person:
        return
    born = {one.date_of_birth for one in (earlier, person)} - {None}
    if len(born) > 1:
        found.rejects.append(Reject(line, CONTRADICTS))
        return
    found.people[key] = replace(earlier, date_of_birth=next(iter(born), None))
    found.repeats += 1


def _read(cells: Sequence[str], header: Header) -> ReportedPatient:
    """Raises ValueError with the reason why the line identifies no one."""
    number = _agreed(cells, header, "nhs_number", read_nhs_number)
    local = _agreed(cells, header, "local_number", read_local_number)
    if number is None and local is None:
        raise ValueError(NOBODY)
    practice = _agreed(cells, header, "practice", read_practice)
    return ReportedPatient(number, local, practice, _agreed(cells, header, "date_of_birth", read_birth))


def _agreed(cells: Sequence[str], header: Header, name: Field, read: Callable[[str], Value | None]) -> Value | None:
    """The value in the first column with that title. Others with that title must not disagree with it."""
    values = [read(cells[place]) for place in header.places.get(name, ())]
    if any(value is not None and value != values[0] for value in values[1:]):
        raise ValueError(f"a second {_TITLES[name]} column that disagrees with the first")
    return values[0] if values else None
