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
    """A connection whose temporary files lie in `work`, a folder of its own that is gone afterwards.

    `memory`: how much it may use before it writes there, such as `4GB`; empty is four fifths of the machine's.
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
    disk = work.resolve().parents[1]  # what lies below may be gone when this is read
    con = duckdb.connect(":memory:", config=config)
    con.execute("SET enable_progress_bar = false")  # it would draw into output that is piped
    try:
        yield con
    except duckdb.OutOfMemoryException:
        raise OutputError(
            f"Neither the memory allowed nor the room on the disk of {disk} is enough. Make room there, or give "
            "more memory with --memory."
        ) from None
    except (duckdb.IOException, OSError) as error:
        if not _is_full(error):
            raise
        raise OutputError(f"The disk of {disk} is full. Make room there and run again.") from None
    finally:
        con.close()
        shutil.rmtree(work, ignore_errors=True)


def _is_full(error: Exception) -> bool:
    """Whether the disk is full, or what this account may have of it."""
    if isinstance(error, OSError) and not isinstance(error, duckdb.Error):
        return error.errno in (ENOSPC, EDQUOT)
    return "No space left" in str(error) or "Disk quota" in str(error)
