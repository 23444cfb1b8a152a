"""The steps of a night. Each says in the journal what it did, and notes what a person should know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.ledger.looks import begin_looks
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import published_runs
from pipeline.night.deliveries import bring_up_to_date
from pipeline.night.do_not_post import say_letters, say_stopped, write_all
from pipeline.night.older_extract import refuse_older_store
from pipeline.night.other_studies import find_ended, find_lists_left
from pipeline.night.run_folders import remove_old, remove_runs
from pipeline.night.settings import StudySettings
from pipeline.night.settle_folders import Settled, settle
from pipeline.night.stopped_study import own_practices, settle_look
from pipeline.night.study import run_study
from pipeline.night.tally import Tally
from pipeline.runs.paths import RunPaths, stopped_letters
from pipeline.store.delivery_warnings import summarise_warnings
from pipeline.store.manifest import Manifest

_TYPED = "Check whether anyone has typed decisions into it, then remove it by hand."


def settle_run_folders(tally: Tally, ledger: Ledger, study: StudySettings) -> None:
    """Remove the folders that a killed or refused night left, and complete the proofs of those that were published."""
    settled = settle(ledger, tally.request.site.output, study.name)
    if settled.removed:
        tally.journal.write("swept", study=study.name, folders=settled.removed)
    tally.notes += [one for one in _say_settled(study.name, settled) if one not in tally.notes]


def _say_settled(study: str, settled: Settled) -> Iterator[str]:
    for path in settled.changed:
        yield (
            f"{study}: the run {path.name} is recorded as removed, but its folder was kept because it was changed. "
            f"{_TYPED}"
        )
    for path in settled.begun:
        yield f"{study}: a night that was stopped left {path.name}, which was kept because it was changed. {_TYPED}"
    if settled.foreign:
        names = ", ".join(path.name for path in settled.foreign)
        yield (
            f"{study}: these are among the runs, but Casefinder did not put them there: {names}. They are kept. If "
            "they are copies of lists, they name patients: remove them by hand when you no longer need them."
        )


def begin_study_looks(tally: Tally, ledger: Ledger) -> None:
    """Say that something new may be known soon, so that no letter goes before it is searched."""
    site = tally.request.site
    practices = {study.name: own_practices(ledger, site.output, study.name) for study in site.study}
    begin_looks(ledger, {name: own for name, own in practices.items() if own}, tally.request.today)


def take_deliveries(tally: Tally, ledger: Ledger) -> None:
    """Bring the store up to date. An older extract does not replace it."""
    request = tally.request

    def accept(store: Path, manifest: Manifest) -> None:
        refuse_older_store(ledger, store, manifest, request.site)

    delivered = bring_up_to_date(request.site, request.today, accept, request.progress)
    tally.journal.write(
        "delivered", deliveries=len(delivered.applied), rows=delivered.rows, segments=delivered.segments
    )
    tally.notes += summarise_warnings(delivered.applied)
    if delivered.applied:
        tally.delivered = delivered.words
    if delivered.is_compacted:
        tally.notes.append("The store was compacted, so that searches stay fast.")


def publish_lists(tally: Tally, ledger: Ledger, study: StudySettings) -> None:
    """Search for one study, and publish each practice's list."""
    night = run_study(tally.request, ledger, study)
    tally.studies.append(night)
    listed = sum(one.listed or 0 for one in night.practices)
    tally.journal.write("published", study=study.name, run=night.run, found=night.found, listed=listed)
    if night.who:
        tally.notes.append(f"{study.name}: {' '.join(night.who)}")
    run = RunPaths(night.folder)
    tally.urgent += say_letters(study.name, tally.request.site.output, run, night.do_not_post)
    if night.new_version:
        tally.notes.append(f"{study.name}: {night.new_version}")
    if night.is_backdated:
        tally.notes.append(
            f"{study.name}: the clock was set back, because the ledger already holds a day later than today. Check "
            "that the computer's date is right."
        )


def settle_study(tally: Tally, ledger: Ledger, study: StudySettings) -> None:
    """If a study was not searched although something new was delivered, say which letters wait or must be checked."""
    output = tally.request.site.output
    stopped = settle_look(tally.request, ledger, study.name)
    if not stopped:
        return
    path = stopped_letters(output, study.name, tally.request.today)
    if stopped.letters:
        write_all(path, stopped.letters)
    tally.urgent += say_stopped(study.name, output, path, stopped)
    tally.journal.write("not searched", study=study.name, letters=len(stopped.letters))


def remove_old_runs(tally: Tally, ledger: Ledger, study: StudySettings) -> None:
    """Remove runs that were kept long enough, except those in use and those that a person has changed."""
    request = tally.request
    days = request.site.keep_days
    removed, changed = remove_old(ledger, request.site.output, study.name, request.today, days)
    if removed:
        tally.journal.write("removed", study=study.name, runs=removed)
        tally.notes.append(f"{study.name}: {removed} old runs were removed ({days} days are kept).")
    tally.notes += [
        f"{study.name}: the run {path.name} is old, but it was kept because it was changed after it was made. {_TYPED}"
        for path in changed
    ]


def remove_ended_lists(tally: Tally, ledger: Ledger) -> None:
    """Remove the lists of studies that are over, and name those that no one has said anything about."""
    site = tally.request.site
    for study in find_ended(ledger, site):
        runs = published_runs(ledger, study)
        removed, changed = remove_runs(ledger, site.output, study, runs, tally.request.today)
        if removed:
            tally.journal.write("removed", study=study, runs=removed)
            tally.notes.append(f"{study}: the study is over, and its {removed} runs were removed.")
        tally.notes += [
            f"{study}: the study is over, but the run {path.name} was kept because it was changed after it was made. "
            f"{_TYPED}"
            for path in changed
        ]
    for study, folders in find_lists_left(ledger, site).items():
        tally.notes.append(
            f"{study}: the settings do not name this study, but {len(folders)} of its runs are still in the folder "
            f'runs/{study}. If it is over, add ended = ["{study}"] to the settings, and they will be removed unless '
            "someone has changed them. If other settings run it, leave it."
        )
