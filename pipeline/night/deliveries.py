"""Brings the store up to date with the supplier's deliveries."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import LockedError, OutputError, StoreError
from pipeline.files.lock import held_alone
from pipeline.files.private import private_folder
from pipeline.files.publish import PARTIAL, publish
from pipeline.night.settings import Site
from pipeline.quality.keep import keep_quality
from pipeline.store.apply import Settings, apply_folder, build_store
from pipeline.store.compact import compact_store
from pipeline.store.delivery_order import describe
from pipeline.store.lock import is_being_read
from pipeline.store.manifest import MANIFEST, Applied, Manifest, read_manifest
from pipeline.store.whole_delivery import refuse_less


@dataclass(frozen=True)
class Delivered:
    """What was applied, and how many segments the store has now."""

    applied: tuple[Applied, ...]
    segments: int
    is_compacted: bool

    @property
    def words(self) -> str:
        """What was delivered, for the page."""
        said = "; ".join(map(describe, self.applied))
        return f"Applied {said}: {self.rows:,} rows."

    @property
    def rows(self) -> int:
        return sum(file.rows for each in self.applied for file in each.files)


Accept = Callable[[Path, Manifest], None]  # raises CasefinderError if a new store must not replace the present one


def bring_up_to_date(site: Site, today: date, accept: Accept, progress: Callable[[str], None]) -> Delivered:
    """Build the store on the first night; apply what is new on every other. Raises CasefinderError."""
    settings = Settings(site.memory, today=today, must_be_whole=True)
    manifest, applied = _take(site, settings, accept, progress)
    is_compacted = len(manifest.segments) > site.compact_after
    if is_compacted:
        manifest = compact_store(site.store, settings, progress)
    progress("Checking the extract")
    keep_quality(site.store, site.memory)
    return Delivered(applied, len(manifest.segments), is_compacted)


@contextmanager
def keep_store(site: Site) -> Iterator[None]:
    """While lists are made of a store that each night builds from scratch, no other night may replace it.

    Raises LockedError if another night holds it, OutputError if it cannot be locked.
    """
    if site.deliveries == "changes":
        yield
        return
    busy = LockedError(f"Another night is using the store {site.store}. Give each site a store of its own.")
    no_lock = OutputError(f"{site.store} cannot be locked. Put the store on a local disk where you may write.")
    private_folder(site.store.parent)
    path = site.store.with_name(f"{PARTIAL}{site.store.name}.lock")
    with held_alone(path, busy=busy, no_lock=lambda _: no_lock):
        yield


def _take(
    site: Site, settings: Settings, accept: Accept, progress: Callable[[str], None]
) -> tuple[Manifest, tuple[Applied, ...]]:
    if site.deliveries == "changes" and (site.store / MANIFEST).exists():
        progress("Applying what was delivered")
        return apply_folder(site.extract, site.store, settings, progress=progress)
    _refuse_other(site.store)
    progress("Building the store from the extract")
    aside = site.store.with_name(f"{PARTIAL}{site.store.name}.new")  # everything that a killed night leaves is in here
    shutil.rmtree(aside, ignore_errors=True)
    with publish(aside / site.store.name) as folder:
        manifest = build_store(site.extract, folder, settings, progress)
        _refuse_less(site.store, manifest)
    try:
        accept(aside / site.store.name, manifest)
        _put_in_place(aside / site.store.name, site.store)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return manifest, manifest.applied


def _refuse_less(store: Path, after: Manifest) -> None:
    """Raises ExtractError if the whole extract holds less than the one in the store. A damaged store cannot tell."""
    if (store / MANIFEST).exists():
        with suppress(StoreError):
            refuse_less(read_manifest(store), after)


def _refuse_other(store: Path) -> None:
    """Raises OutputError if there is something other than a store, which is not ours to replace."""
    is_empty = not store.exists() or (store.is_dir() and not any(store.iterdir()))
    if not is_empty and not (store / MANIFEST).exists():
        raise OutputError(f"{store} holds something that is not a Casefinder store. Give the store its own folder.")


def _put_in_place(new: Path, store: Path) -> None:
    """If killed in between, it leaves no store, and the next night builds one."""
    old = store.with_name(f"{PARTIAL}{store.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if store.exists() and is_being_read(store):
        raise LockedError(f"Someone is searching the store {store}, so it was not replaced. Run the night again later.")
    try:
        if store.exists():
            store.rename(old)
        new.rename(store)
    except OSError as error:
        raise OutputError(
            f"The new store cannot be moved to {store}: {error.strerror}. Close any program that uses it."
        ) from None
    shutil.rmtree(old, ignore_errors=True)
