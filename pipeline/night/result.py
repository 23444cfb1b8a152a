"""How a night ended: for each study its lists, or what stopped it and what to do; and which lists are in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.errors import CasefinderError
from pipeline.ledger.open import Ledger
from pipeline.ledger.published import published_runs
from pipeline.night.run_folders import runs_folder
from pipeline.night.summary import StudyNight
from pipeline.runs.write import LIST_NAME, LISTS


@dataclass(frozen=True)
class Failure:
    """`study` is empty where the whole night stopped. `page`: of the quality check, where that stopped it."""

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
    """`notes`: what there is to know besides. `failures`: none, if all is well."""

    night: date
    studies: tuple[StudyNight, ...]
    failures: tuple[Failure, ...]
    lists: tuple[ListInUse, ...]
    notes: tuple[str, ...]
    delivered: str

    @property
    def exit_code(self) -> int:
        """That of the first failure."""
        return self.failures[0].error.exit_code if self.failures else 0


def find_lists(ledger: Ledger, output: Path, studies: tuple[str, ...]) -> tuple[ListInUse, ...]:
    """For every study and practice, the list to work with."""
    newest: dict[tuple[str, str], ListInUse] = {}
    for study in studies:
        for run in published_runs(ledger, study):
            for practice in run.practices:
                path = runs_folder(output, study) / run.folder / LISTS / practice / f"{LIST_NAME}.xlsx"
                newest[study, practice] = ListInUse(study, practice, run.day, path)
    return tuple(one for _, one in sorted(newest.items()) if one.path.is_file())
