"""An in-memory DuckDB that spills only into a private folder, fetches nothing, and gives the same rows every time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, ENOSPC
from pathlib import Path

import duckdb

from pipeline.errors import OutputError
from pipeline.files.private import private_folder

MEMORY_SIZE = r"\d+(\.\d+)? ?(MB|GB|MiB|GiB)"  # as DuckDB understands it


@contextmanager
def connect(work: Path, memory: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection whose temporary files are in `work`, a folder of its own that is deleted afterwards.

    `memory`: how much it may use before it writes there, such as `4GB`; if empty, four fifths of the machine's.
    Raises OutputError where memory and disk run out.
    """
    private_folder(work)
    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(work / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }
    if memory:
        config["memory_limit"] = memory
    disk = work.resolve().parents[1]  # the folders below may be gone by the time this is read
    con = duckdb.connect(":memory:", config=config)
    con.execute("SET enable_progress_bar = false")  # it would be drawn into piped output
    try:
        yield con
    except duckdb.OutOfMemoryException:
        raise OutputError(
            f"There is not enough memory, and not enough space on the disk of {disk}. Free some space there, or allow "
            "more memory with --memory."
        ) from None
    except (duckdb.IOException, OSError) as error:
        if not _is_full(error):
            raise
        raise OutputError(f"The disk of {disk} is full. Free some space there and run again.") from None
    finally:
        con.close()
        shutil.rmtree(work, ignore_errors=True)


def _is_full(error: Exception) -> bool:
    """Whether the disk, or this account's share of it, is full."""
    if isinstance(error, OSError) and not isinstance(error, duckdb.Error):
        return error.errno in (ENOSPC, EDQUOT)
    return "No space left" in str(error) or "Disk quota" in str(error)
