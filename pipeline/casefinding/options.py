"""Everything a search needs to know, and the files of it that are read before an extract is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.casefinding.given_reports import NO_REPORTS, Reports, read_reports
from pipeline.people.searched_practices import OLDEST_EXTRACT_DAYS
from pipeline.quality.gate import QualityRequest
from pipeline.quality.previous import Previous, read_previous
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import read_rule
from pipeline.store.source import Source

Progress = Callable[[str], None]  # called with the name of each phase as it begins


@dataclass(frozen=True, kw_only=True)
class SearchOptions:
    """One search, for `casefinder search` and for each study of a night.

    What is searched
        `source`: a supplier's files, or a store made from them.
        `rule`: the rule's file, or the name of a shipped rule.
        `codelists`: a folder of code lists to look in before the shipped ones.
        `as_of`: the index date; None takes the newest extract date.
        `oldest_extract_days`: leave out a practice whose extract is older than this, in days before the index date.
        `accept_missing`: run the rule even though the extract cannot say everything it needs.
    What comes of it
        `out`: the run's folder. The quality page of a stopped search is written beside it.
        `counts_only`: write nothing about any one person.
    The quality check
        `today`: the extract's age is checked only if this is given.
        `clock`: the day it is; an extract made after it stops the search, also for an earlier index date.
        `previous`: the folder of an earlier run to compare with.
        `despite_quality`: go on whatever the check finds.
    People named by hand
        `only`: a patient report to which the search is kept.
        `nominate`: a patient report whose people are listed too, by this `route` and for this reason,
        `nominated_because`.
        `leave_out`: an earlier list, whose people are not listed.
    """

    source: Source
    rule: Path
    out: Path
    codelists: Path | None = None
    as_of: date | None = None
    oldest_extract_days: int = OLDEST_EXTRACT_DAYS
    accept_missing: bool = False
    counts_only: bool = False
    today: date | None = None
    clock: date | None = None
    previous: Path | None = None
    despite_quality: bool = False
    only: Path | None = None
    nominate: Path | None = None
    route: str = ""
    nominated_because: str = ""
    leave_out: Path | None = None


@dataclass(frozen=True, kw_only=True)
class SearchInputs:
    """The options, with the files they name read and checked. `previous`: the counts of the run to compare with."""

    options: SearchOptions
    checked: CheckedRule
    reports: Reports = NO_REPORTS
    previous: Previous | None = None

    @property
    def quality(self) -> QualityRequest:
        """What the quality check needs to know."""
        return QualityRequest(
            rules=(self.checked,),
            previous=self.previous,
            today=self.options.today,
            despite=self.options.despite_quality,
        )


def read_inputs(options: SearchOptions) -> SearchInputs:
    """Raises RuleError, UsageError or ExtractError: everything wrong here is found before an extract is read."""
    return SearchInputs(
        options=options,
        checked=check_rule(read_rule(options.rule), options.codelists),
        reports=read_reports(
            options.only, options.nominate, options.route, options.nominated_because, options.leave_out
        ),
        previous=read_previous(options.previous) if options.previous else None,
    )
