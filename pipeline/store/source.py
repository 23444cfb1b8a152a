"""Where records are read from: a store, or a supplier's files kept in a temporary store while a run lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.files.private import private_folder
from pipeline.store.apply import Settings, build_store
from pipeline.store.lock import reading
from pipeline.store.manifest import Manifest, read_manifest
from pipeline.store.verify import check_meanwhile


@dataclass(frozen=True)
class Source:
    """The folder of a supplier's files or of a store. `memory`: see `pipeline.database`."""

    path: Path
    is_store: bool = False
    memory: str = ""


@contextmanager
def open_source(
    source: Source, work: Path, progress: Callable[[str], None] = lambda _: None
) -> Iterator[tuple[Path, Manifest]]:
    """The store's folder and manifest. Files are put in a store in `work`, which the caller removes: it holds patients.

    A store keeps its segments while the block lasts. Raises StoreError for a damaged one, at the latest at the end.
    """
    if not source.is_store:
        progress("Reading the extract")
        store = private_folder(work / "store")
        yield store, build_store(source.path, store, Settings(source.memory), progress)
        return
    with reading(source.path):
        manifest = read_manifest(source.path)
        with check_meanwhile(source.path, manifest):
            yield source.path, manifest
