"""Rereads a faulty CSV line by line, writes its wanted columns to a clean one, and lists the lines it left out."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

from pipeline.errors import ExtractError
from pipeline.extracts.csv.fillers import DASHES, EMPTY, Filler, are_dashes, are_empty, find_filler
from pipeline.extracts.csv.recover import Fault, Record, Shape, read_records
from pipeline.extracts.csv.relation import CsvRelation

# A lost line could be the refusal or the diagnosis that keeps someone off the list, so only a few are allowed: ten, or
# one line in a thousand of a large file.
FORGIVEN = 10
FORGIVEN_SHARE = 0.001

# Characters: free text may pass Python's usual 131,072.
_LONGEST_FIELD = 10_000_000


@dataclass(frozen=True)
class Reread:
    """A clean copy of a file. `not_utf8`: the lines read as Windows-1252. `faults` are in line order.

    `fillers`: the lines that are not rows, which are passed over.
    """

    relation: CsvRelation
    breaks: int
    faults: list[Fault]
    not_utf8: list[int]
    fillers: list[Filler]


@dataclass
class _Limit:
    """Stops reading a file that has too many bad lines of one kind."""

    file: str
    lines: int
    cause: str = "The file may be damaged."
    found: list[int] = field(default_factory=list)

    def count(self, line: int, what: str) -> None:
        self.found.append(line)
        if len(self.found) > max(FORGIVEN, self.lines * FORGIVEN_SHARE):
            raise ExtractError(
                f"{self.file}: too many lines {what}: {len(self.found)} by line {line}, the first on line "
                f"{self.found[0]}. {self.cause} Ask for the supplier's own file again."
            )


def reread(relation: CsvRelation, shape: Shape, lines: int, work: Path, above: int = 0) -> Reread:
    """Write the good rows of `relation` (which has `lines` lines, `above` of them above its titles) to a private file
    in `work`. Raises ExtractError where too many lines are faulty.
    """
    clean = work / f"{relation.path.stem}.reread.csv"
    bad_lines = _Limit(relation.path.name, lines)
    odd_lines = _Limit(relation.path.name, lines, "A program may have saved it as Windows-1252 (ANSI), not UTF-8.")
    faults: list[Fault] = []
    fillers = [Filler(line, EMPTY) for line in range(1, above + 1)]
    breaks, first, is_padded = 0, 1 + above + relation.has_header, False
    csv.field_size_limit(_LONGEST_FIELD)
    with relation.path.open("rb") as raw, open_private(clean) as out:
        for _ in range(first - 1):
            next(raw)
        write = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
        write([*relation.places, "line"])
        for found in read_records(_decode(raw, odd_lines, first), shape, first):
            if isinstance(found, Fault) and (filler := find_filler(found.line, found.text, shape.dialect.delimiter)):
                fillers.append(filler)
            elif isinstance(found, Fault):
                faults.append(found)
                bad_lines.count(found.line, "cannot be read")
            elif found.line == first and are_dashes(found.fields):
                fillers.append(Filler(found.line, DASHES))
                is_padded = True
            elif are_empty(found.fields) and not found.breaks:
                fillers.append(Filler(found.line, EMPTY))
            else:
                breaks += found.breaks
                write(_chosen(found, relation, is_padded))
    places = {column: place for place, column in enumerate(relation.places)}
    faults.sort(key=lambda fault: fault.line)
    fillers.sort(key=lambda filler: filler.line)
    return Reread(CsvRelation(clean, len(places) + 1, places, len(places)), breaks, faults, odd_lines.found, fillers)


def _chosen(record: Record, relation: CsvRelation, is_padded: bool) -> list[str]:
    """A tool that underlines its titles may fill up each column with spaces."""
    fields = [field.strip() for field in record.fields] if is_padded else record.fields
    return [*(fields[place] for place in relation.places.values()), str(record.line)]


def _decode(raw: BinaryIO, odd_lines: _Limit, first_line: int) -> Iterator[str]:
    """The lines as text. One that is not UTF-8 is read as Windows-1252.

    A stray byte is an accent or a dash typed on an old machine. Keeping the line loses at most one letter of a name;
    losing it could lose the diagnosis that keeps someone off the list.
    """
    for number, line in enumerate(raw, start=first_line):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            odd_lines.count(number, "are not UTF-8 text")
            text = line.decode("cp1252", errors="replace")
        yield text.removesuffix("\n")


def open_private(path: Path) -> TextIO:
    """A new text file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="")
