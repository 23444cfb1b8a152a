"""Reads what a run wrote: its manifest and its lists. `record` reads its own tables."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import UsageError
from pipeline.files.bounded import read_small
from pipeline.runs.paths import RunPaths

LARGEST = 200_000_000  # bytes of a manifest


class _Hashed(BaseModel):
    model_config = ConfigDict(frozen=True)

    sha256: str


class RunManifest(BaseModel):
    """What later commands need from a run's manifest. `by_hand`: in which ways people were named to the run."""

    model_config = ConfigDict(frozen=True)

    rule: _Hashed
    software: _Hashed
    index_date: date
    by_hand: tuple[str, ...] = ()


def open_run(folder: Path) -> RunPaths:
    """Raises UsageError unless the folder is that of a run that wrote lists."""
    run = RunPaths(folder)
    if not run.manifest.is_file() or not run.record.is_dir():
        raise UsageError(
            f"{folder} is not the folder of a run that wrote lists. Give the one that 'casefinder search' wrote with "
            "--out."
        )
    return run


def read_manifest(run: RunPaths) -> RunManifest:
    """Raises UsageError."""
    try:
        return RunManifest.model_validate_json(read_small(run.manifest, LARGEST))
    except (OSError, ValidationError):
        raise changed(run) from None


def changed(run: RunPaths) -> UsageError:
    """For a run of which a file is missing or cannot be read."""
    return UsageError(
        f"{run.folder} is not whole, or was changed after it was written. Search again, and explain that run."
    )


def count_list(run: RunPaths, practice_id: str) -> int:
    """How many people are on a practice's list, as it is on the disk."""
    with run.list_csv(practice_id).open(encoding="utf-8-sig", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))
