"""Writes a segment: one file for each small table; events and prescriptions in buckets of people, ordered by code.

Writes what `resolve_references` left in the database. Nothing is in the store until a manifest names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipeline.files.private import flush_folder
from pipeline.store.durable import hash_file, make_folder, write_parquet
from pipeline.store.manifest import KeptFile, Segment
from pipeline.store.segment_tables import BUCKETS, KEPT, ROWS, KeptTable
from pipeline.store.views import WAITING

SEGMENTS = "segments"
# Fewer rows than this go in one file: a night's bucket would hold next to nothing, and opening files takes time too.
IN_BUCKETS = BUCKETS * 122_880  # one DuckDB row group each

_EVENT = """
    SELECT coalesce(c.code_id, 0) AS code_id, p.person_row, o.org_row, CAST(h.key IS NOT NULL AS TINYINT) AS hidden,
        n.* EXCLUDE (org, patient, dictionary, code_key, deleted)
    FROM new_event n JOIN organisation_of o ON o.org = n.org
    JOIN person_of p ON p.org_row = o.org_row AND p.key = n.patient
    LEFT JOIN code_of c ON c.dictionary = n.dictionary AND c.code_key = n.code_key
    LEFT JOIN hidden_encounter h ON h.org_row = o.org_row AND h.key = n.encounter
    WHERE n.deleted = 0
"""
_PRESCRIPTION = """
    SELECT coalesce(c.code_id, 0) AS code_id, p.person_row, o.org_row, CAST(h.key IS NOT NULL AS TINYINT) AS hidden,
        coalesce(b.course_code, 0) AS course_code, b.course_kind, coalesce(b.course_hidden, 0) AS course_hidden,
        n.* EXCLUDE (org, patient, dictionary, code_key, deleted)
    FROM new_prescription n JOIN organisation_of o ON o.org = n.org
    JOIN person_of p ON p.org_row = o.org_row AND p.key = n.patient
    LEFT JOIN code_of c ON c.dictionary = n.dictionary AND c.code_key = n.code_key
    LEFT JOIN hidden_encounter h ON h.org_row = o.org_row AND h.key = n.encounter
    LEFT JOIN bound_course b ON b.org_row = o.org_row AND b.key = n.course
    WHERE n.deleted = 0
"""
_SELECTS = {"event": _EVENT, "prescription": _PRESCRIPTION}


def write_segment(con: duckdb.DuckDBPyConnection, store: Path, seq: int, name: str) -> Segment:
    """Write and flush every file of a delivery's segment in a new folder `name`."""
    folder = make_folder(store / SEGMENTS / name)
    files = [*write_small(con, store, folder)]
    for table in ROWS:
        counted = con.execute(f"SELECT count(*) FROM new_{table.name}").fetchone()
        sort_rows(con, table, f"SELECT *, {seq} AS seq FROM ({_SELECTS[table.name]})", counted[0] if counted else 0)
        files += write_rows(con, store, folder, table)
        con.execute("DROP TABLE sorted")
    flush_folder(folder)
    return Segment(seq=seq, files=tuple(files))


def sort_rows(con: duckdb.DuckDBPyConnection, table: KeptTable, select: str, rows: int) -> None:
    """`sorted`: the rows of a SELECT (about `rows` of them) in the order in which they are written. Needs `present`."""
    buckets = BUCKETS if rows >= IN_BUCKETS else 1
    columns = ", ".join(f"CAST(r.{name} AS {kind}) AS {name}" for name, kind in table.columns.items())
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE sorted AS SELECT CAST(r.person_row % {buckets} AS TINYINT) AS bucket, "
        f"a.person_row IS NULL AS is_waiting, {columns} FROM ({select}) r "
        f"LEFT JOIN present a ON a.person_row = r.person_row ORDER BY is_waiting, bucket, {table.order}"
    )


def write_small(con: duckdb.DuckDBPyConnection, store: Path, folder: Path) -> Iterator[KeptFile]:
    """Write the tables `segment_<table>`, which are already in order."""
    for table in KEPT.values():
        if table not in ROWS:
            select = f"SELECT {', '.join(table.columns)} FROM segment_{table.name}"
            yield from _write(con, store, select, folder / f"{table.name}.parquet", table.name)


def write_rows(con: duckdb.DuckDBPyConnection, store: Path, folder: Path, table: KeptTable) -> Iterator[KeptFile]:
    """Write the table `sorted` as one file per bucket, or as one file if there are few rows; waiting rows apart."""
    select = f"SELECT {', '.join(table.columns)} FROM sorted"
    waiting = WAITING + table.name
    if con.execute("SELECT 1 FROM sorted WHERE is_waiting LIMIT 1").fetchone():
        yield from _write(con, store, f"{select} WHERE is_waiting", folder / f"{waiting}.parquet", waiting)
    for (bucket,) in con.execute("SELECT DISTINCT bucket FROM sorted WHERE NOT is_waiting ORDER BY 1").fetchall():
        path = folder / f"{table.name}-{bucket:02}.parquet"
        yield from _write(con, store, f"{select} WHERE NOT is_waiting AND bucket = {bucket}", path, table.name)


def _write(con: duckdb.DuckDBPyConnection, store: Path, select: str, path: Path, table: str) -> Iterator[KeptFile]:
    rows = write_parquet(con, select, path)
    if rows:
        size, sha256 = hash_file(path)
        yield KeptFile(table=table, path=path.relative_to(store).as_posix(), rows=rows, bytes=size, sha256=sha256)
