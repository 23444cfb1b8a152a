"""A slow reader for a CSV with faults: after each one it resumes at the next plausible line.

A quote left open would swallow every line up to the next quote. Here a line that begins a row of its own ends the
search for the closing quote, so that only the faulty line is lost.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.extracts.csv.header import split_line
from pipeline.extracts.csv.relation import COMMA, Dialect

# A field with more line breaks than this is treated as an open quote.
_LONGEST_RECORD = 1_000

_KEY_FORMS = {
    "guid": re.compile(r"\s*\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?\s*"),
    "number": re.compile(r"\s*\d{1,19}\s*"),
    "any": re.compile(r".*"),
}

Numbered = tuple[int, str]


@dataclass(frozen=True)
class Shape:
    """What a row looks like: how many columns it has, where its key is and how the key is written."""

    width: int
    key: int
    key_form: str
    dialect: Dialect = COMMA


@dataclass(frozen=True)
class Record:
    line: int
    fields: list[str]
    breaks: int


@dataclass(frozen=True)
class Fault:
    line: int
    reason: str


def read_records(lines: Iterable[str], shape: Shape, first_line: int = 1) -> Iterator[Record | Fault]:
    """Rows and faulty lines in file order; every line ends up in one of them. `lines` come without their line feeds."""
    numbered = enumerate(lines, start=first_line)
    held: deque[Numbered] = deque()
    while first := _next_line(held, numbered):
        taken, fields = _take_record(first, held, numbered, shape)
        if isinstance(fields, str):
            yield Fault(first[0], fields)
            held.extendleft(reversed(taken[1:]))
        else:
            yield Record(first[0], fields, len(taken) - 1)


def _next_line(held: deque[Numbered], numbered: Iterator[Numbered]) -> Numbered | None:
    return held.popleft() if held else next(numbered, None)


def _take_record(
    first: Numbered, held: deque[Numbered], numbered: Iterator[Numbered], shape: Shape
) -> tuple[list[Numbered], list[str] | str]:
    """The lines of the record that begins with `first`, and its fields or what is wrong with it."""
    taken, fields = [first], parse_record(first[1], shape)
    if not isinstance(fields, str) or not _is_open(first[1], shape):
        return taken, fields
    is_open = True
    while is_open and len(taken) < _LONGEST_RECORD and (line := _next_line(held, numbered)):
        if _begins_row(line[1], shape):
            held.appendleft(line)
            break
        taken.append(line)
        is_open ^= _is_open(line[1], shape)
    if is_open:
        return taken, "a quotation mark is left open"
    return taken, parse_record("\n".join(text for _, text in taken), shape)


def _is_open(text: str, shape: Shape) -> bool:
    """True where the quotes do not pair up. Each quote opens a field, closes one or is doubled."""
    return bool(shape.dialect.quote) and text.count(shape.dialect.quote) % 2 == 1


def parse_record(text: str, shape: Shape) -> list[str] | str:
    """The fields of one record, or what is wrong with it (never what it says)."""
    text = text.removesuffix("\r")
    if not text:
        return "the line is empty"
    if "\0" in text:
        return "the line holds NUL characters"
    try:
        fields = split_line(text, shape.dialect)
    except csv.Error:
        return "a quotation mark is left open or out of place"
    return fields if len(fields) == shape.width else f"{len(fields)} columns where the header has {shape.width}"


def _begins_row(text: str, shape: Shape) -> bool:
    """Whether a line looks like a row of its own, so that no field before it can reach this far.

    A GUID at the very start is proof enough. Any other key may be part of a sentence in a field, so the whole line must
    be a row with every quote closed.
    """
    form = _KEY_FORMS[shape.key_form]
    if shape.key_form == "guid" and shape.key == 0:
        return form.fullmatch(text.split(shape.dialect.delimiter, 1)[0].strip('"')) is not None
    fields = parse_record(text, shape)
    return not (isinstance(fields, str) or _is_open(text, shape)) and form.fullmatch(fields[shape.key]) is not None
