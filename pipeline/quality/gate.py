"""The gates before and after a search: what they find, and whether the run may go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

import duckdb

from pipeline.codes.code_index import CodeIndex
from pipeline.errors import ExtractError, QualityError
from pipeline.quality.count.periods import TAIL
from pipeline.quality.count.profile import Place, count_everything
from pipeline.quality.count.profile_model import Profile
from pipeline.quality.judge.expectations import hold
from pipeline.quality.judge.failures import failures_of
from pipeline.quality.judge.finding import Failure, Finding, Kind, Level
from pipeline.quality.judge.intervals import Measured
from pipeline.quality.judge.lists import Listed, measure_lists
from pipeline.quality.judge.measures import measure
from pipeline.quality.judge.not_carried import said_already, without_lacking
from pipeline.quality.judge.thresholds import Thresholds, shipped
from pipeline.quality.previous import Previous
from pipeline.quality.report.findings_text import WORDS
from pipeline.quality.report.item_text import day, span
from pipeline.quality.report.model import Report
from pipeline.rules.check import CheckedRule
from pipeline.store.open import Opened

_AGAINST_LAST = {Kind.PRACTICE_GONE, Kind.PATIENTS_CHANGED, Kind.VOLUME_CHANGED, Kind.LIST_CHANGED}


@dataclass(frozen=True)
class Asked:
    """What to check by. `today` None: how old the extract is, is not asked. `despite`: go on whatever is found."""

    rules: tuple[CheckedRule, ...] = ()
    previous: Previous | None = None
    today: date | None = None
    despite: bool = False


def check_extract(con: duckdb.DuckDBPyConnection, opened: Opened, dictionary: CodeIndex, asked: Asked) -> Report:
    """The gate before a search. Needs an opened store; loads no row of it."""
    places, profile = count_everything(con, asked.rules, dictionary, asked.today)
    before = asked.previous.profile if asked.previous else None
    topics = said_already(opened.extract.gaps, bool(opened.manifest.pseudonymised_because))
    measures = without_lacking(measure(profile, before), topics)
    thresholds = shipped()
    return Report(
        format=opened.extract.format,
        places=places,
        profile=profile,
        findings=_find(measures, places, asked.previous, thresholds),
        thresholds=thresholds.sha256,
        rules={rule.loaded.rule.rule: fingerprint(rule) for rule in asked.rules},
        compared_with=asked.previous.extract_date if asked.previous else None,
        notes=opened.extract.warnings,
        despite=asked.despite,
    )


def check_lists(report: Report, listed: Listed, previous: Previous | None) -> Report:
    """The gate after a search: the lists against the last run's, and against each other."""
    same = previous if previous and previous.rules == report.rules else None
    found = _find(measure_lists(listed, same.listed if same else None), report.places, previous, shipped())
    gone = {one.practice for one in report.findings if one.kind in (Kind.NOBODY_REGISTERED, Kind.PRACTICE_GONE)}
    new = tuple(one for one in found if one.practice not in gone)
    return report.with_findings(new, listed.names)


def refused(error: ExtractError, asked: Asked) -> Report:
    """The outcome where the reader refused the files: its sentence is the one finding."""
    failure = Failure(Kind.UNREADABLE, Level.STOP, "", str(error), (), 0, 0)
    finding = replace(in_words(failure, date.min, None), item="", since="This extract. It was never read.")
    rules = {rule.loaded.rule.rule: fingerprint(rule) for rule in asked.rules}
    return Report("", (), Profile(()), (finding,), shipped().sha256, rules, None)


def stop_if_asked(report: Report, where: str) -> None:
    """Raises QualityError where a finding stops the run and nobody said to go on. `where`: the page that says why."""
    if report.stops:
        stops = [one for one in report.findings if one.level is Level.STOP]
        said = "\n".join(f"- {one.practice or 'All practices'}: {one.what}" for one in stops)
        raise QualityError(
            f"The search was stopped, and no list was written, because the extract cannot be trusted:\n{said}\n"
            f"What to do and whom to ask: {where}\nTo go on all the same, and have it said on every list, add "
            "--despite-quality."
        )


def sentences(report: Report) -> Sequence[str]:
    """For the console, the manifest and the lists."""
    said = [one.sentence for one in report.findings]
    if report.despite and report.verdict == Level.STOP:
        return ["The quality check would have stopped this run. It went on because --despite-quality was given.", *said]
    return said


def fingerprint(rule: CheckedRule) -> str:
    """The same for the same rule and code lists: only then are two runs' lists comparable."""
    parts = (rule.loaded.sha256, *(f"{name} {one.sha256}" for name, one in sorted(rule.codelists.items())))
    return sha256("\n".join(parts).encode()).hexdigest()


def _find(
    measures: Iterable[Measured], places: tuple[Place, ...], previous: Previous | None, thresholds: Thresholds
) -> tuple[Finding, ...]:
    periods = {place.practice_id: place.periods for place in places}
    days = {place.practice_id: place.extract_date for place in places}
    newest = max(days.values(), default=date.min)
    failures = failures_of(hold(measures, thresholds), periods)
    return tuple(in_words(one, days.get(one.practice, newest), previous) for one in failures)


def in_words(one: Failure, made_on: date, previous: Previous | None) -> Finding:
    """`made_on`: the day of the practice's extract."""
    words = WORDS[one.kind]
    return Finding(
        **vars(one), what=words.what(one, made_on), since=_since(one, made_on, previous), do=words.do, ask=words.ask
    )


def _since(one: Failure, made_on: date, previous: Previous | None) -> str:
    if one.months:
        said = span(one.months, made_on)
        return f"{said[0].upper()}{said[1:]}{', and still' if one.months[-1] == TAIL else ''}."
    if one.kind is Kind.EXTRACT_OLD:
        return f"The extract was made on {day(made_on)}."
    if previous is None or previous.extract_date is None:
        return "Not known: there was no earlier check to compare with."
    if before := previous.since(one.kind, one.practice, one.item):
        return (
            before if before.startswith("At least") else f"At least since the extract of {day(previous.extract_date)}."
        )
    then = day(previous.extract_date)
    if one.kind in _AGAINST_LAST:
        return f"Since the last run, on the extract of {then}."
    return f"New: it was not so in the extract of {then}."
