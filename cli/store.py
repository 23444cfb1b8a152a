"""`casefinder store`: keeps an extract, updates it with each night's delivery, and makes it quick to search."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli.options import Memory, warn_of_leftovers
from cli.progress import show_progress
from pipeline.errors import UsageError
from pipeline.files.publish import publish
from pipeline.quality.keep import keep_quality
from pipeline.store.apply import Settings, apply_folder, build_store, take_back
from pipeline.store.compact import compact_store
from pipeline.store.delivery_order import describe
from pipeline.store.delivery_warnings import summarise_warnings
from pipeline.store.info import describe_store
from pipeline.store.manifest import MANIFEST, Applied, Manifest
from pipeline.store.pseudonyms import read_key
from pipeline.store.verify import verify_store

app = typer.Typer(
    help="Keep an extract, update it each night, and search it without reading the files again.", no_args_is_help=True
)

Store = Annotated[Path, typer.Argument(metavar="STORE", help="The store's folder.")]
Key = Annotated[
    Path | None,
    typer.Option(
        "--pseudonymise", metavar="KEYFILE", help="For a network: replace identities with keyed hashes, using this key."
    ),
]
Extract = Annotated[Path, typer.Option(metavar="FOLDER", help="Folder with the supplier's files.")]


@app.command()
def build(
    store: Annotated[Path, typer.Argument(metavar="STORE", help="A new folder for the store.")],
    extract: Extract,
    pseudonymise: Key = None,
    memory: Memory = "",
) -> None:
    """Make a store from a full extract, and from any later deliveries in the same folder."""
    if (store / MANIFEST).exists():
        raise UsageError(f"{store} is already a store. To update it, use 'casefinder store apply'.")
    warn_of_leftovers(store)
    with show_progress() as progress, publish(store) as folder:
        build_store(extract, folder, _settings(memory, pseudonymise), progress)
        manifest = _check(folder, memory, progress)
    _say(manifest.applied)
    typer.echo(f"The store {store} is ready: {_size(manifest)}.")


@app.command()
def apply(
    store: Store,
    extract: Extract,
    full: Annotated[
        bool, typer.Option("--full", help="The delivery is a full extract: remove anything that is not in it.")
    ] = False,
    pseudonymise: Key = None,
    memory: Memory = "",
) -> None:
    """Apply the new deliveries in a folder of files, in order. Each is applied once, in full or not at all."""
    with show_progress() as progress:
        _, applied = apply_folder(extract, store, _settings(memory, pseudonymise), full, progress)
        manifest = _check(store, memory, progress)
    _say(applied)
    if not applied:
        typer.echo("Nothing new: the store already holds every delivery in the folder.")
    typer.echo(f"The store {store} is up to date: {_size(manifest)}.")


@app.command(name="take-back")
def take_back_newest(store: Store) -> None:
    """Take the newest delivery out again, for example because it was cut off. Then apply the right one."""
    typer.echo(f"Taken back: {describe(take_back(store))}. The store is as it was before.")


@app.command()
def compact(store: Store, memory: Memory = "") -> None:
    """Rewrite the store without deleted rows, so that searches stay fast. You can go on searching meanwhile."""
    with show_progress() as progress:
        compact_store(store, Settings(memory), progress)
        manifest = _check(store, memory, progress)
    typer.echo(f"The store {store} has been compacted: {_size(manifest)}.")


@app.command()
def verify(store: Store) -> None:
    """Check that no file in the store has been damaged or changed. Reads every file."""
    with show_progress() as progress:
        files = verify_store(store, progress)
    typer.echo(f"The store {store} is undamaged. Files checked: {files}.")


@app.command()
def info(store: Store, memory: Memory = "") -> None:
    """Show what the store holds: practices, rows, deliveries, and what is waiting or was left out."""
    for line in describe_store(store, Settings(memory)):
        typer.echo(line)


def _check(store: Path, memory: str, progress: Callable[[str], None]) -> Manifest:
    """What a search would otherwise count and judge each time."""
    progress("Checking the extract")
    return keep_quality(store, memory)


def _settings(memory: str, key: Path | None) -> Settings:
    return Settings(memory, read_key(key) if key else None, date.today(), must_be_whole=True)


def _say(applied: tuple[Applied, ...]) -> None:
    for each in applied:
        lines = sum(file.rows for file in each.files)
        typer.echo(
            f"Applied {describe(each)}: {lines:,} rows in {len(each.files)} "
            f"{'file' if len(each.files) == 1 else 'files'}"
        )
    for warning in summarise_warnings(applied):
        typer.echo(f"Warning: {warning}", err=True)


def _size(manifest: Manifest) -> str:
    files = manifest.files
    rows = sum(
        file.rows for file in files if file.table.endswith(("event", "prescription")) and "gone" not in file.table
    )
    size = sum(file.bytes for file in files) / 1e6
    return f"{rows:,} events and prescriptions, {_segments(manifest)}, {size:,.0f} MB"


def _segments(manifest: Manifest) -> str:
    return "1 segment" if len(manifest.segments) == 1 else f"{len(manifest.segments)} segments"
