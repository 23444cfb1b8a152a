"""Counts and judges what a store holds when a delivery has come, so that no search has to do either again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.errors import ExtractError
from pipeline.quality.count.kept import are_kept
from pipeline.quality.count.profile import keep_counts
from pipeline.quality.gate import QualityRequest, check_extract
from pipeline.store.garbage import WORK, sweep
from pipeline.store.lock import only_writer
from pipeline.store.manifest import Manifest, read_manifest, write_manifest
from pipeline.store.open import open_store
from pipeline.store.verify import report_damage


def keep_quality(store: Path, memory: str = "") -> Manifest:
    """The manifest that names the counts. Does nothing where they are there already. Raises LockedError.

    An extract that no search could use is left as it is: a search says why.
    """
    if are_kept(manifest := read_manifest(store)):
        return manifest
    with only_writer(store):
        before = read_manifest(store)
        sweep(store, before)
        with suppress(ExtractError):
            after = _keep(store, before, memory)
            write_manifest(store, after)
            sweep(store, after)
            return after
    return before


def _keep(store: Path, before: Manifest, memory: str) -> Manifest:
    with connect(store / WORK, memory) as con, report_damage(store, before):
        opened, dictionary = open_store(con, store, before), read_code_index(con)
        counts = keep_counts(con, opened, dictionary)
        after = before.model_copy(update={"generation": before.generation + 1, "counts": counts})
        check_extract(con, replace(opened, manifest=after), dictionary, QualityRequest(), is_new=True)
    return after
