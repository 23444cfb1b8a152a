"""The one door from a search to a database. The SQL is the compiler's own; no value from a file ever enters it.

DuckDB is the engine of every search. SQLite, which a test starts in a millisecond, runs the very same steps: the two
differ only in how they replace a table and how rows are put in quickly.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import duckdb

from pipeline.search.step import Step

Values = tuple[Any, ...]  # a row, in the order of the SELECT


class Engine(Protocol):
    """What a search asks of a database."""

    def make(self, table: str, sql: str) -> None:
        """Make a table of what a SELECT gives, in place of any of that name."""

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Make a small table of Python rows, in place of any of that name. `columns` are `name TYPE`."""

    def fetch(self, sql: str) -> list[Values]:
        """The rows that a SELECT gives."""

    def fetch_dicts(self, sql: str) -> Iterator[dict[str, object]]:
        """The rows that a SELECT gives, by column name."""


def run_steps(engine: Engine, steps: Iterable[Step]) -> None:
    """Make the table of each step, in order."""
    for step in steps:
        engine.make(step.writes, step.sql)


@dataclass(frozen=True)
class DuckDbEngine:
    con: duckdb.DuckDBPyConnection

    def make(self, table: str, sql: str) -> None:
        self.con.execute(f"CREATE OR REPLACE TABLE {table} AS {sql}")

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Column by column, which DuckDB does many times faster than row by row."""
        self.con.execute(f"CREATE OR REPLACE TABLE {table} ({', '.join(columns)})")
        if kept := list(rows):
            places = ", ".join("unnest(?)" for _ in columns)
            values = [list(column) for column in zip(*kept, strict=True)]
            self.con.execute(f"INSERT INTO {table} SELECT {places}", values)

    def fetch(self, sql: str) -> list[Values]:
        return self.con.execute(sql).fetchall()

    def fetch_dicts(self, sql: str) -> Iterator[dict[str, object]]:
        result = self.con.execute(sql)
        return _by_name(result.description, result.fetchall())


@dataclass(frozen=True)
class SqliteEngine:
    con: sqlite3.Connection

    def make(self, table: str, sql: str) -> None:
        self.con.execute(f"DROP TABLE IF EXISTS {table}")
        self.con.execute(f"CREATE TABLE {table} AS {sql}")

    def fill(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        self.con.execute(f"DROP TABLE IF EXISTS {table}")
        self.con.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
        self.con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in columns)})", rows)

    def fetch(self, sql: str) -> list[Values]:
        return self.con.execute(sql).fetchall()

    def fetch_dicts(self, sql: str) -> Iterator[dict[str, object]]:
        result = self.con.execute(sql)
        return _by_name(result.description, result.fetchall())


def _by_name(description: Sequence[Sequence[Any]], rows: Iterable[Values]) -> Iterator[dict[str, object]]:
    names = [str(column[0]) for column in description]
    return (dict(zip(names, row, strict=True)) for row in rows)


def empty_duckdb() -> DuckDbEngine:
    """A new database in memory. Close its `con` when done."""
    return DuckDbEngine(duckdb.connect())
