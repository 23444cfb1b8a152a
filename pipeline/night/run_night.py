"""The unattended night, top to bottom. Killed anywhere, the last good lists stand, and the next night goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import CasefinderError, LockedError, OutputError, QualityError
from pipeline.files.private import private_folder
from pipeline.ledger.head import check_head
from pipeline.ledger.open import Ledger, open_ledger
from pipeline.night.deliveries import bring_up_to_date
from pipeline.night.journal import Journal, open_journal
from pipeline.night.page import write_begun, write_page
from pipeline.night.reconcile import check_studies
from pipeline.night.result import Failure, NightResult, find_lists
from pipeline.night.run_folders import remove_old, remove_unpublished, stopped_page
from pipeline.night.settings import Site, StudySettings
from pipeline.night.study import Tonight, run_study
from pipeline.night.summary import StudyNight
from pipeline.quality.preload import preload
from pipeline.store.delivery_warnings import summarise_warnings

LOCK = "nightly.lock"


@dataclass(frozen=True)
class Asked:
    """`despite_quality`: somebody looked at the check of the extract, and wants the lists all the same."""

    site: Site
    today: date
    despite_quality: bool = False
    progress: Callable[[str], None] = lambda _: None


def run_night(asked: Asked) -> NightResult:
    """Every failure is in the result, and on the page. Raises LockedError or OutputError where none can be written."""
    output = private_folder(asked.site.output)
    with _only_night(output), preload():
        write_begun(output, asked.today)
        try:
            result = _Night(asked, open_journal(output, asked.today)).run()
        except Exception as error:
            ours = CasefinderError("Something went wrong inside Casefinder.")
            write_page(output, _stopped(asked.today, error if isinstance(error, CasefinderError) else ours))
            raise
        write_page(output, result)
    return result


@contextmanager
def _only_night(output: Path) -> Iterator[None]:
    """The system gives up a killed night's lock, so one that is left behind holds nobody up."""
    lock = FileLock(output / LOCK, mode=0o600, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise LockedError("A night is running already. Nothing was changed: wait until it has ended.") from None
    except (OSError, NotImplementedError):
        raise OutputError(f"{output} does not support locks. Put the output on a local disk.") from None
    try:
        yield
    finally:
        lock.release()


def _stopped(night: date, error: CasefinderError) -> NightResult:
    return NightResult(night, (), (Failure("", error),), (), (), "The night was stopped before its end.")


class _Night:
    """One night, while it runs: what it did so far."""

    def __init__(self, asked: Asked, journal: Journal) -> None:
        self.asked, self.site, self.journal = asked, asked.site, journal
        self.done: list[StudyNight] = []
        self.failures: list[Failure] = []
        self.notes: list[str] = []
        self.delivered = "Nothing new was delivered."

    def run(self) -> NightResult:
        self.journal.write("begun", studies=len(self.site.study))
        try:
            with open_ledger(self.site.ledger, self.asked.today, self.site.key) as ledger:
                self._go(ledger)
                lists = find_lists(ledger, self.site.output, tuple(one.name for one in self.site.study))
        except CasefinderError as error:
            self._fail("", error)
            lists = ()
        result = NightResult(
            self.asked.today, tuple(self.done), tuple(self.failures), lists, tuple(self.notes), self.delivered
        )
        self.journal.write("ended", exit_code=result.exit_code)
        return result

    def _go(self, ledger: Ledger) -> None:
        check_head(ledger.con, ledger.path)  # or an older copy of the ledger would have newer lists swept away
        for study in self.site.study:
            self._sweep(ledger, study)
        if self._try("", self._deliver):
            for study in self.site.study:
                if not self._try(study.name, lambda study=study: self._search(ledger, study)):  # type: ignore[misc]
                    self._sweep(ledger, study)
            self._try("", lambda: check_studies({one.study: one.attrition for one in self.done}))
        for study in self.site.study:
            self._try(study.name, lambda study=study: self._tidy(ledger, study))  # type: ignore[misc]

    def _try(self, study: str, step: Callable[[], None]) -> bool:
        try:
            step()
        except CasefinderError as error:
            self._fail(study, error)
            return False
        return True

    def _fail(self, study: str, error: CasefinderError) -> None:
        page = stopped_page(self.site.output, study) if isinstance(error, QualityError) else None
        self.failures.append(Failure(study, error, page))
        self.journal.write("failed", study=study, error=type(error).__name__, exit_code=error.exit_code)

    def _deliver(self) -> None:
        found = bring_up_to_date(self.site, self.asked.progress)
        self.journal.write("delivered", deliveries=len(found.applied), rows=found.rows, segments=found.segments)
        self.notes += summarise_warnings(found.applied)
        if found.applied:
            self.delivered = found.words
        if found.is_compacted:
            self.notes.append("The store was written afresh, so that searches stay fast.")

    def _search(self, ledger: Ledger, study: StudySettings) -> None:
        tonight = Tonight(self.site, ledger, self.asked.today, self.asked.despite_quality, self.asked.progress)
        night = run_study(tonight, study)
        self.done.append(night)
        listed = sum(one.listed or 0 for one in night.practices)
        self.journal.write("published", study=study.name, run=night.run, found=night.found, listed=listed)
        if night.is_backdated:
            self.notes.append(
                f"{study.name}: the clock was set back: a later day than today is in the ledger already. See that the "
                "computer's date is right."
            )

    def _sweep(self, ledger: Ledger, study: StudySettings) -> None:
        removed = remove_unpublished(ledger, self.site.output, study.name)
        if removed:
            self.journal.write("swept", study=study.name, folders=removed)

    def _tidy(self, ledger: Ledger, study: StudySettings) -> None:
        removed, changed = remove_old(ledger, self.site.output, study.name, self.asked.today, self.site.keep_days)
        if removed:
            self.journal.write("removed", study=study.name, runs=removed)
            self.notes.append(f"{study.name}: {removed} old runs were removed ({self.site.keep_days} days are kept).")
        self.notes += [
            f"{study.name}: the run {path.name} is old, but was changed after it was made, so it was kept. Look "
            "whether decisions were typed in it, then remove it by hand."
            for path in changed
        ]
