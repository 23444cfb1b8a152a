"""Opens a CSV for DuckDB and balances its books: rows + rejected lines + line breaks in fields + header = lines.

DuckDB is fast but, where a quote is left open, may read thousands of lines as one field. So its count is compared with
the file's physical lines. A file that it cannot read, or whose books do not balance, is reread line by line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.damage import count_rows
from pipeline.extracts.csv.encoding import as_utf8
from pipeline.extracts.csv.fillers import EMPTY, Filler
from pipeline.extracts.csv.header import (
    Layout,
    first_line,
    is_underlined,
    place_columns,
    read_header,
    written_dialect,
)
from pipeline.extracts.csv.nothing import find_nothing, is_free, may_be_in_words, say_nothing
from pipeline.extracts.csv.recover import Shape
from pipeline.extracts.csv.relation import COMMA, CsvRelation, Dialect, csv_sql, relation_sql
from pipeline.extracts.csv.repair import Reread, reread
from pipeline.extracts.csv.scan import scan_text
from pipeline.extracts.model import Notes, SourceFile

# How the next row would begin, up to its first delimiter, if an open quote had caught it inside a field.
_CAUGHT_ROW = {
    "guid": r'\n"?\s*\{?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}?\s*"?',
    "number": r'\n"?\s*\d{1,19}\s*"?',
    "any": r"\n[^\n]*",
}


@dataclass(frozen=True)
class OpenCsv:
    """A CSV whose books balance. `names`: the column names as its header spells them."""

    file: SourceFile
    relation: CsvRelation
    names: tuple[str, ...]


@dataclass(frozen=True)
class Counted:
    rows: int
    breaks: int
    suspect: tuple[str, ...] = ()  # columns that may hold words for nothing


def open_csv(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    work: Path,
    notes: Notes,
    with_lines: bool = False,
    dialect: Dialect = COMMA,
    header: tuple[str, ...] = (),
) -> OpenCsv:
    """Check `path` against `layout` and balance its books; faults go to the table `reject` and to `notes`.

    `with_lines`: each row's line number is wanted, so a file with line breaks in fields is reread to find them.
    `header`: the column names, for a later part of a split file that has no header. Raises ExtractError where the file
    cannot be read or its books do not balance.
    """
    readable = as_utf8(path, work, dialect.encoding)
    usual, dialect = dialect, dialect if header else written_dialect(readable, dialect)
    if dialect.delimiter != usual.delimiter:
        notes.delimiters.append((path.name, dialect.delimiter))
    names = header or read_header(readable, dialect)
    places = place_columns(names, layout, path.name)
    relation = CsvRelation(readable, len(names), places, dialect=dialect, has_header=not header)
    scan = scan_text(path, readable)
    above = 0 if header else first_line(readable)[1]
    is_plain = not (scan.has_nul or above or (relation.has_header and is_underlined(readable, dialect)))
    counted = _count_fast(con, relation, layout, scan.lines) if is_plain else None
    faults, broken_line, closes = 0, 0, False
    if counted is None or (counted.breaks and with_lines):
        again = reread(relation, _shape(relation, layout), scan.lines, work, above)
        _report(con, path.name, again, notes)
        relation, faults = again.relation, len(again.faults)
        broken_line = again.faults[-1].line if again.faults else 0
        counted = _count_clean(con, relation, layout, path.name, again.breaks + len(again.fillers))
        closes = _check_fillers(path.name, again.fillers, counted.rows + faults, scan.lines, notes)
    file = SourceFile(path.name, scan.sha256, scan.lines, counted.rows, faults, counted.breaks)
    if file.rows + file.rejected + file.breaks + (not header) != file.lines:
        raise ExtractError(
            f"{file.name}: its {file.rows} rows do not account for its {file.lines} lines. Ask for it again."
        )
    notes.files.append(file)
    if scan.ends_open and not closes and (broken_line == scan.lines or not _is_whole(scan.last, dialect)):
        _warn_of_open_end(path.name, notes)
    return OpenCsv(file, _read_as_meant(con, relation, layout, counted, path.name, notes), names)


def _read_as_meant(
    con: duckdb.DuckDBPyConnection, relation: CsvRelation, layout: Layout, counted: Counted, file: str, notes: Notes
) -> CsvRelation:
    """The relation with its words for nothing known, and said. They may have hidden what a spreadsheet did to dates."""
    rows = relation_sql(relation, tuple(relation.places))
    suspect = list(counted.suspect)
    if suspect or may_be_in_words(con, rows, relation.parameters, tuple(relation.places)):
        suspect += [column for column in relation.places if is_free(column)]
    nothing = find_nothing(con, rows, relation.parameters, suspect, layout.dates)
    if not nothing:
        return relation
    notes.warnings.extend(say_nothing(file, nothing))
    meant = replace(relation, nothing=nothing)
    count_rows(con, meant, layout, file)
    return meant


def _check_fillers(file: str, fillers: list[Filler], rows: int, lines: int, notes: Notes) -> bool:
    """Note the lines that are not rows; whether one of them closes the table, at its very end.

    Raises ExtractError where they say that there are more rows than there are.
    """
    notes.fillers.extend((file, filler) for filler in fillers)
    counts = [filler for filler in fillers if filler.rows is not None]
    said = sum(filler.rows or 0 for filler in counts)
    if counts and said != rows:
        raise ExtractError(
            f"{file}: line {counts[-1].line} says that there are {said} rows, but {rows} were found. The file may be "
            "cut short or put together from several. Ask for it again."
        )
    return bool(fillers) and fillers[-1].line == lines and fillers[-1].what != EMPTY


def _shape(relation: CsvRelation, layout: Layout) -> Shape:
    return Shape(relation.width, relation.places[layout.key], layout.key_form, relation.dialect)


def _count_fast(con: duckdb.DuckDBPyConnection, relation: CsvRelation, layout: Layout, lines: int) -> Counted | None:
    """What DuckDB counts, or None where it cannot read the file, its count cannot be trusted, or rows are empty."""
    try:
        tally = count_rows(con, relation, layout, relation.path.name)
        if tally.empty:
            return None
        if tally.rows + relation.has_header == lines:
            return Counted(tally.rows, 0, tally.suspect)
        breaks, caught = _look_inside_fields(con, relation, layout)
    except duckdb.InvalidInputException:
        return None
    balances = tally.rows + breaks + relation.has_header == lines and not caught
    return Counted(tally.rows, breaks, tally.suspect) if balances else None


def _count_clean(
    con: duckdb.DuckDBPyConnection, relation: CsvRelation, layout: Layout, file: str, breaks: int
) -> Counted:
    """Count the rows of a file we wrote ourselves: only a wanted field of several megabytes can still stop DuckDB."""
    try:
        tally = count_rows(con, relation, layout, file)
    except duckdb.InvalidInputException:
        raise ExtractError(f"{file} has a line that is too long to be genuine. Ask for the file again.") from None
    return Counted(tally.rows, breaks, tally.suspect)


def _look_inside_fields(con: duckdb.DuckDBPyConnection, relation: CsvRelation, layout: Layout) -> tuple[int, bool]:
    """How many line feeds are inside fields, and whether any looks like the start of another row."""
    everything = ", ".join(f"c{place}" for place in range(relation.width))
    begins = _CAUGHT_ROW[layout.key_form] + re.escape(relation.dialect.delimiter)
    query = (
        "SELECT coalesce(sum(length(whole) - length(replace(whole, chr(10), ''))), 0), "
        "count(*) FILTER (contains(whole, chr(10)) AND regexp_matches(whole, ?)) "
        f"FROM (SELECT concat({everything}) AS whole FROM {csv_sql(relation)})"
    )
    row = con.execute(query, [begins, *relation.parameters]).fetchone()
    assert row is not None  # an aggregate always gives one
    return int(row[0]), row[1] > 0


def _is_whole(last: bytes, dialect: Dialect) -> bool:
    """Whether a last line without a line feed is known to be complete: a quote ends it.

    A carriage return ends it too, but no program stops between the two bytes of a line's end.
    """
    return bool(dialect.quote) and last == dialect.quote.encode()


def _warn_of_open_end(file: str, notes: Notes) -> None:
    notes.warnings.append(
        f"{file} does not end with a line break: the file, and its last line, may be cut short. If a supplier made it, "
        "ask for it again."
    )


def _report(con: duckdb.DuckDBPyConnection, file: str, again: Reread, notes: Notes) -> None:
    """Keep the line and reason of each fault, never the text of the line."""
    for fault in again.faults:
        con.execute("INSERT INTO reject VALUES (?, ?, ?)", [file, fault.line, fault.reason])
    if again.faults:
        notes.left_out["lines that could not be read"] += len(again.faults)
        first = again.faults[0]
        notes.first_faults[file] = f"line {first.line}: {first.reason}"
        notes.warnings.append(
            f"{file}: {len(again.faults)} lines could not be read and are left out, the first on line {first.line} "
            f"({first.reason})."
        )
    if again.not_utf8:
        notes.warnings.append(
            f"{file}: {len(again.not_utf8)} lines are not UTF-8 and were read as Windows-1252, the first on line "
            f"{again.not_utf8[0]}."
        )
