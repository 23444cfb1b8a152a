"""Fills a staging table from each TPP table of a delivery."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.open import OpenCsv, open_csv
from pipeline.extracts.csv.relation import empty_sql, relation_sql
from pipeline.extracts.model import Notes
from pipeline.extracts.staging import insert_rows, number_file
from pipeline.extracts.tpp.manifest import dialect_of
from pipeline.extracts.tpp.repeats import settle_repeats
from pipeline.extracts.tpp.sql import clean_sql
from pipeline.extracts.tpp.table import TppTable
from pipeline.extracts.tpp.tables import OWNED_TABLES, TABLES
from pipeline.extracts.tpp.tables_people import PATIENT

KEYLESS = "rows without a key or practice"


def stage_tables(
    con: duckdb.DuckDBPyConnection, files: dict[str, list[Path]], work: Path, notes: Notes
) -> dict[str, OpenCsv]:
    """Fill every stage; that of a missing file stays empty. Return the files as read, by table: the first part of each.

    It also makes `tpp_departure`: the patients removed anywhere in the delivery.
    """
    opened = {}
    for table in TABLES:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table.stage} AS {_select(table, empty_sql(table.layout.columns), '0')}"
        )
        if table.name in files:
            opened[table.name], *more = [_stage_file(con, table, path, work, notes) for path in files[table.name]]
            _refuse_other_columns(opened[table.name], more)
    _place_rows(con, notes)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE tpp_departure AS SELECT DISTINCT org, key FROM {PATIENT.stage} WHERE deleted = 1"
    )
    settle_repeats(con, notes)
    return opened


def _refuse_other_columns(first: OpenCsv, parts: list[OpenCsv]) -> None:
    """Raises ExtractError where a later part of a table has not the columns of the first."""
    for part in parts:
        if {name.lower() for name in part.names} != {name.lower() for name in first.names}:
            raise ExtractError(
                f"{part.file.name} does not have the columns of {first.file.name}, although their names say that they "
                "are parts of one table. Take one of them out of the folder, or ask for the table again."
            )


def _stage_file(con: duckdb.DuckDBPyConnection, table: TppTable, path: Path, work: Path, notes: Notes) -> OpenCsv:
    file = open_csv(con, path, table.layout, work, notes, dialect=dialect_of(path))
    query = _select(table, relation_sql(file.relation, table.layout.columns), str(number_file(con, path.name, notes)))
    notes.left_out[KEYLESS] += file.file.rows - insert_rows(con, table.stage, query, file.relation.parameters, "key")
    return file


def _select(table: TppTable, relation: str, file_id: str) -> str:
    columns = ", ".join(f"{sql} AS {name}" for name, sql in table.columns.items())
    clean = clean_sql(relation, table.layout.columns, table.layout.dates)
    return f"SELECT CAST({file_id} AS INTEGER) AS file_id, {columns} FROM {clean}"


def _place_rows(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """A row may name no practice, for example if it was removed. It then goes to the only practice, or is dropped."""
    every = " UNION ".join(f"SELECT org FROM {table.stage}" for table in OWNED_TABLES)
    practices = con.execute(f"SELECT org FROM ({every}) WHERE org IS NOT NULL LIMIT 2").fetchall()
    for table in OWNED_TABLES:
        if len(practices) == 1:
            con.execute(f"UPDATE {table.stage} SET org = ? WHERE org IS NULL", [practices[0][0]])
        dropped = con.execute(f"DELETE FROM {table.stage} WHERE org IS NULL").fetchone()
        notes.left_out[KEYLESS] += int(dropped[0]) if dropped else 0
