"""Brings the store up to date with the supplier's deliveries."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.files.publish import PARTIAL, publish
from pipeline.night.settings import Site
from pipeline.store.apply import Settings, apply_folder, build_store
from pipeline.store.compact import compact_store
from pipeline.store.delivery_order import describe
from pipeline.store.manifest import MANIFEST, Applied, Manifest


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
    return Delivered(applied, len(manifest.segments), is_compacted)


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
    try:
        accept(aside / site.store.name, manifest)
        _put_in_place(aside / site.store.name, site.store)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return manifest, manifest.applied


def _refuse_other(store: Path) -> None:
    """Raises OutputError if there is something other than a store, which is not ours to replace."""
    is_empty = not store.exists() or (store.is_dir() and not any(store.iterdir()))
    if not is_empty and not (store / MANIFEST).exists():
        raise OutputError(f"{store} holds something that is not a Casefinder store. Give the store its own folder.")


def _put_in_place(new: Path, store: Path) -> None:
    """If killed in between, it leaves no store, and the next night builds one."""
    old = store.with_name(f"{PARTIAL}{store.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    try:
        if store.exists():
            store.rename(old)
        new.rename(store)
    except OSError as error:
        raise OutputError(
            f"The new store cannot be moved to {store}: {error.strerror}. Close any program that uses it."
        ) from None
    shutil.rmtree(old, ignore_errors=True)
