"""Compares every file of a store with what was written.

No reader checks a checksum in Parquet files: a flipped bit could change a list without raising an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.errors import StoreError
from pipeline.store.durable import hash_file
from pipeline.store.lock import reading
from pipeline.store.manifest import KeptFile, Manifest, read_manifest


def verify_store(store: Path, progress: Callable[[str], None] = lambda _: None) -> int:
    """The number of files, all sound. Raises StoreError that names any that are damaged."""
    read_manifest(store)
    with reading(store):
        manifest = read_manifest(store)
        progress(f"Reading {len(manifest.files)} files")
        check_files(store, manifest)
    return len(manifest.files)


def check_files(store: Path, manifest: Manifest) -> None:
    """Raises StoreError that names any files that are not as they were written."""
    damaged = [file.path for file in manifest.files if not _is_sound(store, file)]
    if damaged:
        raise StoreError(
            f"The store {store} is damaged: {len(damaged)} of {len(manifest.files)} files have changed or are missing "
            f"({', '.join(damaged[:5])}). Restore it from a backup, or build it again from a full extract."
        )


@contextmanager
def check_meanwhile(store: Path, manifest: Manifest) -> Iterator[None]:
    """Check every file while the block reads them. Raises StoreError, whatever else the block raises over damage.

    Hashing takes a core for a while; only in a large store does the block end first.
    """
    with ThreadPoolExecutor(1) as pool:
        checking = pool.submit(check_files, store, manifest)
        try:
            yield
        except Exception:
            checking.result()  # if the store is damaged, that is what to say
            raise
        checking.result()


@contextmanager
def report_damage(store: Path, manifest: Manifest) -> Iterator[None]:
    """Raises StoreError in place of a DuckDB error about a damaged file, whose text may quote what is in it."""
    try:
        yield
    except duckdb.Error:
        check_files(store, manifest)
        raise


def _is_sound(store: Path, file: KeptFile) -> bool:
    try:
        return hash_file(store / file.path) == (file.bytes, file.sha256)
    except OSError:
        return False
