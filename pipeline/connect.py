"""An in-memory DuckDB that spills only into a private folder, fetches nothing, and gives the same rows every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.lists.files import private_folder


@contextmanager
def connect(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose temporary files lie in `folder`/.spill. Extensions are never fetched."""
    spill = private_folder(folder / ".spill")
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }
    con = duckdb.connect(":memory:", config=config)
    try:
        yield con
    finally:
        con.close()
        if spill.is_dir() and not any(spill.iterdir()):
            spill.rmdir()
