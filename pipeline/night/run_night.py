"""The unattended night, top to bottom. If it is killed anywhere, the last good lists stand and the next night goes on.

What each step does is in `steps`; what happens for one study is in `study`.
"""

from __future__ import annotations

from pipeline.files.private import private_folder
from pipeline.ledger.erasures import refuse_erased_by_hand
from pipeline.ledger.head import check_head
from pipeline.ledger.lost import refuse_lost_with_runs
from pipeline.ledger.open import Ledger, open_ledger
from pipeline.night.deliveries import keep_store
from pipeline.night.journal import open_journal
from pipeline.night.one_at_a_time import one_night
from pipeline.night.page import page_if_stopped, write_begun, write_page
from pipeline.night.reconcile import check_studies
from pipeline.night.request import NightRequest
from pipeline.night.result import ListInUse, NightResult, find_lists
from pipeline.night.settle_folders import published_folders, refuse_unknown
from pipeline.night.steps import (
    begin_study_looks,
    publish_lists,
    remove_ended_lists,
    remove_old_runs,
    settle_run_folders,
    settle_study,
    take_deliveries,
)
from pipeline.night.tally import Tally
from pipeline.quality.preload import preload


def run_night(request: NightRequest) -> NightResult:
    """Every failure is in the result and on the page. Raises LockedError or OutputError if neither can be written."""
    output = private_folder(request.site.output)
    with one_night(output), preload():
        write_begun(output, request.today)
        with page_if_stopped(output, request.today):
            result = _run(Tally(request, open_journal(output, request.today)))
        write_page(output, result)
    return result


def _run(tally: Tally) -> NightResult:
    site, today = tally.request.site, tally.request.today
    lists: tuple[ListInUse, ...] = ()
    tally.begin()
    with tally.noting_failure():
        refuse_lost_with_runs(site.ledger, published_folders(site.output))
        with open_ledger(site.ledger, today, site.key) as ledger:
            _take_steps(tally, ledger)
            lists = find_lists(ledger, site.output, tuple(study.name for study in site.study))
    return tally.end(lists)


def _take_steps(tally: Tally, ledger: Ledger) -> None:
    """What a night does. A study that fails does not stop the others."""
    studies = tally.request.site.study
    check_head(ledger.con, ledger.path)
    refuse_erased_by_hand(ledger)
    refuse_unknown(ledger, tally.request.site.output)
    for study in studies:
        settle_run_folders(tally, ledger, study)
    with tally.noting_failure(), keep_store(tally.request.site):
        begin_study_looks(tally, ledger)
        with tally.noting_failure():
            _search(tally, ledger)
        for study in studies:
            with tally.noting_failure(study.name):
                settle_study(tally, ledger, study)
    for study in studies:
        with tally.noting_failure(study.name):
            remove_old_runs(tally, ledger, study)
    with tally.noting_failure():
        remove_ended_lists(tally, ledger)


def _search(tally: Tally, ledger: Ledger) -> None:
    take_deliveries(tally, ledger)
    for study in tally.request.site.study:
        with tally.noting_failure(study.name):
            publish_lists(tally, ledger, study)
        settle_run_folders(tally, ledger, study)
    check_studies(tally.attritions)
