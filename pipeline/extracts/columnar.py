"""Checks what a Parquet or DuckDB file says about itself: its columns, and whether it claims too much for its size."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.archives import most_unpacked
from pipeline.extracts.csv.damage import cut_short

# A row gives at least its patient and its day: more than a bit, however well its neighbours predict it. Sorted and
# packed as well as Parquet can, such tables take at least fourteen bits a row. Rows that are all alike take almost
# nothing, and billions of them fit into a file that looks harmless.
_ROWS_A_BYTE, _ALWAYS_ALLOWED = 8, 1_000_000
_SHORT = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT|DECIMAL|FLOAT|DOUBLE|BOOL|DATE|TIME|UUID")  # types of short values


def count_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """How many rows a Parquet file has.

    Raises ExtractError if it cannot be read, has two columns with one name, or claims more rows than its size allows.
    """
    try:
        row = con.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
        _refuse_twins(con, path)
    except duckdb.Error:
        raise ExtractError(f"{path.name} cannot be read as Parquet. It may be cut short: copy it again.") from None
    rows = int(row[0]) if row else 0
    refuse_bomb(path, rows)
    return rows


def _refuse_twins(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """DuckDB renames the second of two columns with one name, so it would seem to be missing."""
    spelt = {name for (name,) in con.execute("SELECT name FROM parquet_schema(?)", [str(path)]).fetchall()}
    named = [str(row[0]) for row in con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()]
    if not spelt.issuperset(named):
        raise ExtractError(f"{path.name} has two columns with the same name. Ask for the original file.")


def refuse_bomb(path: Path, rows: int) -> None:
    """Raises ExtractError where `rows` is more than a file of this size can hold."""
    if rows > max(_ALWAYS_ALLOWED, _ROWS_A_BYTE * path.stat().st_size):
        raise ExtractError(
            f"{path.name} says that it holds {rows:,} rows, far more than a file of its size can hold unless "
            "nearly all are alike. Ask where it comes from; if it is genuine, write it as CSV."
        )


def refuse_swollen(
    con: duckdb.DuckDBPyConnection, path: Path, relation: str, values: list[str], types: Mapping[str, str]
) -> None:
    """Raises ExtractError where these columns hold far more text than the file can: one long text, repeated often.

    `types`: the type of each column that will be read, by its name in SQL. Lists and structures are refused for the
    same reason.
    """
    for column, kind in types.items():
        if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "VARIANT")):
            raise ExtractError(f"{path.name}: the column {column} holds lists or structures. Write it as text.")
    lengths = [_length_sql(column, kind) for column, kind in types.items() if not _SHORT.match(kind)]
    if not lengths:
        return
    try:
        row = con.execute(f"SELECT {' + '.join(lengths)} FROM {relation}", values).fetchone()
    except duckdb.Error as error:
        raise cut_short(error, path.name) from None
    if row and row[0] > most_unpacked(path):
        raise ExtractError(
            f"{path.name} holds far more text than a file of its size can, so it must repeat one long text. Ask "
            "where it comes from; if it is genuine, write it as CSV."
        )


def _length_sql(column: str, kind: str) -> str:
    """The length of a column in bytes, over all rows. It is known without unpacking the text."""
    length = f"octet_length({column})" if kind == "BLOB" else f"strlen(CAST({column} AS VARCHAR))"
    return f"coalesce(sum({length}), 0)"
