"""Where records are read from: a supplier's files, kept in a store for as long as the run lasts, or a store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.files.private import private_folder
from pipeline.store.apply import Settings, build_store
from pipeline.store.lock import reading
from pipeline.store.manifest import Manifest, read_manifest
from pipeline.store.verify import checked_meanwhile


@dataclass(frozen=True)
class Source:
    """A folder of a supplier's files, or of a store. `memory`: see `pipeline.database`."""

    path: Path
    is_store: bool = False
    memory: str = ""


@contextmanager
def opened_source(
    source: Source, work: Path, progress: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[Path, Manifest]]:
    """The store's folder and manifest; of files, of a store in `work`, which the caller removes: it holds patients.

    While the block lasts, a store keeps its segments. Raises StoreError for a damaged one, at the end at the latest.
    """
    if not source.is_store:
        progress("Reading the extract")
        store = private_folder(work / "store")
        yield store, build_store(source.path, store, Settings(source.memory), progress)
        return
    with reading(source.path):
        manifest = read_manifest(source.path)
        with checked_meanwhile(source.path, manifest):
            yield source.path, manifest
