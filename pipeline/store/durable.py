"""Files that survive a power cut: written, flushed to the disk, and only then named by a manifest.

The store writes to disk only through these functions, so that a test can replay any part of it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import duckdb

from pipeline.files.private import flush_folder, private_folder

_CHUNK = 1 << 20


def make_folder(path: Path) -> Path:
    """Make a private folder, and flush its name to the disk."""
    private_folder(path)
    flush_folder(path.parent)
    return path


def write_parquet(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> int:
    """Write a SELECT as a private, flushed file, in its order; return the number of rows. No file for no rows."""
    result = con.execute(
        f"COPY ({select}) TO '{_quoted(path)}' (FORMAT parquet, COMPRESSION zstd)"  # our own path
    ).fetchone()
    rows = int(result[0]) if result else 0
    if not rows:
        path.unlink(missing_ok=True)
        return 0
    path.chmod(0o600)
    _flush(path)
    return rows


def _quoted(path: Path) -> str:
    """COPY takes no parameter for a file name."""
    return str(path).replace("'", "''")


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def remove(path: Path) -> None:
    """Remove a folder that no manifest names. What cannot be removed now is removed another time."""
    shutil.rmtree(path, ignore_errors=True)


def hash_file(path: Path) -> tuple[int, str]:
    """The file's size in bytes and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()
