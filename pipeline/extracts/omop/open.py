"""An OMOP table as a relation of text columns, whether it is in a CSV, a Parquet file or a DuckDB file.

Only the tables of a DuckDB file are read, by the names and columns we know: a view, a macro or a computed column would
run code that others wrote.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.columnar import count_parquet, refuse_bomb, refuse_swollen
from pipeline.extracts.csv.damage import cut_short
from pipeline.extracts.csv.header import place_columns
from pipeline.extracts.csv.nothing import may_hold, read_typed, say_nothing
from pipeline.extracts.csv.open import open_csv
from pipeline.extracts.csv.relation import COMMA, Dialect, relation_sql
from pipeline.extracts.csv.scan import scan_bytes
from pipeline.extracts.model import Notes, SourceFile
from pipeline.extracts.omop.table import OmopTable
from pipeline.extracts.staging import number_file

_ATTACHED = "omop_file"
_FRACTIONS = {"DOUBLE": 2**53, "FLOAT": 2**24}  # from these numbers on, the types lose digits
_LONGEST_HEADER = 1_000_000


@dataclass(frozen=True)
class Opened:
    """A table as a relation. `sql`: every wanted column as text, NULL if it has none. `columns`: those it has.

    `label` comes before a row's own key in evidence, if one file holds several tables.
    """

    file: SourceFile
    file_id: int
    sql: str
    parameters: list[str]
    columns: frozenset[str]
    label: str = ""


@dataclass(frozen=True)
class Database:
    """A DuckDB file, attached. `tables`: the SQL name of each of our tables in it. `file_id`: the file's number."""

    path: Path
    file_id: int
    tables: dict[str, str]


def open_file(con: duckdb.DuckDBPyConnection, table: OmopTable, path: Path, work: Path, notes: Notes) -> Opened:
    """Open a file of one table. Raises ExtractError where a column is missing or the file cannot be read."""
    if path.suffix.lower() == ".parquet":
        file = SourceFile(path.name, scan_bytes(path).sha256, 0, count_parquet(con, path), 0, 0)
        notes.files.append(file)
        return _open_typed(con, table, path, file, notes.newest_file, "read_parquet(?)", [str(path)], notes)
    opened = open_csv(con, path, table.layout, work, notes, dialect=_dialect(table, path))
    sql = relation_sql(opened.relation, table.layout.columns)
    return Opened(opened.file, notes.newest_file, sql, opened.relation.parameters, frozenset(opened.relation.places))


def _dialect(table: OmopTable, path: Path) -> Dialect:
    """Tabs or commas, from the header. Athena's files are not quoted: a quotation mark is part of a concept's name."""
    with path.open("rb") as file:
        if b"\t" not in file.readline(_LONGEST_HEADER):
            return COMMA
    return Dialect("\t", "" if table.is_vocabulary else '"')


def attach_database(con: duckdb.DuckDBPyConnection, path: Path, names: tuple[str, ...], notes: Notes) -> Database:
    """Attach the file read-only and find our tables in it. Raises ExtractError where it cannot be read."""
    # A path is a literal in ATTACH; TYPE stops DuckDB treating the file as another system's.
    literal = str(path.resolve()).replace("'", "''")
    try:
        con.execute(f"ATTACH '{literal}' AS {_ATTACHED} (READ_ONLY, TYPE duckdb)")
        tables = _find_tables(con, path, names)
        rows = sum(_count_rows(con, name) for name in tables.values())
    except duckdb.Error:
        raise ExtractError(
            f"{path.name} cannot be read as a DuckDB file. It may be open elsewhere, encrypted, cut short or written "
            "by a newer DuckDB. Close it and copy it again, or write its tables as Parquet."
        ) from None
    refuse_bomb(path, rows)
    notes.files.append(SourceFile(path.name, scan_bytes(path).sha256, 0, rows, 0, 0))
    return Database(path, number_file(con, path.name, notes), tables)


def detach_database(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"DETACH {_ATTACHED}")


def _find_tables(con: duckdb.DuckDBPyConnection, path: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The SQL name of each of our tables. `duckdb_tables()` leaves out views; listing columns would run them."""
    listed = con.execute(
        "SELECT schema_name, table_name, sql FROM duckdb_tables() WHERE database_name = ? ORDER BY ALL", [_ATTACHED]
    ).fetchall()
    found: dict[str, str] = {}
    for schema, name, definition in listed:
        if name.lower() not in names:
            continue
        if name.lower() in found:
            raise ExtractError(f"{path.name} holds the table {name.lower()} in two schemas. Keep one of them.")
        if " generated always " in " ".join(definition.lower().split()):
            raise ExtractError(f"{path.name}: the table {name.lower()} has computed columns. Write it as Parquet.")
        found[name.lower()] = ".".join([_ATTACHED, _quoted(schema), _quoted(name)])
    return found


def _count_rows(con: duckdb.DuckDBPyConnection, name: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {name}").fetchone()
    return int(row[0]) if row else 0


def open_table(con: duckdb.DuckDBPyConnection, table: OmopTable, database: Database, notes: Notes) -> Opened:
    """Open a table of the attached file."""
    name = f"{database.path.name}, table {table.name}"
    file = SourceFile(name, "", 0, _count_rows(con, database.tables[table.name]), 0, 0)
    opened = _open_typed(con, table, database.path, file, database.file_id, database.tables[table.name], [], notes)
    return replace(opened, label=f"{table.name} ")


def _open_typed(
    con: duckdb.DuckDBPyConnection,
    table: OmopTable,
    path: Path,
    file: SourceFile,
    file_id: int,
    source: str,
    values: list[str],
    notes: Notes,
) -> Opened:
    """Open a source whose columns have their own types."""
    described = con.execute(f"SELECT * FROM {source} LIMIT 0", values).description or []
    names = tuple(str(column[0]) for column in described)
    types = dict(zip(names, _types(con, source, values), strict=True))
    places = place_columns(names, table.layout, file.name)
    wanted = {column: names[place] for column, place in places.items()}
    refuse_swollen(con, path, source, values, {_quoted(name): types[name] for name in wanted.values()})
    fractions = {column: types[name] for column, name in wanted.items() if types[name] in _FRACTIONS}
    fractions = {column: kind for column, kind in fractions.items() if column in _whole(table)}
    for column, kind in fractions.items():
        _refuse_rounded(
            con, file.name, column, f"SELECT {_quoted(wanted[column])} AS given FROM {source}", kind, values
        )
    chosen = []
    for column in table.layout.columns:
        text = _quoted(wanted[column]) if column in wanted else "NULL"
        text = f"TRY_CAST({text} AS HUGEINT)" if column in fractions else text
        chosen.append(f'CAST({text} AS VARCHAR) AS "{column}"')
    sql = f"(SELECT {', '.join(chosen)} FROM {source})"
    sql = _read_as_meant(
        con, table, file.name, sql, values, {column: types[name] for column, name in wanted.items()}, notes
    )
    return Opened(file, file_id, sql, values, frozenset(places))


def _read_as_meant(
    con: duckdb.DuckDBPyConnection,
    table: OmopTable,
    file: str,
    sql: str,
    values: list[str],
    types: dict[str, str],
    notes: Notes,
) -> str:
    """Reads what stands for nothing as empty, and says so. Raises ExtractError where the file breaks off."""
    suspect = [column for column, kind in types.items() if may_hold(column, kind)]
    try:
        sql, nothing = read_typed(con, sql, values, suspect, table.layout.dates)
    except duckdb.Error as error:
        raise cut_short(error, file) from None
    notes.warnings.extend(say_nothing(file, nothing))
    return sql


def _types(con: duckdb.DuckDBPyConnection, source: str, values: list[str]) -> list[str]:
    return [str(row[1]).upper() for row in con.execute(f"DESCRIBE SELECT * FROM {source}", values).fetchall()]


def _whole(table: OmopTable) -> set[str]:
    """The columns that hold whole numbers or codes."""
    return {name for name in table.layout.columns if name.endswith(("_id", "_source_value", "_code", "_1", "_2"))}


def _refuse_rounded(
    con: duckdb.DuckDBPyConnection, file: str, column: str, given: str, kind: str, values: list[str]
) -> None:
    """Raises ExtractError where a fraction type holds numbers too long for it, which have lost their last digits."""
    row = con.execute(f"SELECT max(abs(given)) FILTER (isfinite(given)) FROM ({given})", values).fetchone()
    if row and row[0] is not None and row[0] >= _FRACTIONS[kind]:
        raise ExtractError(f"{file}: the column {column} holds rounded numbers. Write it as whole numbers or text.")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
