"""The checks before and after a search: what they find, and whether the run may go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from pipeline.codes.code_index import CodeIndex
from pipeline.errors import ExtractError, QualityError
from pipeline.quality.count.periods import TAIL
from pipeline.quality.count.profile import CheckedPractice, count_everything
from pipeline.quality.count.profile_model import Profile
from pipeline.quality.judge.breaches import find_breaches
from pipeline.quality.judge.expectations import validate
from pipeline.quality.judge.failures import gather_failures
from pipeline.quality.judge.finding import Failure, Finding, Kind, Level
from pipeline.quality.judge.intervals import Measured
from pipeline.quality.judge.lists import ListCounts, measure_lists
from pipeline.quality.judge.measures import measure_profile
from pipeline.quality.judge.not_carried import drop_not_carried, find_topics_not_carried
from pipeline.quality.judge.thresholds import Thresholds, read_shipped_thresholds
from pipeline.quality.previous import Previous
from pipeline.quality.report.findings_text import FINDING_TEXTS
from pipeline.quality.report.item_text import format_day, format_span
from pipeline.quality.report.model import Report
from pipeline.quality.report.summary import group_findings, summarise, summarise_with_advice
from pipeline.rules.check import CheckedRule
from pipeline.rules.fingerprint import rule_fingerprint
from pipeline.store.open import Opened
from pipeline.store.practices import switched_off

_AGAINST_LAST = {Kind.PRACTICE_GONE, Kind.PATIENTS_CHANGED, Kind.VOLUME_CHANGED, Kind.LIST_CHANGED}


@dataclass(frozen=True, kw_only=True)
class QualityRequest:
    """What to check an extract with. `today` None: its age is not checked. `despite`: go on whatever is found."""

    rules: tuple[CheckedRule, ...] = ()
    previous: Previous | None = None
    today: date | None = None
    despite: bool = False


def check_extract(
    con: duckdb.DuckDBPyConnection, opened: Opened, dictionary: CodeIndex, request: QualityRequest, is_new: bool
) -> Report:
    """The check before a search. Needs an opened store; loads none of its rows.

    `is_new`: it has just come, so Great Expectations judges it too. A store that keeps its counts was judged before.
    """
    practices, profile = count_everything(con, opened, request.rules, dictionary, request.today)
    before = request.previous.profile if request.previous else None
    topics = find_topics_not_carried(opened.extract.gaps, bool(opened.manifest.pseudonymised_because))
    measures = drop_not_carried(measure_profile(profile, before), topics)
    thresholds = read_shipped_thresholds()
    return Report(
        format=opened.extract.format,
        practices=practices,
        profile=profile,
        findings=_without_off(_find(measures, practices, request.previous, thresholds, is_new), switched_off(con)),
        thresholds=thresholds.sha256,
        rules={rule.loaded.rule.rule: rule_fingerprint(rule) for rule in request.rules},
        compared_with=request.previous.extract_date if request.previous else None,
        notes=opened.extract.warnings,
        despite=request.despite,
    )


def _without_off(findings: tuple[Finding, ...], off: frozenset[str]) -> tuple[Finding, ...]:
    """Without missing practices whose agreements have ended: a warning says so, and not to use their records."""
    return tuple(one for one in findings if one.kind is not Kind.PRACTICE_GONE or one.practice not in off)


def check_lists(report: Report, listed: ListCounts, previous: Previous | None) -> Report:
    """The check after a search: compares the lists with the last run's and with each other."""
    same = previous if previous and previous.rules == report.rules else None
    found = _find(
        list(measure_lists(listed, same.listed if same else None)),
        report.practices,
        previous,
        read_shipped_thresholds(),
        is_new=False,
    )
    gone = {one.practice for one in report.findings if one.kind in (Kind.NOBODY_REGISTERED, Kind.PRACTICE_GONE)}
    new = tuple(one for one in found if one.practice not in gone)
    return report.with_findings(new, listed.names)


def report_refusal(error: ExtractError, request: QualityRequest) -> Report:
    """The report if the files could not be read: the reader's sentence is the only finding."""
    failure = Failure(kind=Kind.UNREADABLE, level=Level.STOP, practice="", item=str(error), months=(), n=0, of=0)
    finding = replace(
        put_in_words(failure, date.min, None), item="", since="This extract. Casefinder could not read it."
    )
    rules = {rule.loaded.rule.rule: rule_fingerprint(rule) for rule in request.rules}
    return Report(
        format="",
        practices=(),
        profile=Profile(()),
        findings=(finding,),
        thresholds=read_shipped_thresholds().sha256,
        rules=rules,
        compared_with=None,
    )


def refuse_to_search(report: Report, where: str) -> None:
    """Raises QualityError if a finding stops the run and nobody said to go on. `where`: the page that says why."""
    if report.stops:
        stops = [one for one in report.findings if one.level is Level.STOP]
        said = "\n".join(f"- {summarise(group)}" for group in group_findings(stops))
        raise QualityError(
            "The search was stopped and no list was written, because the extract cannot be trusted:\n"
            f"{said}\n"
            f"What to do and who to ask: {where}\n"
            "To search it anyway, add --despite-quality. Every list will then say so."
        )


def summarise_warnings(report: Report) -> list[str]:
    """One line for each thing that was found, at however many practices. For the terminal and the manifest."""
    said = [summarise_with_advice(group) for group in group_findings(report.findings)]
    if report.despite and report.verdict == Level.STOP:
        return ["The quality check would have stopped this run. It went on because --despite-quality was given.", *said]
    return said


def _find(
    measures: Sequence[Measured],
    practices: tuple[CheckedPractice, ...],
    previous: Previous | None,
    thresholds: Thresholds,
    is_new: bool,
) -> tuple[Finding, ...]:
    periods = {place.practice_id: place.periods for place in practices}
    days = {place.practice_id: place.extract_date for place in practices}
    newest = max(days.values(), default=date.min)
    breaches = find_breaches(measures, thresholds)
    if is_new:
        validate(measures, thresholds, breaches)
    failures = gather_failures(breaches, periods)
    return tuple(put_in_words(one, days.get(one.practice, newest), previous) for one in failures)


def put_in_words(one: Failure, made_on: date, previous: Previous | None) -> Finding:
    """`made_on`: the day of the practice's extract."""
    words = FINDING_TEXTS[one.kind]
    return Finding(
        **vars(one), what=words.what(one, made_on), since=_since(one, made_on, previous), do=words.do, ask=words.ask
    )


def _since(one: Failure, made_on: date, previous: Previous | None) -> str:
    if one.months:
        said = format_span(one.months, made_on)
        return f"{said[0].upper()}{said[1:]}{', and continuing' if one.months[-1] == TAIL else ''}."
    if one.kind is Kind.EXTRACT_OLD:
        return f"The extract was made on {format_day(made_on)}."
    if previous is None or previous.extract_date is None:
        return "Not known, because there was no earlier check to compare with."
    if before := previous.since(one.kind, one.practice, one.item):
        return (
            before
            if before.startswith("At least")
            else f"At least since the extract of {format_day(previous.extract_date)}."
        )
    then = format_day(previous.extract_date)
    if one.kind in _AGAINST_LAST:
        return f"Since the last run, on the extract of {then}."
    return f"New: it was not found in the extract of {then}."
