"""One search over one store, from what was asked for to the folder of its lists."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.casefinding.find import Found, Progress, Question, find
from pipeline.casefinding.given_reports import read_reports
from pipeline.casefinding.quality_gates import page_if_refused
from pipeline.database import connect
from pipeline.errors import StoreError
from pipeline.files.publish import free_folder, publish
from pipeline.people.practices import OLDEST_EXTRACT_DAYS
from pipeline.quality.gate import QualityRequest
from pipeline.quality.preload import preload
from pipeline.quality.previous import read_previous
from pipeline.quality.report.write import remove_beside
from pipeline.rules.check import check_rule
from pipeline.rules.load import load_rule
from pipeline.runs.write import WORK, write_run
from pipeline.store.manifest import Manifest
from pipeline.store.source import Source, open_source


@dataclass(frozen=True)
class Request:
    """What was asked for: `extract` is a folder of a supplier's files, or the folder of a store.

    `as_of` None is the newest extract date. `counts_only`: nothing about any one person is written.
    `memory`: see `pipeline.database`. `today`: how old the extract is, is asked only where this is given. `previous`:
    the folder of a run to compare with. `despite_quality`: go on whatever the quality check finds. `only`: a patient
    report to keep the search to; `nominate`: one whose people are nominated, by which `route` and why.
    `accept_missing`: run the rule even though the extract does not say what it needs.
    """

    extract: Path
    rule: Path
    out: Path
    codelists: Path | None = None
    as_of: date | None = None
    oldest_extract_days: int = OLDEST_EXTRACT_DAYS
    is_store: bool = False
    counts_only: bool = False
    memory: str = ""
    today: date | None = None
    previous: Path | None = None
    despite_quality: bool = False
    only: Path | None = None
    nominate: Path | None = None
    route: str = ""
    nominated_because: str = ""
    accept_missing: bool = False


def run_search(request: Request, progress: Progress = lambda _: None) -> Found:
    """Search, and publish the run's folder at `request.out`. Raises CasefinderError."""
    free_folder(request.out)
    question = _question(request)
    with ExitStack() as stack:
        stack.enter_context(preload())
        folder = stack.enter_context(publish(request.out))
        con = stack.enter_context(connect(folder / WORK, request.memory))
        with page_if_refused(request.out, question.asked):
            source = Source(request.extract, request.is_store, request.memory)
            store, manifest = stack.enter_context(open_source(source, folder / WORK, progress))
        _refuse_lists(manifest, request)
        found = find(con, store, manifest, question, progress)
        progress("Writing the counts" if request.counts_only else "Writing the lists")
        write_run(con, folder, found, request.counts_only)
    remove_beside(request.out)
    return found


def _question(request: Request) -> Question:
    """Everything wrong with the rule and the reports is found before an extract is read."""
    checked = check_rule(load_rule(request.rule), request.codelists)
    reports = read_reports(request.only, request.nominate, request.route, request.nominated_because)
    previous = read_previous(request.previous) if request.previous else None
    return Question(
        checked,
        QualityRequest(rules=(checked,), previous=previous, today=request.today, despite=request.despite_quality),
        request.out,
        request.as_of,
        request.oldest_extract_days,
        request.accept_missing,
        not request.counts_only,
        reports,
    )


def _refuse_lists(manifest: Manifest, request: Request) -> None:
    if manifest.nameless and not request.counts_only:
        raise StoreError(f"{manifest.nameless} So no list can be written from it: give --counts for the counts alone.")
    if manifest.nameless and (request.only or request.nominate):
        raise StoreError(f"{manifest.nameless} So nobody in a patient report can be found in it.")
