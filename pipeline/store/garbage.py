"""Removes what no manifest names: what a killed run left behind, and what a compaction has replaced."""

from __future__ import annotations

from pathlib import Path

from pipeline.files.private import flush_folder
from pipeline.store.durable import remove
from pipeline.store.lock import is_being_read
from pipeline.store.manifest import Manifest
from pipeline.store.segment_writer import SEGMENTS

# Inside the store, so that nothing of a patient is ever written elsewhere.
WORK, UNPACKED = "work", "unpacked"


def sweep(store: Path, manifest: Manifest) -> None:
    """Only the writer may call this. Readers' files stay: those of an older manifest, while anybody reads.

    The manifest was read, but a power cut could still undo its renaming: first it is made sure of.
    """
    flush_folder(store)
    for folder in (WORK, UNPACKED):
        remove(store / folder)
    named = {Path(file.path).parts[1] for file in manifest.files}
    unnamed = [path for path in (store / SEGMENTS).glob("*") if path.name not in named]
    # A folder numbered after the manifest was never in any: nobody can be reading it.
    never = [path for path in unnamed if path.name > f"{manifest.generation:06}"]
    for path in unnamed if not is_being_read(store) else never:
        remove(path)
