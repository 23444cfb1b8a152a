"""Fills a staging table from all the parts of each CPRD Aurum table."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.aurum.files import dialect_of
from pipeline.extracts.aurum.sql import clean_sql
from pipeline.extracts.aurum.table import AurumTable
from pipeline.extracts.csv.header import read_header
from pipeline.extracts.csv.open import OpenCsv, open_csv
from pipeline.extracts.csv.relation import empty_sql, relation_sql
from pipeline.extracts.model import Notes
from pipeline.extracts.staging import insert_rows, number_file

KEYLESS = "rows without a key or patient"


def stage_table(
    con: duckdb.DuckDBPyConnection, table: AurumTable, paths: list[Path], work: Path, notes: Notes
) -> list[OpenCsv]:
    """Fill `table.stage` from its parts. Only the first part needs a header line."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table.stage} AS {_select(table, empty_sql(table.layout.columns), '0')}")
    opened: list[OpenCsv] = []
    for path in paths:
        header = _header_before(path, table, opened[0].names) if opened else ()
        opened.append(_stage_part(con, table, path, work, notes, header))
    return opened


def stage_lookup(
    con: duckdb.DuckDBPyConnection, table: AurumTable, paths: list[Path], work: Path, notes: Notes
) -> None:
    """Fill `table.stage` from lists of numbers and words. A line that does not begin with a number is the header."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table.stage} AS {_select(table, empty_sql(table.layout.columns), '0')}")
    for path in paths:
        width = len(read_header(path, dialect_of(path)))
        if width < 2:
            raise ExtractError(f"{path.name}: it has numbers but no column of words. Ask CPRD for the lookup again.")
        _stage_part(con, table, path, work, notes, ("id", "description", *(f"c{n}" for n in range(2, width))), False)


def _stage_part(
    con: duckdb.DuckDBPyConnection,
    table: AurumTable,
    path: Path,
    work: Path,
    notes: Notes,
    header: tuple[str, ...],
    counts_keyless: bool = True,
) -> OpenCsv:
    """Parts in different folders may share a name, so each has its own folder for temporary files."""
    place = work / f"aurum-{notes.newest_file + 1}"
    place.mkdir(mode=0o700)
    file = open_csv(con, path, table.layout, place, notes, dialect=dialect_of(path), header=header)
    number = number_file(con, path.name, notes)
    query = _select(table, relation_sql(file.relation, table.layout.columns), str(number))
    whose = ("patient", "org") if "patient" in table.columns else ()
    kept = insert_rows(con, table.stage, query, file.relation.parameters, "key", *whose)
    if counts_keyless:
        notes.left_out[KEYLESS] += file.file.rows - kept
    return file


def _select(table: AurumTable, relation: str, file_id: str) -> str:
    columns = ", ".join(f"{sql} AS {name}" for name, sql in table.columns.items())
    clean = clean_sql(relation, table.layout.columns, table.dates)
    return f"SELECT CAST({file_id} AS INTEGER) AS file_id, {columns} FROM {clean}"


def _header_before(path: Path, table: AurumTable, first: tuple[str, ...]) -> tuple[str, ...]:
    """The first part's header, if this part has none of its own; else nothing."""
    names = read_header(path, dialect_of(path))
    known = {column.lower() for column in table.layout.columns}
    is_data = len(names) == len(first) and not known & {name.lower() for name in names}
    return first if is_data else ()
