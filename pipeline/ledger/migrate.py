"""The schema, in numbered steps. A ledger of an earlier version is upgraded when it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pipeline.errors import LedgerError


@cache
def migrations() -> tuple[str, ...]:
    """The SQL of each step. The first is at 0, but the files are numbered from 1."""
    folder = files("pipeline.ledger").joinpath("migrations")
    steps = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(step.read_text(encoding="utf-8") for step in steps)


def read_version(con: sqlite3.Connection) -> int:
    """How many steps the ledger has been through."""
    return int(con.execute("PRAGMA user_version").fetchone()[0])


def migrate(con: sqlite3.Connection) -> None:
    """Run the missing steps in the caller's transaction. Raises LedgerError if the ledger is of a newer version."""
    version = read_version(con)
    refuse_newer(version)
    for number, step in enumerate(migrations()[version:], start=version + 1):
        for statement in _statements(step):
            con.execute(statement)
        con.execute(f"PRAGMA user_version = {number}")


def refuse_newer(version: int) -> None:
    """Raises LedgerError."""
    if version > len(migrations()):
        raise LedgerError(
            f"This ledger was written by a newer version of Casefinder (its schema is {version}; this version knows "
            f"{len(migrations())}). Nothing was changed. Install the newer version."
        )


@cache
def expected_schema(version: int) -> tuple[tuple[str, str], ...]:
    """The name and SQL of everything in the schema of this version."""
    con = sqlite3.connect(":memory:")
    for step in migrations()[:version]:
        con.executescript(step)
    found = read_schema(con)
    con.close()
    return found


def read_schema(con: sqlite3.Connection) -> tuple[tuple[str, str], ...]:
    """Tables, views, indexes and triggers, without SQLite's own."""
    return tuple(con.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"))


def _statements(script: str) -> Iterator[str]:
    """Statement by statement, because `executescript` would commit the caller's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
