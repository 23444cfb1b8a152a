"""Runs compiled steps on DuckDB. The SQL is the compiler's own; no value from a file ever enters it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import duckdb

from pipeline.search.compile import Step


def run_steps(con: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> None:
    """Make the table of each step, in order."""
    for step in steps:
        con.execute(f"CREATE OR REPLACE TABLE {step.name} AS {step.sql}")


def fill(con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Make a small table from Python rows. `columns` are `name TYPE`; values go in as parameters."""
    con.execute(f"CREATE OR REPLACE TABLE {table} ({', '.join(columns)})")
    kept = list(rows)
    if kept:
        places = ", ".join("unnest(?)" for _ in columns)
        con.execute(f"INSERT INTO {table} SELECT {places}", [list(column) for column in zip(*kept, strict=True)])


def fetch(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[dict[str, object]]:
    """A SELECT's rows as dicts, by column name."""
    result = con.execute(sql)
    names = [column[0] for column in result.description or ()]
    yield from (dict(zip(names, row, strict=True)) for row in result.fetchall())
