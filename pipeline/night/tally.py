"""What a night has done so far: each step's result, its failures, and what a person should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from pipeline.errors import CasefinderError, QualityError
from pipeline.night.journal import Journal
from pipeline.night.request import NightRequest
from pipeline.night.result import Failure, ListInUse, NightResult
from pipeline.night.run_folders import stopped_page
from pipeline.night.summary import StudyNight
from pipeline.search.attrition import Count


@dataclass
class Tally:
    """One night, while it runs. `urgent`: the notes that come first."""

    request: NightRequest
    journal: Journal
    studies: list[StudyNight] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    urgent: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    delivered: str = "No new delivery was applied."

    @property
    def attritions(self) -> Mapping[str, Sequence[Count]]:
        """Those of the studies that were searched."""
        return {one.study: one.attrition for one in self.studies}

    def begin(self) -> None:
        self.journal.write("begun", studies=len(self.request.site.study))

    @contextmanager
    def noting_failure(self, study: str = "") -> Iterator[None]:
        """If the block fails, note that and go on after it. `study` is empty for the whole night."""
        try:
            yield
        except CasefinderError as error:
            page = stopped_page(self.request.site.output, study) if isinstance(error, QualityError) else None
            self.failures.append(Failure(study, error, page))
            self.journal.write("failed", study=study, error=type(error).__name__, exit_code=error.exit_code)

    def end(self, lists: tuple[ListInUse, ...]) -> NightResult:
        result = NightResult(
            night=self.request.today,
            studies=tuple(self.studies),
            failures=tuple(self.failures),
            lists=lists,
            notes=(*self.urgent, *self.notes),
            delivered=self.delivered,
        )
        self.journal.write("ended", exit_code=result.exit_code)
        return result
