"""A run's folder: written next to its final name, and given that name only when it is whole."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.errors import OutputError
from pipeline.files.private import flush_folder, private_folder

PARTIAL = ".casefinder-partial-"
WORK = ".work"  # inside the folder being written, so that patients' data is never written elsewhere


@contextmanager
def publish(out: Path) -> Iterator[Path]:
    """A private folder to write a run into, which becomes `out` when the block ends well and is removed otherwise.

    Raises OutputError where `out` already holds something: a list may have decisions written in it.
    """
    with unfinished(out) as partial:
        yield partial
        finish(partial, out)


@contextmanager
def unfinished(out: Path) -> Iterator[Path]:
    """A private folder beside `out`, to be given that name by `finish`, and removed when the block ends."""
    out = free_folder(out)
    private_folder(out.parent)
    try:
        partial = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=out.parent))
    except OSError as error:
        raise OutputError(f"Cannot write in {out.parent}: {error.strerror}. Choose another output folder.") from None
    try:
        yield partial
    except OSError as error:
        raise OutputError(f"Cannot write {out}: {error.strerror}. Make room or choose another folder.") from None
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def free_folder(out: Path) -> Path:
    """`out` in full, links followed. Raises OutputError unless it is free: no folder yet, or an empty one."""
    try:
        out = out.resolve()
        is_full = out.exists() and (not out.is_dir() or any(out.iterdir()))
    except OSError as error:
        raise OutputError(f"{out} cannot be a folder here: {error.strerror}. Choose another.") from None
    if is_full or out == Path.cwd():
        raise OutputError(
            f"{out} is not empty, or is the folder you are in. Lists in it may hold a reviewer's decisions, so "
            "nothing was "
            "written. Choose a new folder, for example one named after the day."
        )
    return out


def leftovers(out: Path) -> list[Path]:
    """Folders next to `out` that killed runs left. They hold patients' data."""
    return sorted(out.resolve().parent.glob(f"{PARTIAL}*"))


def finish(partial: Path, out: Path) -> None:
    """Give a folder that is whole its name, on the disk before this returns. Raises OutputError."""
    out = out.resolve()
    try:
        if out.is_dir():
            out.rmdir()
        partial.rename(out)
        flush_folder(out.parent)
    except OSError as error:
        raise OutputError(
            f"Cannot finish {out}: {error.strerror}. Close any program that has it open, and run again."
        ) from None


def write_table(con: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    """The rows of a SELECT as a private Parquet file. Its folder is private, so it is private from its first moment."""
    con.sql(sql).write_parquet(str(path), compression="zstd")
    path.chmod(0o600)
