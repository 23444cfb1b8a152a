"""An in-memory DuckDB that spills only into a private folder, fetches nothing, and gives the same rows every time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.lists.files import private_folder


@contextmanager
def connect(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose temporary files lie in `work`, a folder of its own that is gone afterwards."""
    private_folder(work)
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(work / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }
    con = duckdb.connect(":memory:", config=config)
    try:
        yield con
    finally:
        con.close()
        shutil.rmtree(work, ignore_errors=True)
