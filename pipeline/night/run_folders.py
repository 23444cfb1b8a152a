"""Where a study's runs lie, and what becomes of folders that are no run's or whose time is over."""

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
from pipeline.night.settings import RUNS
from pipeline.quality.report.model import JSON_NAME, PAGE_NAME
from pipeline.store.durable import hash_file

_NAME = re.compile(r"\d{4}-\d\d-\d\d(-\d+)?")  # as `free_name` gives them


def runs_folder(output: Path, study: str) -> Path:
    return output / RUNS / study


def free_name(ledger: Ledger, output: Path, study: str, day: date) -> str:
    """The day, and a number where there is a run of that day already."""
    taken = {run.folder for run in published_runs(ledger, study)}
    folder = runs_folder(output, study)
    number = 1
    while (name := f"{day}{f'-{number}' if number > 1 else ''}") in taken or (folder / name).exists():
        number += 1
    return name


def fingerprint(folder: Path) -> str:
    """SHA-256 over the name and the SHA-256 of every file, in order of name."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = (f"{hash_file(path)[1]}  {path.relative_to(folder).as_posix()}\n" for path in files)
    return sha256("".join(lines).encode()).hexdigest()


def remove_unpublished(ledger: Ledger, output: Path, study: str) -> int:
    """Folders named as a run's that the ledger does not name: of a night that was killed. They are no lists.

    Others are somebody's own, such as a copy with decisions typed in it.
    """
    folder = runs_folder(output, study)
    if not folder.is_dir():
        return 0
    published = {run.folder for run in published_runs(ledger, study) if not run.is_removed}
    ours = [path for path in folder.iterdir() if path.name.startswith(PARTIAL) or _NAME.fullmatch(path.name)]
    orphans = [path for path in ours if path.is_dir() and path.name not in published]
    for path in orphans:
        _remove(path)
    return len(orphans)


def remove_old(ledger: Ledger, output: Path, study: str, today: date, keep_days: int) -> tuple[int, list[Path]]:
    """Remove runs older than `keep_days`; returns how many, and those kept because somebody changed them.

    The newest run stays, and the newest one in which each practice was searched: their lists are in use.
    """
    removed, changed = 0, []
    for run in _over(published_runs(ledger, study), today - timedelta(keep_days)):
        path = runs_folder(output, study) / run.folder
        if path.is_dir() and fingerprint(path) != run.fingerprint:
            changed.append(path)  # decisions may be typed in it
            continue
        record_removed(ledger, study, run, today)
        _remove(path)
        removed += 1
    return removed, changed


def _over(runs: Sequence[PublishedRun], before: date) -> Iterator[PublishedRun]:
    in_use: set[str] = set()
    for place, run in enumerate(reversed(runs)):
        is_newest_of_some = bool(run.practices - in_use)
        in_use |= run.practices
        if place and not is_newest_of_some and not run.is_removed and run.day < before:
            yield run


def _remove(path: Path) -> None:
    """Out of the way at once, then gone: half a run must never stand under its name."""
    if not path.is_dir():
        return
    if not path.name.startswith(PARTIAL):
        aside = path.with_name(f"{PARTIAL}{path.name}")
        shutil.rmtree(aside, ignore_errors=True)
        path = path.rename(aside)
    shutil.rmtree(path, ignore_errors=True)


def remove_pages(output: Path, study: str) -> None:
    """What an earlier, stopped night said of this study is true no more."""
    folder = runs_folder(output, study)
    for path in (*folder.glob(f"*.{PAGE_NAME}"), *folder.glob(f"*.{JSON_NAME}")):
        path.unlink(missing_ok=True)


def stopped_page(output: Path, study: str) -> Path | None:
    """The page of the quality check that stopped this night's search, if one did."""
    return next(iter(sorted(runs_folder(output, study).glob(f"*.{PAGE_NAME}"))), None)
