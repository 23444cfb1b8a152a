"""Studies of the ledger that the settings do not name: ended, run by other settings, or under another name now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.codes.findings import not_known
from pipeline.errors import LedgerError, UsageError
from pipeline.ledger.counts import list_studies
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import PublishedRun, is_purged_whole, published_runs
from pipeline.ledger.recorded_rules import recorded_rules
from pipeline.night.settings import Site, StudySettings
from pipeline.runs.paths import study_folder


def refuse_renamed(ledger: Ledger, site: Site, study: StudySettings, rule: str, practices: Collection[str]) -> None:
    """Raises LedgerError if a new study may be one that the settings no longer name.

    It may be if it is searched at the same practices, and has the same rule or its lists in the same output folder.
    """
    if study.separate or published_runs(ledger, study.name):
        return
    for other in _unnamed(ledger, site):
        runs = published_runs(ledger, other)
        shares = any(run.practices.intersection(practices) for run in runs)
        has_rule = any(one.rule == rule for one in recorded_rules(ledger, other))
        if shares and (has_rule or study_folder(site.output, other).is_dir()):
            raise _renamed(study.name, other, runs[-1])


def _unnamed(ledger: Ledger, site: Site) -> Iterator[str]:
    named = {*site.ended, *(study.name for study in site.study)}
    yield from (name for name in list_studies(ledger) if name not in named and not is_purged_whole(ledger, name))


def _renamed(study: str, other: str, last: PublishedRun) -> LedgerError:
    return LedgerError(
        f"The study {study} is not in the ledger, but the study {other} is. It was last searched on "
        f"{last.day:%d/%m/%Y}, at the same practices, and the settings do not name it. Nothing was recorded.\n"
        f"If {study} is the same study, put the name {other} back. Under a new name, everyone who was written to or "
        "said no would be listed again.\n"
        f'If it is a different study, say so in the settings: add ended = ["{other}"] if {other} has ended, otherwise '
        f"separate = true to {study}."
    )


def known_studies(ledger: Ledger, site: Site, study: StudySettings) -> tuple[str, ...]:
    """The studies whose people are left out. Raises UsageError where neither the ledger nor the settings know one."""
    known = sorted({*list_studies(ledger), *(one.name for one in site.study)} - {study.name})
    for name in study.leave_out_studies:
        if name not in known:
            raise UsageError(f"leave_out_studies of the study {study.name}: {not_known('study', name, known)}")
        if is_purged_whole(ledger, name):
            raise UsageError(
                f"The study {study.name} leaves out the people of the study {name}. They have been erased, so no one "
                "can be recognised. Give their NHS numbers as leave_out, or remove the study from leave_out_studies."
            )
    return study.leave_out_studies


def find_ended(ledger: Ledger, site: Site) -> list[str]:
    """Studies that are over, according to the settings or because everyone in them was erased."""
    named = {study.name for study in site.study}
    over = (name for name in list_studies(ledger) if name in site.ended or is_purged_whole(ledger, name))
    return [name for name in over if name not in named]


def find_lists_left(ledger: Ledger, site: Site) -> dict[str, list[Path]]:
    """Lists in the output folder of studies that the settings do not name, and that are not known to be over."""
    left = {name: _folders(ledger, site.output, name) for name in _unnamed(ledger, site)}
    return {name: folders for name, folders in left.items() if folders}


def _folders(ledger: Ledger, output: Path, study: str) -> list[Path]:
    paths = (study_folder(output, study) / run.folder for run in published_runs(ledger, study))
    return [path for path in paths if path.is_dir()]
