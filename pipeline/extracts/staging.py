"""What every reader does as it puts a file's rows into a staging table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.open import OpenCsv
from pipeline.extracts.gaps import Lost, no_column
from pipeline.extracts.model import Notes


def number_file(con: duckdb.DuckDBPyConnection, name: str, notes: Notes) -> int:
    """Put the file opened last into `source_file`; return its number there."""
    con.execute("INSERT INTO source_file VALUES (?, ?)", [notes.newest_file, name])
    return notes.newest_file


def insert_rows(
    con: duckdb.DuckDBPyConnection, stage: str, query: str, parameters: Sequence[object], *needed: str
) -> int:
    """Add the rows of `query` that have a value in every `needed` column; return how many."""
    where = " AND ".join(f"{column} IS NOT NULL" for column in needed)
    added = con.execute(f"INSERT INTO {stage} SELECT * FROM ({query}) WHERE {where}", parameters).fetchone()
    return int(added[0]) if added else 0


def refuse_empty(con: duckdb.DuckDBPyConnection, stage: str, file: str, where: str = "true") -> None:
    """Raises ExtractError where a required table has no rows."""
    if not con.execute(f"SELECT 1 FROM {stage} WHERE {where} LIMIT 1").fetchone():
        raise ExtractError(f"{file} has a header and no rows that can be read. Ask the supplier for a full extract.")


def say_missing_columns(table: str, losses: Iterable[tuple[str, Lost]], files: Iterable[OpenCsv], notes: Notes) -> None:
    """Note a gap for each optional column that any of a table's files lacks."""
    places = [file.relation.places for file in files]
    notes.gaps.extend(no_column(table, column, lost) for column, lost in losses if any(column not in p for p in places))
