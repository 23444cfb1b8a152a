"""Runs compiled steps on a database. The SQL is the compiler's own; no value from a file ever enters it.

DuckDB is the engine of every search. SQLite, which a test starts in a millisecond, runs the very same steps: the two
differ in nothing but how rows are put in quickly.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

import duckdb

from pipeline.search.step import Step

Database = duckdb.DuckDBPyConnection | sqlite3.Connection


def run_steps(con: Database, steps: Iterable[Step]) -> None:
    """Make the table of each step, in order."""
    for step in steps:
        con.execute(f"DROP TABLE IF EXISTS {step.name}")
        con.execute(f"CREATE TABLE {step.name} AS {step.sql}")


def fill(con: Database, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Make a small table from Python rows. `columns` are `name TYPE`; values go in as parameters."""
    con.execute(f"DROP TABLE IF EXISTS {table}")
    con.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
    kept = list(rows)
    if kept:
        _insert(con, table, kept)


def _insert(con: Database, table: str, rows: Sequence[Sequence[object]]) -> None:
    if isinstance(con, sqlite3.Connection):
        places = ", ".join("?" for _ in rows[0])
        con.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
    else:  # column by column, which DuckDB does many times faster than row by row
        places = ", ".join("unnest(?)" for _ in rows[0])
        con.execute(f"INSERT INTO {table} SELECT {places}", [list(column) for column in zip(*rows, strict=True)])


def fetch(con: Database, sql: str) -> Iterator[dict[str, object]]:
    """A SELECT's rows as dicts, by column name."""
    result = con.execute(sql)
    names = [column[0] for column in result.description or ()]
    yield from (dict(zip(names, row, strict=True)) for row in result.fetchall())
