"""The files of a store as views `kept_<table>` over all segments, and `later_<table>` over those after the first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipeline.extracts.delivery_tables import Columns, empty_select
from pipeline.store.manifest import Manifest, Segment
from pipeline.store.segment_tables import KEPT, ROWS

WAITING = "waiting_"  # before a table's name: rows whose patient had not arrived when they were written


def attach(con: duckdb.DuckDBPyConnection, store: Path, manifest: Manifest) -> None:
    """Create the views. `later_` holds what changed after the first segment was written."""
    for table in KEPT.values():
        names = (table.name, WAITING + table.name)
        _view(con, f"kept_{table.name}", table.columns, paths(store, manifest.segments, names))
        _view(con, f"later_{table.name}", table.columns, paths(store, manifest.segments[1:], names))
    for table in ROWS:
        waiting = paths(store, manifest.segments, (WAITING + table.name,))
        _view(con, f"kept_{WAITING}{table.name}", table.columns, waiting)


def paths(store: Path, segments: Iterable[Segment], tables: Iterable[str]) -> list[str]:
    """The files of these tables, oldest first."""
    wanted = set(tables)
    return [str(store / file.path) for segment in segments for file in segment.files if file.table in wanted]


def _view(con: duckdb.DuckDBPyConnection, name: str, columns: Columns, files: list[str]) -> None:
    """A view takes no parameters, so the paths are written into it as literals."""
    if not files:
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {empty_select(columns)}")
        return
    literals = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {', '.join(columns)} FROM read_parquet([{literals}])")
