"""A canonical table's file, CSV or Parquet, as a relation of text columns with each row's line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.columnar import count_parquet, refuse_swollen
from pipeline.extracts.csv.damage import cut_short
from pipeline.extracts.csv.header import Layout, place_columns
from pipeline.extracts.csv.nothing import may_hold, read_typed, say_nothing
from pipeline.extracts.csv.open import open_csv
from pipeline.extracts.csv.relation import relation_sql
from pipeline.extracts.csv.scan import scan_bytes
from pipeline.extracts.model import Notes, SourceFile
from pipeline.extracts.plain.gaps import say_columns
from pipeline.extracts.plain.values import FILLED
from pipeline.tables import Table

_IDS = ("nhs_number", "local_number", "snomed", "dmd", "local")


@dataclass(frozen=True)
class Staged:
    """`sql` holds every column of the table as text (NULL where the file has none) and `line`."""

    table: Table
    file: str
    sql: str
    parameters: list[str]


def stage_plain(con: duckdb.DuckDBPyConnection, table: Table, path: Path, work: Path, notes: Notes) -> Staged:
    """Open one file. Raises ExtractError where a needed column is missing or the file cannot be read."""
    if path.suffix.lower() == ".parquet":
        return _stage_parquet(con, table, path, notes)
    file = open_csv(con, path, _layout(table), work, notes, with_lines=True)
    say_columns(table, path.name, file.names, notes)
    sql = relation_sql(file.relation, table.names, with_line=True)
    return Staged(table, path.name, sql, file.relation.parameters)


def _layout(table: Table) -> Layout:
    needed = [column.name for column in table.columns if column.needed and column.name not in FILLED]
    return Layout(
        needed=tuple(needed),
        optional=tuple(name for name in table.names if name not in needed),
        key=table.columns[0].name,
        key_form="number" if table.columns[0].kind == "integer" else "any",
        dates=tuple(column.name for column in table.columns if column.kind == "day"),
        ids=tuple(name for name in table.names if name in _IDS),
    )


def _stage_parquet(con: duckdb.DuckDBPyConnection, table: Table, path: Path, notes: Notes) -> Staged:
    try:
        described = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    except duckdb.Error:
        raise ExtractError(f"{path.name} cannot be read as Parquet. It may be cut short: copy it again.") from None
    rows = count_parquet(con, path)
    types = {str(name): str(kind) for name, kind, *_ in described}
    places = place_columns(tuple(types), _layout(table), path.name)
    wanted = {f'"{name}"': types[given] for name in places for given in types if given.lower() == name}
    types_of = {name: types[given] for name in places for given in types if given.lower() == name}
    refuse_swollen(con, path, "read_parquet(?)", [str(path)], wanted)
    _refuse_numbers_for_text(table, path.name, {name.lower(): kind for name, kind in types.items()})
    say_columns(table, path.name, tuple(types), notes)
    notes.files.append(SourceFile(path.name, scan_bytes(path).sha256, 0, rows, 0, 0))
    columns = [f'CAST({name if name in places else "NULL"} AS VARCHAR) AS "{name}"' for name in table.names]
    relation = "read_parquet(?, file_row_number = true)"
    sql = f"(SELECT {', '.join(columns)}, file_row_number + 1 AS line FROM {relation})"
    suspect = [name for name in places if may_hold(name, types_of[name])]
    try:
        sql, nothing = read_typed(con, sql, [str(path)], suspect, _layout(table).dates)
    except duckdb.Error as error:
        raise cut_short(error, path.name) from None
    notes.warnings.extend(say_nothing(path.name, nothing))
    return Staged(table, path.name, sql, [str(path)])


def _refuse_numbers_for_text(table: Table, file: str, types: dict[str, str]) -> None:
    """Raises ExtractError for ids of a fraction type, which keeps 15 digits. Whole numbers lose only leading zeros."""
    for column in table.columns:
        if column.kind == "text" and types.get(column.name) in ("DOUBLE", "FLOAT"):
            raise ExtractError(f"{file}: the column {column.name} holds numbers. Write it as text, or ids lose digits.")
