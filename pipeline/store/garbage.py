"""Removes what no manifest names: what a killed run left behind, and what a compaction replaced."""

from __future__ import annotations

from pathlib import Path

from pipeline.files.private import flush_folder
from pipeline.store.durable import remove
from pipeline.store.lock import is_being_read
from pipeline.store.manifest import Manifest
from pipeline.store.segment_writer import SEGMENTS

# Inside the store, so that no patient's data is ever written elsewhere.
WORK, UNPACKED = "work", "unpacked"


def sweep(store: Path, manifest: Manifest) -> None:
    """Only the writer may call this. Files of an older manifest stay while any process is reading.

    A power cut could still undo the renaming of the manifest that was read, so flush that first.
    """
    flush_folder(store)
    for folder in (WORK, UNPACKED):
        remove(store / folder)
    named = {Path(file.path).parts[1] for file in manifest.files}
    unnamed = [path for path in (store / SEGMENTS).glob("*") if path.name not in named]
    # No manifest has ever named a folder numbered after this one, so no process can be reading it.
    never = [path for path in unnamed if path.name > f"{manifest.generation:06}"]
    for path in unnamed if not is_being_read(store) else never:
        remove(path)
