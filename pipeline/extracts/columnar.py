"""What a Parquet or DuckDB file says of itself: its columns, and whether so small a file can hold so much."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.archives import most_unpacked
from pipeline.extracts.csv.damage import cut_short

# A row says at least of whom it is and of which day: more than a bit, however well its neighbours foretell it. Sorted
# and packed as well as Parquet can, such tables take fourteen bits a row and more. Rows that are all alike take next to
# nothing, and billions of them fit into a file that looks harmless.
_ROWS_A_BYTE, _ALWAYS_ALLOWED = 8, 1_000_000
_SHORT = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT|DECIMAL|FLOAT|DOUBLE|BOOL|DATE|TIME|UUID")  # types of short values


def count_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> int:
    """How many rows. Raises ExtractError where it cannot be read, has a column twice, or more rows than its size."""
    try:
        row = con.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()
        _refuse_twins(con, path)
    except duckdb.Error:
        raise ExtractError(f"{path.name} cannot be read as Parquet. It may be cut short: copy it again.") from None
    rows = int(row[0]) if row else 0
    refuse_bomb(path, rows)
    return rows


def _refuse_twins(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """DuckDB gives the second column of one name another name, so that it would seem to be missing."""
    spelt = {name for (name,) in con.execute("SELECT name FROM parquet_schema(?)", [str(path)]).fetchall()}
    named = [str(row[0]) for row in con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()]
    if not spelt.issuperset(named):
        raise ExtractError(f"{path.name} has two columns with the same name. Ask for the original file.")


def refuse_bomb(path: Path, rows: int) -> None:
    """Raises ExtractError where `rows` are more than a file of this size can say anything of."""
    if rows > max(_ALWAYS_ALLOWED, _ROWS_A_BYTE * path.stat().st_size):
        raise ExtractError(
            f"{path.name} says that it holds {rows:,} rows, far more than a file of its size can: nearly all must be "
            "alike. Ask where it comes from; if it is genuine, write it as CSV."
        )


def refuse_swollen(
    con: duckdb.DuckDBPyConnection, path: Path, relation: str, values: list[str], types: Mapping[str, str]
) -> None:
    """Raises ExtractError where the text of these columns is far more than the file: one long text, said often.

    `types`: of each column that will be read, as SQL names it. Lists and structures are refused, for the same reason.
    """
    for column, kind in types.items():
        if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION", "VARIANT")):
            raise ExtractError(f"{path.name}: the column {column} holds lists or structures; write it as text.")
    lengths = [_length_sql(column, kind) for column, kind in types.items() if not _SHORT.match(kind)]
    if not lengths:
        return
    try:
        row = con.execute(f"SELECT {' + '.join(lengths)} FROM {relation}", values).fetchone()
    except duckdb.Error as error:
        raise cut_short(error, path.name) from None
    if row and row[0] > most_unpacked(path):
        raise ExtractError(
            f"{path.name} holds far more text than a file of its size can: the same long text again and again. Ask "
            "where it comes from; if it is genuine, write it as CSV."
        )


def _length_sql(column: str, kind: str) -> str:
    """In bytes, of all rows. It is known without unpacking the text."""
    length = f"octet_length({column})" if kind == "BLOB" else f"strlen(CAST({column} AS VARCHAR))"
    return f"coalesce(sum({length}), 0)"
