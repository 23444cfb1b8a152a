"""Publishes a study's lists inside the ledger's transaction: the folder and the ledger agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.casefinding.find import SearchResult
from pipeline.files.private import private_folder
from pipeline.files.publish import finish
from pipeline.ledger.open import Ledger
from pipeline.ledger.other_studies import OtherStudies
from pipeline.ledger.published import Published
from pipeline.ledger.record_run import RecordedRun
from pipeline.lists.row import ListRow
from pipeline.night.do_not_post import write_by_practice
from pipeline.night.list_marks import mark_rows
from pipeline.night.list_rows import DROPPED_COLUMNS, WHO_IS_LISTED, dropped_rows, night_lists
from pipeline.night.outcomes import ReportedRecord
from pipeline.night.proof import describe, write_first
from pipeline.night.reconcile import check_ledger, check_lists
from pipeline.night.run_folders import folder_hash, ready_folder
from pipeline.night.summary import StudyNight, describe_night, write_account
from pipeline.runs.paths import RunPaths
from pipeline.runs.write import write_lists, write_manifest, write_rows


@dataclass(frozen=True, kw_only=True)
class Unpublished:
    """A study's finished search, in a folder that has no list yet.

    `reported`: what the ledger is told about each record. `elsewhere`: who is in other studies. `store`: a hash of
    the deliveries searched. `manifest`: all of it but how many are on each list. `run`: the folder as it is; `out`:
    what it will be called.
    """

    study: str
    result: SearchResult
    reported: Sequence[ReportedRecord]
    elsewhere: OtherStudies
    store: str
    manifest: Mapping[str, object]
    run: RunPaths
    out: Path

    def night(self, recorded: RecordedRun) -> StudyNight:
        """What it came to, once the ledger has recorded it."""
        return describe_night(self.study, self.out, self.result, self.reported, recorded)


def publish(ledger: Ledger, search: Unpublished, recorded: RecordedRun) -> Published:
    """Write everything that needs the ledger's answer. Any failure undoes the run.

    The folder gets the name of a run once the run is recorded: until then it must not look like one.
    """
    unmarked = night_lists(search.result, search.reported, recorded.listed)
    lists = mark_rows(unmarked, search.result, search.reported, recorded, search.elsewhere)
    _write(search, lists, recorded)
    check_ledger(ledger, search.study, search.reported, recorded)
    check_lists(search.run, lists, recorded)
    found_fingerprint = folder_hash(search.run.folder)
    proof = describe(ledger, search.study, search.out.name, recorded.number, found_fingerprint)
    write_first(ledger, search.run.folder, proof)
    finish(search.run.folder, ready_folder(search.out))
    return Published(search.out.name, found_fingerprint)


def _write(search: Unpublished, lists: Mapping[str, Sequence[ListRow]], recorded: RecordedRun) -> None:
    run = search.run
    write_lists(run, search.result, lists, WHO_IS_LISTED)
    for practice, rows in dropped_rows(recorded.dropped).items():
        private_folder(run.practice(practice))
        write_rows(run.dropped(practice), DROPPED_COLUMNS, rows)
    write_by_practice(run, recorded.do_not_post)
    write_manifest(run, search.result, search.manifest, lists)
    write_account(run.account, search.night(recorded))
