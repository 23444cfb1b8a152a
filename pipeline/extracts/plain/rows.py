"""Turns the text of a canonical table's file into rows. A faulty row is rejected, or stops the reading."""

from __future__ import annotations

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.damage import cut_short
from pipeline.extracts.csv.repair import FORGIVEN, FORGIVEN_SHARE
from pipeline.extracts.left_out import count_left
from pipeline.extracts.model import Notes
from pipeline.extracts.plain.stage import Staged
from pipeline.extracts.plain.values import FILLED, fault_sql, spared_sql, value_sql


def fill_small(con: duckdb.DuckDBPyConnection, staged: Staged, notes: Notes, may_reject: bool) -> None:
    """Fill any table except event and prescription. Raises ExtractError for a faulty row unless `may_reject`."""
    _convert(con, staged, only_needed=False)
    _reject_faults(con, staged, notes, may_reject)
    table = staged.table
    columns = ", ".join(table.names)
    con.execute(f"INSERT INTO {table.name} SELECT {columns} FROM plain_rows WHERE fault IS NULL ORDER BY 1, 2")


def fill_rows(con: duckdb.DuckDBPyConnection, staged: Staged, has_sources: bool, notes: Notes) -> None:
    """Fill event or prescription. A row whose patient is not in the extract is left out; a code not in it is emptied.

    `has_sources`: the folder's own source_file table says what `source_file` numbers mean. Otherwise, or if a row gives
    no such number, the source is this file and the row's line in it.
    """
    _convert(con, staged, only_needed=True)
    _reject_faults(con, staged, notes, may_reject=True)
    file_id = _next_file_id(con)
    con.execute("INSERT INTO source_file VALUES (?, ?)", [file_id, staged.file])
    _insert(con, staged, has_sources, file_id)
    _count(con, staged.table.name, notes)


def _convert(con: duckdb.DuckDBPyConnection, staged: Staged, only_needed: bool) -> None:
    """Make the temporary table `plain_rows`: typed values, the line, the row's fault and how many values it lost."""
    values = ", ".join(f"{value_sql(column)} AS {column.name}" for column in staged.table.columns)
    fault, spared = fault_sql(staged.table, only_needed), spared_sql(staged.table)
    query = f"SELECT line, {values}, {fault} AS fault, {spared} AS spared FROM {staged.sql} s"
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE plain_rows AS {query}", staged.parameters)
    except duckdb.Error as error:  # a damaged page of a Parquet file raises any of them
        raise cut_short(error, staged.file) from None


def _reject_faults(con: duckdb.DuckDBPyConnection, staged: Staged, notes: Notes, may_reject: bool) -> None:
    """Move faulty rows to `reject`. Raises ExtractError if no row may be lost, or too many would be."""
    first = con.execute("SELECT line, fault FROM plain_rows WHERE fault IS NOT NULL ORDER BY line LIMIT 1").fetchone()
    if first is None:
        return
    counts = con.execute("SELECT count(fault), count(*) FROM plain_rows").fetchone()
    faults, rows = counts or (0, 0)
    if not may_reject or faults > max(FORGIVEN, rows * FORGIVEN_SHARE):
        raise ExtractError(f"{staged.file}, line {first[0]}: {first[1]}. {faults} rows of this file have such faults.")
    con.execute(
        "INSERT INTO reject SELECT ?, line, fault FROM plain_rows WHERE fault IS NOT NULL ORDER BY line", [staged.file]
    )
    notes.left_out[f"{staged.table.name}: rows with a wrong value"] += faults
    notes.warnings.append(f"{staged.file}: {faults} rows are left out, the first on line {first[0]} ({first[1]}).")


def _next_file_id(con: duckdb.DuckDBPyConnection) -> int:
    row = con.execute("SELECT coalesce(max(file_id), 0) + 1 FROM source_file").fetchone()
    return int(row[0]) if row else 1


# `keyed_in`: the practice and file within which a row's `source_key` is its own. The parts of a table are one file.
ROW_KEY = "keyed_in, source_key"
UNKNOWN_CODE = "rows with a code not in the code table, kept"
_COUNTS = {
    "rows whose patient is not in the extract": "count(*) FILTER (p.person_row IS NULL)",
    UNKNOWN_CODE: "count(*) FILTER (p.person_row IS NOT NULL AND c.code_id IS NULL)",
    "wrong values that were emptied, row kept": "sum(spared)",
}
_JOINED = """
    plain_rows s
    LEFT JOIN patient p ON p.person_row = s.person_row
    LEFT JOIN code c ON c.code_id = s.code_id
"""


def _insert(con: duckdb.DuckDBPyConnection, staged: Staged, has_sources: bool, file_id: int) -> None:
    table = staged.table
    columns = ["p.person_row", "c.code_id", *(f"s.{name}" for name in table.names[2:] if name not in FILLED)]
    given = "s.source_file" if has_sources else "NULL"
    con.execute(
        f"INSERT INTO {table.name} SELECT {', '.join(columns)}, coalesce(f.file_id, ?) AS file_id, "
        "coalesce(s.source_key, CAST(s.line AS VARCHAR)), CASE WHEN s.source_key IS NULL THEN concat('line of ', ?) "
        f"ELSE concat_ws(' ', p.practice_id, f.file_id) END FROM {_JOINED} "
        f"LEFT JOIN source_file f ON f.file_id = {given} WHERE fault IS NULL AND p.person_row IS NOT NULL",
        [file_id, file_id],
    )


def _count(con: duckdb.DuckDBPyConnection, table: str, notes: Notes) -> None:
    counts = {f"{table}: {reason}": count for reason, count in _COUNTS.items()}
    count_left(con, notes, f"{_JOINED} WHERE fault IS NULL", counts)
