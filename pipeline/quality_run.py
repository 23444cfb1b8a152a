"""The check on its own: of a folder of files or a store, without a search."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from pipeline.connect import connect
from pipeline.errors import ExtractError
from pipeline.lists.files import private_folder
from pipeline.output import free_folder, publish
from pipeline.quality.early import importing
from pipeline.quality.gate import Asked, check_extract, refused
from pipeline.quality.report import Report
from pipeline.quality.written import write_report
from pipeline.search.code_uses import read_dictionary
from pipeline.store.apply import Settings, build_store
from pipeline.store.damaged import damage_said
from pipeline.store.lock import reading
from pipeline.store.manifest import read_manifest
from pipeline.store.opened import open_store

WORK = ".work"  # inside the folder that is written, as for a search


@dataclass(frozen=True)
class Source:
    """A folder of a supplier's files, or of a store. `memory`: see `pipeline.connect`."""

    path: Path
    is_store: bool = False
    memory: str = ""


def check_alone(
    source: Source, out: Path, asked: Asked, progress: Callable[[str], None] = lambda _: None
) -> tuple[Report, ExtractError | None]:
    """Write the page and the JSON into the new folder `out`. The error: why the extract could not be read, if so.

    Raises other CasefinderErrors: then nothing is written.
    """
    free_folder(out)
    with importing(), publish(out) as folder:
        report, error = _check(source, folder, asked, progress)
        write_report(report, folder)
    return report, error


def _check(
    source: Source, folder: Path, asked: Asked, progress: Callable[[str], None]
) -> tuple[Report, ExtractError | None]:
    try:
        with connect(folder / WORK, source.memory) as con, ExitStack() as stack:
            if source.is_store:
                stack.enter_context(reading(source.path))
                stack.enter_context(damage_said(source.path))
                store, manifest = source.path, read_manifest(source.path)
            else:
                progress("Reading the extract")
                store = private_folder(folder / WORK / "store")
                manifest = build_store(source.path, store, Settings(source.memory), progress)
            progress("Checking the extract")
            opened = open_store(con, store, manifest)
            return check_extract(con, opened, read_dictionary(con), asked), None
    except ExtractError as error:
        return refused(error, asked), error
