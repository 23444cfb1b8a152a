"""Fills a staging table from the parts of each table of an EMIS-X Explorer export."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.header import read_header
from pipeline.extracts.csv.nothing import rename
from pipeline.extracts.csv.open import OpenCsv, open_csv
from pipeline.extracts.csv.relation import empty_sql, relation_sql
from pipeline.extracts.explorer.table import PATIENT_ID, REGISTRATION, ExplorerTable, choose, layout
from pipeline.extracts.gaps import no_column, no_table
from pipeline.extracts.model import Notes
from pipeline.extracts.staging import insert_rows, number_file

KEYLESS = "rows without a key"


@dataclass(frozen=True)
class Staged:
    """A table as read. `chosen`: how its first part spells each word; empty if no file came."""

    table: ExplorerTable
    chosen: dict[str, str]
    files: tuple[OpenCsv, ...]

    @property
    def name(self) -> str:
        """The name of its first file, for error messages."""
        return self.files[0].file.name

    @property
    def lost_lines(self) -> int:
        return sum(each.file.rejected for each in self.files)


def stage_table(
    con: duckdb.DuckDBPyConnection, table: ExplorerTable, paths: list[Path], work: Path, notes: Notes
) -> Staged:
    """Fill `table.stage`; without files it is empty. A part without a header has the first part's columns."""
    columns = ", ".join(f"{sql} AS {name}" for name, sql in table.columns.items())
    words = tuple(table.words)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table.stage} AS SELECT 0 AS file_id, {columns} FROM {empty_sql(words)}")
    files: list[OpenCsv] = []
    for path in paths:
        own = _own_header(path, table)
        names = own or files[0].names if files else ()
        chosen = choose(table, names or read_header(path))
        file = open_csv(con, path, layout(table, chosen), work, notes, header=() if own or not files else names)
        number = number_file(con, path.name, notes)
        notes.left_out[KEYLESS] += file.file.rows - _insert(con, table, columns, file, chosen, number)
        files.append(file)
    return Staged(table, choose(table, files[0].names) if files else {}, tuple(files))


def same_patients(table: ExplorerTable, people: Staged) -> ExplorerTable:
    """The table, made to identify patients as the patient file does: by registration, or by patient."""
    key = people.chosen["key"]
    family = REGISTRATION if key in REGISTRATION else PATIENT_ID
    return replace(table, words={**table.words, "patient": (key, *(each for each in family if each != key))})


def say_losses(staged: Staged, notes: Notes) -> None:
    """Note a gap for each missing column, or for a missing table."""
    table = staged.table
    if not staged.files:
        notes.gaps.extend(no_table(f"{table.names[0]} file", lost) for lost in table.without)
        return
    for word, lost in table.losses.items():
        if word not in staged.chosen:
            notes.gaps.append(no_column(staged.name, " or ".join(table.words[word]) or word, lost))


def _own_header(path: Path, table: ExplorerTable) -> tuple[str, ...]:
    """The part's header, if its first line is one; else nothing. Raises ExtractError for an empty file."""
    try:
        names = read_header(path)
    except ExtractError:
        if not path.stat().st_size:
            raise
        return ()
    return names if "key" in choose(table, names) else ()


def _insert(
    con: duckdb.DuckDBPyConnection, table: ExplorerTable, columns: str, file: OpenCsv, chosen: dict[str, str], id: int
) -> int:
    """Add the rows that have a key; return how many."""
    places = {word: file.relation.places[name] for word, name in chosen.items()}
    source = replace(file.relation, places=places, nothing=rename(file.relation.nothing, chosen))
    absent = [f"'{text}' AS {word}" for word, text in table.defaults.items() if word not in chosen]
    words = f"* REPLACE ({', '.join(absent)})" if absent else "*"
    relation = f"(SELECT {words} FROM {relation_sql(source, tuple(table.words))})"
    query = f"SELECT ? AS file_id, {columns} FROM {relation}"
    return insert_rows(con, table.stage, query, [id, *source.parameters], "key")
