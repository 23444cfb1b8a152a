"""Fills the staging table of each OMOP table."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.damage import cut_short
from pipeline.extracts.csv.relation import empty_sql
from pipeline.extracts.model import Notes
from pipeline.extracts.omop.files import OmopFiles
from pipeline.extracts.omop.open import Database, Opened, open_file, open_table
from pipeline.extracts.omop.table import OmopTable
from pipeline.extracts.staging import number_file

KEYLESS = "rows without a key or a person"


def open_all(
    con: duckdb.DuckDBPyConnection,
    table: OmopTable,
    files: OmopFiles,
    database: Database | None,
    work: Path,
    notes: Notes,
) -> list[Opened]:
    """Open the table wherever it is; a missing table gives an empty list. Raises ExtractError if it is there twice."""
    paths = files.tables.get(table.name, [])
    if not database or table.name not in database.tables:
        opened = []
        for path in paths:
            opened.append(open_file(con, table, path, work, notes))
            number_file(con, path.name, notes)
        return opened
    if paths:
        raise ExtractError(f"{table.name} is in {database.path.name} and also in a file next to it. Keep one of them.")
    return [open_table(con, table, database, notes)]


def create_stage(con: duckdb.DuckDBPyConnection, table: OmopTable) -> None:
    """Make the staging table, empty. Tables of clinical rows share one."""
    query = f"SELECT 0 AS file_id, {_columns(table, '')} FROM {empty_sql(table.layout.columns)}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table.stage} AS {query}")


def fill_stage(con: duckdb.DuckDBPyConnection, table: OmopTable, opened: list[Opened], where: str = "true") -> int:
    """Add the rows that `where`, over the table's own columns, lets pass; return how many. The rest are not counted.

    Raises ExtractError where a file is cut short.
    """
    added = 0
    for each in opened:
        query = f"SELECT ? AS file_id, {_columns(table, each.label)} FROM {each.sql} WHERE {where}"
        try:
            done = con.execute(f"INSERT INTO {table.stage} {query}", [each.file_id, *each.parameters]).fetchone()
        except duckdb.Error as error:
            raise cut_short(error, each.file.name) from None
        added += int(done[0]) if done else 0
    return added


def _columns(table: OmopTable, label: str) -> str:
    columns = table.columns
    if label:
        columns = columns | {"row_id": f"'{label}' || {columns['row_id']}"} if table.row_id else columns
    return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())


def drop_keyless(con: duckdb.DuckDBPyConnection, stage: str, notes: Notes, *needed: str) -> None:
    """Drop and count rows that can be neither placed nor found again: those without a value in a `needed` column."""
    lost = con.execute(f"DELETE FROM {stage} WHERE {' OR '.join(f'{name} IS NULL' for name in needed)}").fetchone()
    notes.left_out[KEYLESS] += int(lost[0]) if lost else 0
