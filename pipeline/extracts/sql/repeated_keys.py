"""Rows of one delivery that share a key: none of them is lost to another.

Rows that say the same are one row. Rows that say different things are all kept or, where a table can hold a key only
once, become one row with the safest of what they say. Only rows that were sent later replace others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.model import Notes

REPLACED = "rows replaced by a later row of the same key"
REPEATED = "rows that say the same as another row with their key"
DOUBTED = "rows that another row with their key deletes, kept as confidential"
# Where a row stands, and how its key was spelt, is not what it says.
_PLACE = frozenset({"file_id", "source_file", "odd_key", "row_id", "made", "processing"})
_FIRST = 10**12  # a row that deletes may hold nothing else, and comes before all others
_OF_DELETION = {"org", "key", "patient", "deleted"}
_HIDEABLE = {"deleted", "patient", "is_confidential"}


def drop_repeated(con: duckdb.DuckDBPyConnection, stage: str, key: str, notes: Notes, newest: str = "1") -> bool:
    """Drop what was replaced and what is there again; whether any key was on several rows.

    Hashes find the few keys that may repeat, at a fifth of the cost of comparing all keys.
    """
    names = columns_of(con, stage)
    said = ", ".join(_said(name, "deleted" in names) for name in names if name not in _PLACE)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE repeated AS SELECT rowid AS place, "
        f"rank() OVER (PARTITION BY {key} ORDER BY {newest}) AS age, "
        f"row_number() OVER (PARTITION BY {said} ORDER BY {newest}, rowid DESC) AS copy FROM {stage} "
        f"WHERE hash({key}) IN (SELECT hash({key}) FROM {stage} GROUP BY ALL HAVING count(*) > 1)"
    )
    notes.left_out[REPLACED] += _one(con, "SELECT count(*) FROM repeated WHERE age > 1")
    notes.left_out[REPEATED] += _one(con, "SELECT count(*) FROM repeated WHERE age = 1 AND copy > 1")
    con.execute(f"DELETE FROM {stage} WHERE rowid IN (SELECT place FROM repeated WHERE age > 1 OR copy > 1)")
    return _one(con, "SELECT count(*) FROM repeated") > 0


def keep_all(con: duckdb.DuckDBPyConnection, stage: str, key: str, what: str, notes: Notes, newest: str = "1") -> None:
    """Drop repeated rows, keep all that differ, and say so. `key`: one column or several; `what`: the table's name.

    `newest`: an ORDER BY that puts rows which were sent later first; the rest of their key go.
    """
    if not drop_repeated(con, stage, key, notes, newest):
        return
    if set(columns_of(con, stage)) >= _HIDEABLE:
        _doubt_deleted(con, stage, key, notes)
    if keys := _count_shared(con, stage, key, "deleted = 0" if "deleted" in columns_of(con, stage) else "true"):
        rows = _one(con, "SELECT count(*) FROM shared")
        notes.left_out[f"{what}: rows that share a key and say different things, all kept"] += rows
        notes.warnings.append(
            f"{what}: {_keys(keys)} on several rows that say different things. All {rows} rows count, because one may "
            "be another patient's. Ask the supplier which of them are right."
        )


def keep_safest(
    con: duckdb.DuckDBPyConnection,
    stage: str,
    key: str,
    what: str,
    notes: Notes,
    safest: Mapping[str, str],
    said: str,
    newest: str = "1",
    also: str = "",
) -> None:
    """Drop repeated rows, and make one row of those that differ. `safest`: an aggregate for each column that needs one.

    Every other column is as in the last row. `said`: a sentence on what becomes of such rows. `also`: a column more for
    `safest`, after a comma.
    """
    if not drop_repeated(con, stage, key, notes, newest) or not (keys := _count_shared(con, stage, key)):
        return
    names = columns_of(con, stage)
    place = f"rowid - deleted * {_FIRST}" if "deleted" in names else "rowid"
    chosen = ", ".join(f"{safest.get(name) or _last(name)} AS {name}" for name in names)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE merged AS SELECT {chosen} FROM (SELECT *, {place} AS row_place{also} "
        f"FROM {stage} WHERE rowid IN (SELECT place FROM shared)) GROUP BY {key}"
    )
    con.execute(f"DELETE FROM {stage} WHERE rowid IN (SELECT place FROM shared)")
    con.execute(f"INSERT INTO {stage} BY NAME SELECT * FROM merged")
    notes.left_out[f"{what}: keys whose rows say different things, in doubt"] += keys
    notes.warnings.append(f"{what}: {_keys(keys)} on several rows that say different things. {said}")


def keep_one_meaning(
    con: duckdb.DuckDBPyConnection,
    stage: str,
    key: str,
    what: str,
    notes: Notes,
    meaning: Sequence[str],
    newest: str = "1",
) -> None:
    """One row for each key of a table of codes. Raises ExtractError where one key has different values of `meaning`."""
    if drop_repeated(con, stage, key, notes, newest):
        refuse_meanings(con, stage, key, what, meaning)
    filled = {column: f"max({column})" for column in meaning}
    said = "They differ in words only, and the last row's are used."
    keep_safest(con, stage, key, what, notes, filled, said, newest)


def refuse_meanings(
    con: duckdb.DuckDBPyConnection, stage: str, key: str, what: str, meaning: Sequence[str], where: str = "true"
) -> None:
    """Raises ExtractError where a key of a table of codes has different values in a column of `meaning`."""
    differs = " OR ".join(f"count(DISTINCT {column}) > 1" for column in meaning)
    found = f"SELECT 1 FROM {stage} WHERE {where} GROUP BY {key} HAVING {differs}"
    if unclear := _one(con, f"SELECT count(*) FROM ({found})"):
        raise ExtractError(
            f"{what}: {_keys(unclear)} on several rows with different meanings, so it is not known what a row with "
            "such a key says. Ask the supplier for this table again."
        )


def one_or(column: str, otherwise: str = "NULL") -> str:
    """The only value that rows of one key give in a column, else another."""
    return f"CASE WHEN count(DISTINCT {column}) <= 1 THEN max({column}) ELSE {otherwise} END"


def columns_of(con: duckdb.DuckDBPyConnection, stage: str) -> tuple[str, ...]:
    described = con.execute(f"SELECT * FROM {stage} LIMIT 0").description or []
    return tuple(str(column[0]) for column in described)


def _count_shared(con: duckdb.DuckDBPyConnection, stage: str, key: str, where: str = "true") -> int:
    """Make `shared`, the rows that still share a key; return how many keys they share."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE shared AS SELECT rowid AS place, hash(" + key + f") AS key_hash FROM {stage} "
        f"WHERE rowid IN (SELECT place FROM repeated) AND {where} "
        f"QUALIFY count(*) OVER (PARTITION BY {key}) > 1"
    )
    return _one(con, "SELECT count(DISTINCT key_hash) FROM shared")


def _doubt_deleted(con: duckdb.DuckDBPyConnection, stage: str, key: str, notes: Notes) -> None:
    """A row that another row of its key deletes, without naming another patient: it never helps to include anyone."""
    same = " AND ".join(f"d.{column.strip()} = s.{column.strip()}" for column in key.split(","))
    hidden = con.execute(
        f"UPDATE {stage} s SET is_confidential = 1 WHERE s.deleted = 0 AND s.rowid IN (SELECT place FROM repeated) "
        f"AND EXISTS (SELECT 1 FROM {stage} d WHERE {same} AND d.deleted = 1 AND coalesce(d.patient = s.patient, true))"
    ).fetchone()
    notes.left_out[DOUBTED] += int(hidden[0]) if hidden else 0


def _said(column: str, may_be_deleted: bool) -> str:
    """What a row says in a column. A row that deletes says no more than what it deletes."""
    return f"CASE WHEN deleted = 0 THEN {column} END" if may_be_deleted and column not in _OF_DELETION else column


def _last(column: str) -> str:
    return f"last({column} ORDER BY row_place)"


def _keys(count: int) -> str:
    return "1 key is" if count == 1 else f"{count:,} keys are"


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0] or 0) if row else 0
