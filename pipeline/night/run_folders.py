"""A study's run folders: naming new ones, and removing those that are too old."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from pipeline.files.private import PART
from pipeline.files.publish import PARTIAL
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import PublishedRun, last_purge, published_runs, record_removed
from pipeline.runs.paths import RunPaths, stopped_files, stopped_pages, study_folder
from pipeline.store.durable import hash_file

_NAME = re.compile(r"\d{4}-\d\d-\d\d(-\d+)?")  # as `free_name` gives them


def free_name(ledger: Ledger, output: Path, study: str, day: date) -> str:
    """The day, with a number if there is already a run of that day."""
    taken = {run.folder for run in published_runs(ledger, study)}
    folder = study_folder(output, study)
    number = 1
    while (name := f"{day}{f'-{number}' if number > 1 else ''}") in taken or _is_there(folder / name):
        number += 1
    return name


def _is_there(run: Path) -> bool:
    return run.exists() or ready_folder(run).exists()


def is_run_name(name: str) -> bool:
    """Whether a night could have given a folder this name."""
    return bool(_NAME.fullmatch(name))


def ready_folder(run: Path) -> Path:
    """Where a run's folder is while the ledger records it."""
    return run.with_name(f"{PARTIAL}{run.name}")


def folder_hash(folder: Path) -> str:
    """SHA-256 over the name and the SHA-256 of every file, in order of name, except the folder's own proof."""
    first = RunPaths(folder).first_proof
    proofs = (RunPaths(folder).proof, first, first.with_name(f"{first.name}{PART}"))
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path not in proofs)
    lines = (f"{hash_file(path)[1]}  {path.relative_to(folder).as_posix()}\n" for path in files)
    return sha256("".join(lines).encode()).hexdigest()


def is_unchanged(folder: Path, run: PublishedRun) -> bool:
    """Whether a run's folder is as it was published, with nothing added, so that no one's work is in it."""
    paths = [folder, *folder.rglob("*")]
    is_plain = not any(path.is_symlink() or (path.is_dir() and not any(path.iterdir())) for path in paths)
    return is_plain and folder_hash(folder) == run.fingerprint


def remove_runs(
    ledger: Ledger, output: Path, study: str, runs: Iterable[PublishedRun], today: date
) -> tuple[int, list[Path]]:
    """Remove the folders of runs that are there and unchanged. Returns how many, and those that were changed."""
    removed, changed = 0, []
    for run in runs:
        path = study_folder(output, study) / run.folder
        if not path.is_dir():
            continue
        if not is_unchanged(path, run):
            changed.append(path)  # someone may have typed decisions into it
            continue
        record_removed(ledger, study, run, today)
        removed += remove_folder(path)
    return removed, changed


def remove_old(ledger: Ledger, output: Path, study: str, today: date, keep_days: int) -> tuple[int, list[Path]]:
    """Remove runs older than `keep_days`, or than the newest purge. Returns how many, and those that were changed.

    The newest run stays, and so does the newest one that searched each practice: their lists are in use. So does a run
    that is not in this output folder: another site that shares the ledger may have it.
    """
    runs = published_runs(ledger, study)
    old = _too_old(runs, today - timedelta(keep_days), last_purge(ledger, study))
    return remove_runs(ledger, output, study, old, today)


def _too_old(runs: Sequence[PublishedRun], before: date, purge: int) -> Iterator[PublishedRun]:
    in_use: set[str] = set()
    for place, run in enumerate(reversed(runs)):
        is_newest_of_some = bool(run.practices - in_use)
        in_use |= run.practices
        is_over = run.day < before or run.number < purge
        if place and not is_newest_of_some and not run.is_removed and is_over:
            yield run


def remove_folder(path: Path) -> int:
    """Rename it first, then remove it, so that no half-removed run has a run's name. Returns 1, for the count."""
    if not path.name.startswith(PARTIAL):
        path = path.rename(path.with_name(f"{PARTIAL}{path.name}-{token_hex(4)}"))
    shutil.rmtree(path, ignore_errors=True)
    return 1


def remove_pages(output: Path, study: str) -> None:
    """The pages of earlier nights that the quality check stopped are out of date."""
    for path in stopped_files(output, study):
        path.unlink(missing_ok=True)


def stopped_page(output: Path, study: str) -> Path | None:
    """The page of the quality check that stopped tonight's search, if one did."""
    return next(stopped_pages(output, study), None)
