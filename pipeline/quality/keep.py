"""Counts and judges what a store holds when a delivery has come, so that no search has to do either again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.errors import ExtractError, LockedError
from pipeline.quality.count.kept import are_kept
from pipeline.quality.count.profile import keep_counts
from pipeline.quality.gate import QualityRequest, check_extract
from pipeline.store.garbage import WORK, sweep
from pipeline.store.lock import only_writer
from pipeline.store.manifest import Manifest, read_manifest, write_manifest
from pipeline.store.open import open_store
from pipeline.store.verify import report_damage


def keep_quality(store: Path, memory: str = "") -> Manifest:
    """The store's manifest, with the counts if it can have them. Does nothing where they are there already.

    While another run is writing, and for an extract that no search could use, the store stays as it is: it is up to
    date without counts, and a search makes its own, or says why it cannot.
    """
    if not are_kept(read_manifest(store)):
        with suppress(LockedError, ExtractError), only_writer(store):
            before = read_manifest(store)
            sweep(store, before)
            after = _keep(store, before, memory)
            write_manifest(store, after)
            sweep(store, after)
    return read_manifest(store)


def _keep(store: Path, before: Manifest, memory: str) -> Manifest:
    with connect(store / WORK, memory) as con, report_damage(store, before):
        opened, dictionary = open_store(con, store, before), read_code_index(con)
        counts = keep_counts(con, opened, dictionary)
        after = before.model_copy(update={"generation": before.generation + 1, "counts": counts})
        check_extract(con, replace(opened, manifest=after), dictionary, QualityRequest(), is_new=True)
    return after
