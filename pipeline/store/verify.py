"""Compares every file of a store with what was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.durable import hash_file
from pipeline.store.lock import reading
from pipeline.store.manifest import KeptFile, read_manifest


def verify_store(store: Path, progress: Callable[[str], None] = lambda _: None) -> int:
    """The number of files, all sound. Raises StoreError that names those that are not."""
    read_manifest(store)
    with reading(store):
        files = [file for segment in read_manifest(store).segments for file in segment.files]
        progress(f"Reading {len(files)} files")
        damaged = [file.path for file in files if not _is_sound(store, file)]
    if damaged:
        raise StoreError(
            f"The store {store} is damaged: {len(damaged)} of {len(files)} files are not as they were written "
            f"({', '.join(damaged[:5])}). Restore it from a backup, or build it again from a full extract."
        )
    return len(files)


def _is_sound(store: Path, file: KeptFile) -> bool:
    try:
        return hash_file(store / file.path) == (file.bytes, file.sha256)
    except OSError:
        return False
