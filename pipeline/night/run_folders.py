"""A study's run folders: naming new ones, and removing those that were never published or are too old."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from pipeline.files.publish import PARTIAL
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import PublishedRun, published_runs, record_removed
from pipeline.runs.paths import stopped_files, stopped_pages, study_folder
from pipeline.store.durable import hash_file

_NAME = re.compile(r"\d{4}-\d\d-\d\d(-\d+)?")  # as `free_name` gives them


def free_name(ledger: Ledger, output: Path, study: str, day: date) -> str:
    """The day, with a number if there is already a run of that day."""
    taken = {run.folder for run in published_runs(ledger, study)}
    folder = study_folder(output, study)
    number = 1
    while (name := f"{day}{f'-{number}' if number > 1 else ''}") in taken or (folder / name).exists():
        number += 1
    return name


def folder_hash(folder: Path) -> str:
    """SHA-256 over the name and the SHA-256 of every file, in order of name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (f"{hash_file(path)[1]}  {path.relative_to(folder).as_posix()}\n" for path in files)
    return sha256("".join(lines).encode()).hexdigest()


def remove_unpublished(ledger: Ledger, output: Path, study: str) -> int:
    """Remove folders that are named like a run but that the ledger does not know: a night that was killed left them.

    Leaves all others, such as a person's own copy with decisions typed into it. Returns how many were removed.
    """
    folder = study_folder(output, study)
    if not folder.is_dir():
        return 0
    published = {run.folder for run in published_runs(ledger, study) if not run.is_removed}
    ours = [path for path in folder.iterdir() if path.name.startswith(PARTIAL) or _NAME.fullmatch(path.name)]
    orphans = [path for path in ours if path.is_dir() and path.name not in published]
    for path in orphans:
        _remove(path)
    return len(orphans)


def remove_old(ledger: Ledger, output: Path, study: str, today: date, keep_days: int) -> tuple[int, list[Path]]:
    """Remove runs older than `keep_days`. Returns how many, and those kept because a person has changed them.

    The newest run stays, and so does the newest one that searched each practice: their lists are in use.
    """
    removed, changed = 0, []
    for run in _too_old(published_runs(ledger, study), today - timedelta(keep_days)):
        path = study_folder(output, study) / run.folder
        if path.is_dir() and folder_hash(path) != run.fingerprint:
            changed.append(path)  # someone may have typed decisions into it
            continue
        record_removed(ledger, study, run, today)
        _remove(path)
        removed += 1
    return removed, changed


def _too_old(runs: Sequence[PublishedRun], before: date) -> Iterator[PublishedRun]:
    in_use: set[str] = set()
    for place, run in enumerate(reversed(runs)):
        is_newest_of_some = bool(run.practices - in_use)
        in_use |= run.practices
        if place and not is_newest_of_some and not run.is_removed and run.day < before:
            yield run


def _remove(path: Path) -> None:
    """Rename it first, then remove it, so that no half-removed run has a run's name."""
    if not path.is_dir():
        return
    if not path.name.startswith(PARTIAL):
        aside = path.with_name(f"{PARTIAL}{path.name}")
        shutil.rmtree(aside, ignore_errors=True)
        path = path.rename(aside)
    shutil.rmtree(path, ignore_errors=True)


def remove_pages(output: Path, study: str) -> None:
    """The pages of earlier nights that the quality check stopped are out of date."""
    for path in stopped_files(output, study):
        path.unlink(missing_ok=True)


def stopped_page(output: Path, study: str) -> Path | None:
    """The page of the quality check that stopped tonight's search, if one did."""
    return next(stopped_pages(output, study), None)
