"""The check on its own: of a folder of files or a store, without a search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.errors import ExtractError
from pipeline.files.publish import WORK, free_folder, publish
from pipeline.quality.gate import Asked, check_extract, refused
from pipeline.quality.preload import importing
from pipeline.quality.report.model import Report
from pipeline.quality.report.write import write_report
from pipeline.store.open import open_store
from pipeline.store.source import Source, opened_source


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
        with connect(folder / WORK, source.memory) as con, opened_source(source, folder / WORK, progress) as opened:
            store, manifest = opened
            progress("Checking the extract")
            return check_extract(con, open_store(con, store, manifest), read_code_index(con), asked), None
    except ExtractError as error:
        return refused(error, asked), error
