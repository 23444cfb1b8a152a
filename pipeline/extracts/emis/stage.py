"""Each EMIS table of a delivery into a staging table of its own, later rows over earlier ones."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.open import OpenCsv, open_csv
from pipeline.extracts.csv.relation import empty_sql, relation_sql
from pipeline.extracts.emis.table import EmisTable
from pipeline.extracts.model import Notes

KEYLESS = "rows without a key or practice"
APPLIED = "rows of deliveries applied before"


def stage_table(
    con: duckdb.DuckDBPyConnection, table: EmisTable, paths: list[Path], work: Path, notes: Notes, numbers: range
) -> list[OpenCsv]:
    """Fill `table.stage` from its files, in order. Files not there: empty.

    `numbers`: rows numbered before these were applied before; it begins with 0 where none were.
    """
    columns = ", ".join(f"{sql} AS {name}" for name, sql in table.columns.items())
    empty = empty_sql(table.layout.columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table.stage} AS SELECT 0 AS file_id, {columns} FROM {empty}")
    opened = []
    for path in paths:
        file = open_csv(con, path, table.layout, work, notes)
        con.execute("INSERT INTO source_file VALUES (?, ?)", [notes.newest_file, path.name])
        relation = relation_sql(file.source, table.layout.columns)
        query = f"SELECT ? AS file_id, {columns} FROM {relation}"
        kept = _insert(con, table, query, [notes.newest_file, *file.source.parameters])
        notes.left_out[KEYLESS] += file.file.rows - kept
        opened.append(file)
    if numbers.start and opened:
        _drop_applied(con, table, numbers, opened[-1].file.name, notes)
    return opened


def refuse_empty(con: duckdb.DuckDBPyConnection, table: EmisTable, file: str) -> None:
    """Raises ExtractError where a table nothing can be done without holds no row."""
    if not con.execute(f"SELECT 1 FROM {table.stage} LIMIT 1").fetchone():
        raise ExtractError(f"{file} has a header and no rows that can be read. Ask the supplier for a full extract.")


def _insert(con: duckdb.DuckDBPyConnection, table: EmisTable, query: str, parameters: list[object]) -> int:
    """Add the rows that have a key and a practice: without them a row can be neither placed nor replaced."""
    placed = "key IS NOT NULL AND org IS NOT NULL"
    inserted = con.execute(f"INSERT INTO {table.stage} SELECT * FROM ({query}) WHERE {placed}", parameters).fetchone()
    return int(inserted[0]) if inserted else 0


def _drop_applied(con: duckdb.DuckDBPyConnection, table: EmisTable, numbers: range, file: str, notes: Notes) -> None:
    """Raises ExtractError where rows are numbered otherwise than their files, so that old and new cannot be told."""
    after = con.execute(f"SELECT 1 FROM {table.stage} WHERE processing >= ? LIMIT 1", [numbers.stop]).fetchone()
    if after:
        raise ExtractError(
            f"{file} repeats part of a delivery that was applied before, and its ProcessingId column does not say "
            "which rows: the numbers are none of those in its name. Ask the supplier for a full extract."
        )
    dropped = con.execute(f"DELETE FROM {table.stage} WHERE processing < ?", [numbers.start]).fetchone()
    notes.left_out[APPLIED] += int(dropped[0]) if dropped else 0
