"""The counts of an earlier run, read from its quality.json."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.errors import UsageError
from pipeline.files.bounded import read_small
from pipeline.quality.count.profile_model import COLUMNS, Count, Profile
from pipeline.quality.judge.finding import Kind
from pipeline.quality.report.model import JSON_NAME, SCHEMA

LARGEST = 100_000_000  # bytes


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)  # other keys are ignored


class _Found(_Model):
    kind: Kind
    practice: str
    item: str
    since: str


class _Counts(_Model):
    columns: tuple[str, ...]
    rows: tuple[Count, ...]


class Previous(_Model):
    """The parts of an earlier check that are compared. `listed`: names on each practice's list, if it made lists."""

    quality_schema: int
    extract_date: date | None
    rules: dict[str, str]
    findings: tuple[_Found, ...]
    listed: dict[str, int] | None
    counts: _Counts

    @property
    def profile(self) -> Profile:
        return Profile(self.counts.rows)

    def since(self, kind: Kind, practice: str, item: str) -> str:
        """How long that finding had been there; empty if it was not found."""
        same = (kind, practice, item)
        return next((one.since for one in self.findings if (one.kind, one.practice, one.item) == same), "")


def read_previous(folder: Path) -> Previous:
    """From the folder of a run or of an earlier `extract quality`. Raises UsageError if it holds none."""
    path = folder / JSON_NAME
    try:
        previous = Previous.model_validate_json(read_small(path, LARGEST))
    except OSError:
        raise UsageError(
            f"{folder} holds no {JSON_NAME} to compare with. Give the folder of an earlier search, or of an earlier "
            "'casefinder extract quality'."
        ) from None
    except ValidationError:
        previous = None
    if previous is None or previous.quality_schema != SCHEMA or previous.counts.columns != COLUMNS:
        raise UsageError(f"{path} was written by another version of Casefinder, or is damaged. Leave out --previous.")
    return previous
