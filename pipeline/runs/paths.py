"""The name and place of every file and folder that belongs to a run. Nobody else builds such a path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.files.publish import WORK
from pipeline.quality.report.model import JSON_NAME, PAGE_NAME

RUNS = "runs"  # in a site's output folder: a folder for each study, and in it one for each run
LIST_NAME = "invitation-list"
DO_NOT_POST = "do-not-post.csv"


@dataclass(frozen=True)
class RunPaths:
    """The files of one run, below its folder. A night's run also has `account`, `dropped` and `proof`."""

    folder: Path

    @property
    def manifest(self) -> Path:
        """What the run was made from and what it counted, as JSON."""
        return self.folder / "manifest.json"

    @property
    def attrition(self) -> Path:
        """How many people remain after each step."""
        return self.folder / "attrition.csv"

    @property
    def rejects(self) -> Path:
        """The lines that could not be read."""
        return self.folder / "rejects.csv"

    @property
    def quality(self) -> Path:
        """The quality check as JSON, with which the next run is compared."""
        return self.folder / JSON_NAME

    @property
    def quality_page(self) -> Path:
        """The quality check as a page."""
        return self.folder / PAGE_NAME

    @property
    def account(self) -> Path:
        """The counts of a night, as JSON."""
        return self.folder / "night.json"

    @property
    def proof(self) -> Path:
        """Which ledger published the run, once that is recorded."""
        return self.folder / "published.json"

    @property
    def first_proof(self) -> Path:
        """The same before it is recorded."""
        return self.folder / "not-yet-published.json"

    @property
    def work(self) -> Path:
        """Temporary files, while the run is being made."""
        return self.folder / WORK

    @property
    def lists(self) -> Path:
        """A folder for each practice searched."""
        return self.folder / "lists"

    def practice(self, practice_id: str) -> Path:
        """The folder of one practice's list."""
        return self.lists / practice_id

    def list_csv(self, practice_id: str) -> Path:
        return self.practice(practice_id) / f"{LIST_NAME}.csv"

    def list_xlsx(self, practice_id: str) -> Path:
        return self.practice(practice_id) / f"{LIST_NAME}.xlsx"

    def dropped(self, practice_id: str) -> Path:
        """Who was on a night's last list and is not on this one."""
        return self.practice(practice_id) / "dropped-out.csv"

    def do_not_post(self, practice_id: str) -> Path:
        """Letters that a night found must not be posted any longer."""
        return self.practice(practice_id) / DO_NOT_POST

    @property
    def record(self) -> Path:
        """The folder of what `explain` reads."""
        return self.folder / "record"

    @property
    def rule(self) -> Path:
        """The rule as it was. Rules that it extends are next to it, under their own names."""
        return self.record / "rule.yaml"

    def kept(self, table: str) -> Path:
        """A table of the record."""
        return self.record / f"{table}.parquet"


def study_folder(output: Path, study: str) -> Path:
    """Where a study's runs lie in a site's output folder."""
    return output / RUNS / study


def study_folders(output: Path) -> list[Path]:
    """The folders of every study that has runs there, whether the settings still name it or not."""
    folder = output / RUNS
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def stopped_pages(output: Path, study: str) -> Iterator[Path]:
    """The pages of quality checks that stopped a run of the study. They are next to its runs."""
    yield from sorted(study_folder(output, study).glob(f"*.{PAGE_NAME}"))


def stopped_letters(output: Path, study: str, day: date) -> Path:
    """Letters to check, after a night that did not search for the study."""
    return study_folder(output, study) / f"{day}.{DO_NOT_POST}"


def stopped_files(output: Path, study: str) -> Iterator[Path]:
    """Those pages, and what was counted for them."""
    yield from stopped_pages(output, study)
    yield from sorted(study_folder(output, study).glob(f"*.{JSON_NAME}"))
