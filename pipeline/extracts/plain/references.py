"""Checks that canonical tables agree with each other: unique keys, practices that exist, parents that exist."""

from __future__ import annotations

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.model import Notes
from pipeline.extracts.plain.stage import Staged
from pipeline.extracts.sql.repeated_keys import drop_repeated
from pipeline.tables import CODE, PATIENT, PRACTICE, PRACTICE_ID, SOURCE_FILE

_KEYS = {
    PRACTICE.name: ("practice_id",),
    PATIENT.name: ("person_row", "practice_id, patient_id"),
    CODE.name: ("code_id",),
    SOURCE_FILE.name: ("file_id",),
}


def refuse_repeats(con: duckdb.DuckDBPyConnection, staged: Staged, notes: Notes) -> None:
    """Drop rows that are there again. Raises ExtractError where rows of one key, just read (`plain_rows`), differ."""
    table = staged.table
    for key in _KEYS.get(table.name, ()):
        drop_repeated(con, table.name, key, notes)
        twice = con.execute(
            f"SELECT max(line) FROM plain_rows WHERE fault IS NULL GROUP BY {key} "
            f"HAVING count(DISTINCT hash({', '.join(table.names)})) > 1 ORDER BY 1"
        ).fetchone()
        if twice:
            raise ExtractError(f"{staged.file}, line {twice[0]}: this {key} is on an earlier line too.")
        if con.execute(f"SELECT 1 FROM {table.name} GROUP BY {key} HAVING count(*) > 1 LIMIT 1").fetchone():
            raise ExtractError(f"{staged.file}: a {key} of it is in another part of {table.name} too.")


def check_practices(con: duckdb.DuckDBPyConnection, file: str) -> None:
    """Raises ExtractError where a practice's code cannot name a folder."""
    codes = [row[0] for row in con.execute("SELECT practice_id FROM practice").fetchall()]
    if not codes:
        raise ExtractError(f"{file} has a header and no rows that can be read.")
    if not all(PRACTICE_ID.fullmatch(code) for code in codes):
        raise ExtractError(f"{file}: practice_id must be 1 to 20 letters and digits.")
    if len({code.upper() for code in codes}) < len(codes):
        raise ExtractError(f"{file}: two practices have the same practice_id apart from capital letters.")


def check_people(con: duckdb.DuckDBPyConnection, file: str, notes: Notes) -> None:
    """Leave out patients whose practice is not in the extract. Raises ExtractError if no patient is left."""
    lost = con.execute("DELETE FROM patient WHERE practice_id NOT IN (SELECT practice_id FROM practice)").fetchone()
    notes.left_out["patient: rows whose practice is not in the extract"] += int(lost[0]) if lost else 0
    if not con.execute("SELECT 1 FROM patient LIMIT 1").fetchone():
        raise ExtractError(f"{file} holds no patient of a practice in the extract.")


def drop_lone_parents(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Leave out a parent or child that is not a code of the extract."""
    lost = con.execute(
        "DELETE FROM code_parent WHERE code_id NOT IN (SELECT code_id FROM code) "
        "OR parent_id NOT IN (SELECT code_id FROM code)"
    ).fetchone()
    notes.left_out["code_parent: rows whose code is not in the extract"] += int(lost[0]) if lost else 0
