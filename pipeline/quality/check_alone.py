"""Checks a folder of files or a store without searching it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.errors import ExtractError
from pipeline.files.publish import WORK, free_folder, publish
from pipeline.quality.gate import QualityRequest, check_extract, report_refusal
from pipeline.quality.preload import preload
from pipeline.quality.report.model import Report
from pipeline.quality.report.write import write_report
from pipeline.store.open import open_store
from pipeline.store.source import Source, open_source


def check_alone(
    source: Source, out: Path, request: QualityRequest, progress: Callable[[str], None] = lambda _: None
) -> tuple[Report, ExtractError | None]:
    """Write the page and the JSON in the new folder `out`. Also return the error if the extract could not be read.

    Raises any other CasefinderError, and then writes nothing.
    """
    free_folder(out)
    with preload(), publish(out) as folder:
        report, error = _check(source, folder, request, progress)
        write_report(report, folder)
    return report, error


def _check(
    source: Source, folder: Path, request: QualityRequest, progress: Callable[[str], None]
) -> tuple[Report, ExtractError | None]:
    try:
        with connect(folder / WORK, source.memory) as con, open_source(source, folder / WORK, progress) as found:
            progress("Checking the extract")
            opened, dictionary = open_store(con, *found), read_code_index(con)
            return check_extract(con, opened, dictionary, request, is_new=True), None
    except ExtractError as error:
        return report_refusal(error, request), error
