"""Rewrites a store as one segment that holds only the rows that count now, as they are now."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from pipeline.database import connect
from pipeline.files.private import flush_folder
from pipeline.store.apply import Settings
from pipeline.store.current_sql import settle_changes, settled_events, settled_prescriptions
from pipeline.store.durable import make_folder
from pipeline.store.garbage import WORK, sweep
from pipeline.store.history_sql import hidden_encounters, live_courses
from pipeline.store.lock import only_writer
from pipeline.store.manifest import Manifest, Segment, read_manifest, write_manifest
from pipeline.store.segment_tables import DETAILS, KEPT, ROWS, KeptTable
from pipeline.store.segment_writer import SEGMENTS, sort_rows, write_rows, write_small
from pipeline.store.verify import report_damage
from pipeline.store.views import attach

# The latest rows of each small table. Our numbers, source files and rejects are never replaced.
_LIVE = {
    "organisation": "kept_organisation r ANTI JOIN later_organisation l ON l.org_row = r.org_row AND l.seq > r.seq",
    "agreement": "kept_agreement r ANTI JOIN later_agreement l ON l.org_row = r.org_row AND l.seq > r.seq",
    "staff": "kept_staff r ANTI JOIN later_staff l ON l.org_row = r.org_row AND l.key = r.key AND l.seq > r.seq",
    "code": "live_code r",
    "code_parent": "live_parent r",
    "patient": "live_patient r",
    **{table: f"live_{table} r" for table in DETAILS},
    # No older segment is left whose rows they could replace.
    "gone_event": "kept_gone_event r WHERE false",
    "gone_prescription": "kept_gone_prescription r WHERE false",
}
_SELECTS = {
    **{name: f"SELECT r.* FROM {rows}" for name, rows in _LIVE.items()},
    "seen": "SELECT org_row, feed, max(patients) AS patients, max(day) AS day, max(typed) AS typed FROM kept_seen "
    "GROUP BY org_row, feed",
    # It still explains why rows of people who have left do not count.
    "departure": "SELECT DISTINCT person_row FROM kept_departure r "
    "WHERE person_row NOT IN (SELECT person_row FROM live_patient)",
    "encounter": "SELECT *, 0 AS deleted, 1 AS is_confidential "
    f"FROM ({hidden_encounters('kept_encounter', 'kept_departure')})",
    "course": "SELECT org_row, key, person_row, 0 AS deleted, course_code AS code_id, course_kind AS kind, "
    f"course_hidden AS is_confidential FROM ({live_courses('kept_course', 'kept_departure')})",
}


def compact_store(store: Path, settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Manifest:
    """Rewrite and swap; anyone reading the old segments keeps them. A store of one segment stays as it is."""
    read_manifest(store)  # first, or a lock would be taken in a folder that is not a store
    with only_writer(store):
        manifest = read_manifest(store)
        sweep(store, manifest)
        if len(manifest.segments) < 2:
            return manifest
        progress("Compacting the store")
        with connect(store / WORK, settings.memory) as con, report_damage(store, manifest):
            segment = _rewrite(con, store, manifest)
        compacted = manifest.model_copy(update={"generation": manifest.generation + 1, "segments": (segment,)})
        write_manifest(store, compacted)
        sweep(store, compacted)
    return compacted


def _rewrite(con: duckdb.DuckDBPyConnection, store: Path, manifest: Manifest) -> Segment:
    attach(con, store, manifest)
    settle_changes(con)
    for table in KEPT.values():
        if table not in ROWS:
            _settle(con, table, manifest.seq)
    con.execute("CREATE TEMP TABLE present AS SELECT person_row FROM live_patient")
    folder = make_folder(store / SEGMENTS / f"{manifest.generation + 1:06}")
    files = [*write_small(con, store, folder)]
    for table, settled in zip(ROWS, (settled_events, settled_prescriptions), strict=True):
        counted = con.execute(f"SELECT count(*) FROM kept_{table.name}").fetchone()
        rows = settled(f"kept_{table.name}")
        sort_rows(con, table, f"SELECT * REPLACE ({manifest.seq} AS seq) FROM ({rows})", counted[0] if counted else 0)
        files += write_rows(con, store, folder, table)
        con.execute("DROP TABLE sorted")
    flush_folder(folder)
    return Segment(seq=manifest.seq, files=tuple(files))


def _settle(con: duckdb.DuckDBPyConnection, table: KeptTable, seq: int) -> None:
    """`segment_<table>`: what counts now, as if the newest delivery had brought all of it."""
    source = _SELECTS.get(table.name, f"SELECT * FROM kept_{table.name}")
    columns = ", ".join(f"{seq} AS seq" if name == "seq" else name for name in table.columns)
    typed = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in table.columns.items())
    con.execute(
        f"CREATE TEMP TABLE segment_{table.name} AS SELECT {typed} FROM (SELECT {columns} FROM ({source})) "
        f"ORDER BY {table.order}"
    )
