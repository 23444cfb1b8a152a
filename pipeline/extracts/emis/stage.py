"""Fills a staging table from each EMIS table of a delivery; later rows replace earlier ones."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.open import OpenCsv, open_csv
from pipeline.extracts.csv.relation import empty_sql, relation_sql
from pipeline.extracts.emis.table import EmisTable
from pipeline.extracts.model import Notes
from pipeline.extracts.staging import insert_rows, number_file

KEYLESS = "rows without a key or practice"
APPLIED = "rows of deliveries applied before"


def stage_table(
    con: duckdb.DuckDBPyConnection, table: EmisTable, paths: list[Path], work: Path, notes: Notes, numbers: range
) -> list[OpenCsv]:
    """Fill `table.stage` from its files, in order; without files it is empty.

    `numbers`: the numbers of rows to use. Rows with lower numbers were applied before; it begins with 0 if none were.
    """
    columns = ", ".join(f"{sql} AS {name}" for name, sql in table.columns.items())
    empty = empty_sql(table.layout.columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table.stage} AS SELECT 0 AS file_id, {columns} FROM {empty}")
    opened = []
    for path in paths:
        file = open_csv(con, path, table.layout, work, notes)
        number = number_file(con, path.name, notes)
        relation = relation_sql(file.relation, table.layout.columns)
        query = f"SELECT ? AS file_id, {columns} FROM {relation}"
        # Without a key and a practice, a row can be neither placed nor replaced.
        kept = insert_rows(con, table.stage, query, [number, *file.relation.parameters], "key", "org")
        notes.left_out[KEYLESS] += file.file.rows - kept
        opened.append(file)
    if numbers.start and opened:
        _drop_applied(con, table, numbers, opened[-1].file.name, notes)
    return opened


def _drop_applied(con: duckdb.DuckDBPyConnection, table: EmisTable, numbers: range, file: str, notes: Notes) -> None:
    """Raises ExtractError where rows' numbers do not match their files', so old and new rows cannot be separated."""
    after = con.execute(f"SELECT 1 FROM {table.stage} WHERE processing >= ? LIMIT 1", [numbers.stop]).fetchone()
    if after:
        raise ExtractError(
            f"{file} repeats part of a delivery that was applied before, and its ProcessingId column does not say "
            "which rows, because its numbers are not those in the file name. Ask the supplier for a full extract."
        )
    dropped = con.execute(f"DELETE FROM {table.stage} WHERE processing < ?", [numbers.start]).fetchone()
    notes.left_out[APPLIED] += int(dropped[0]) if dropped else 0
