"""Reads a practice's patient report: EMIS Web's CSV, SystmOne's, or any list with NHS or EMIS numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import ExtractError, UsageError
from pipeline.files.bounded import read_small
from pipeline.patient_reports.cells import AGAIN, SpreadsheetDamage
from pipeline.patient_reports.header import Header, find_header
from pipeline.patient_reports.lines import EMPTY, TOTAL, Found, read_people
from pipeline.patient_reports.model import PatientReport, Reject
from pipeline.patient_reports.text import read_lines

MOST_LINES = 300_000
LARGEST = 20_000_000  # bytes: enough for 100,000 patients with their addresses
_AS_EXPECTED = (EMPTY, TOTAL)


def read_report(path: Path) -> PatientReport:
    """Raises UsageError if the file is missing, ExtractError if it is not a report or cannot be trusted."""
    data = _read_bytes(path)
    lines = read_lines(data, path.name)
    if len(lines) > MOST_LINES:
        raise ExtractError(
            f"{path.name} has {len(lines):,} lines, more than any practice has patients. Export it again."
        )
    header = find_header(lines, path.name)
    found = _read_people(lines, header, path.name)
    faults = [reject for reject in found.rejects if reject.reason not in _AS_EXPECTED]
    if faults and not found.people:
        raise ExtractError(f"{path.name}: no line names a patient. {_say_rejects(path.name, faults)}")
    return PatientReport(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        lines=len(lines),
        preamble=tuple(lines[: header.line - 1]),
        people=tuple(found.people.values()),
        repeats=found.repeats,
        breaks=found.breaks,
        rejects=tuple(found.rejects),
        warnings=tuple(_warnings(path.name, found, faults)),
    )


def _read_bytes(path: Path) -> bytes:
    try:
        return read_small(path, LARGEST)
    except FileNotFoundError:
        raise UsageError(f"There is no file {path}. Check the path.") from None
    except OSError as error:
        raise ExtractError(
            f"{path} cannot be opened ({error.strerror}). Is it a folder, or open in another program?"
        ) from None


def _read_people(lines: Sequence[str], header: Header, name: str) -> Found:
    try:
        return read_people(lines, header)
    except SpreadsheetDamage:
        raise ExtractError(
            f"{name} was saved by a spreadsheet, which has rounded its long numbers (such as 1.23E+09): {AGAIN}."
        ) from None


def _warnings(name: str, found: Found, faults: Sequence[Reject]) -> Iterator[str]:
    if not found.people:
        yield f"{name} names no one: there are no patients below its column titles."
    if faults:
        yield _say_rejects(name, faults)


def _say_rejects(name: str, faults: Sequence[Reject]) -> str:
    lines = "1 line does" if len(faults) == 1 else f"{len(faults):,} lines do"
    return f"{name}: {lines} not identify anyone. The first is line {faults[0].line} ({faults[0].reason})."
