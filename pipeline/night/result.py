"""How a night ended: each study's lists or what stopped it, and which lists are in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import CasefinderError
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import published_runs
from pipeline.night.summary import StudyNight
from pipeline.runs.paths import RunPaths, study_folder


@dataclass(frozen=True)
class Failure:
    """`study` is empty if the whole night stopped. `page`: the quality check's, if that stopped it."""

    study: str
    error: CasefinderError
    page: Path | None = None


@dataclass(frozen=True)
class ListInUse:
    """The newest list of a practice, from the newest run that searched it."""

    study: str
    practice_id: str
    listed_on: date
    path: Path


@dataclass(frozen=True)
class NightResult:
    """`failures` is empty if all is well. `notes`: what else a person should know."""

    night: date
    studies: tuple[StudyNight, ...]
    failures: tuple[Failure, ...]
    lists: tuple[ListInUse, ...]
    notes: tuple[str, ...]
    delivered: str

    @property
    def exit_code(self) -> int:
        """The first failure's; 0 if there is none."""
        return self.failures[0].error.exit_code if self.failures else 0


def find_lists(ledger: Ledger, output: Path, studies: tuple[str, ...]) -> tuple[ListInUse, ...]:
    """The list to work with, for each study and practice."""
    newest: dict[tuple[str, str], ListInUse] = {}
    for study in studies:
        for run in published_runs(ledger, study):
            for practice in run.practices:
                path = RunPaths(study_folder(output, study) / run.folder).list_xlsx(practice)
                newest[study, practice] = ListInUse(study, practice, run.day, path)
    return tuple(one for _, one in sorted(newest.items()) if one.path.is_file())
