"""One search over one open store: check it, find people, settle who is one person, gather the reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from pipeline.casefinding.given_reports import NO_REPORTS, Matched, Reports, match_reports, say_nominations
from pipeline.casefinding.list_rows import Reasons, candidates, grouped
from pipeline.casefinding.quality_gates import gate_after, gate_before
from pipeline.casefinding.report_outcomes import ReportEndings, report_endings
from pipeline.casefinding.requirements import Loss, find_missing, refuse_missing, say_accepted
from pipeline.casefinding.warnings import find_losses
from pipeline.codes.code_index import CodeIndex, read_code_index
from pipeline.extracts.model import Extract
from pipeline.lists.row import Candidate
from pipeline.people.identity import Identity, registrations, settle
from pipeline.people.practices import OLDEST_EXTRACT_DAYS, Practice, choose_practices, index_date
from pipeline.quality.gate import Asked, sentences
from pipeline.quality.report.model import Report
from pipeline.rules.check import CheckedRule
from pipeline.search.attrition import Count, count_attrition
from pipeline.search.by_hand import ByHand
from pipeline.search.compile import Plan
from pipeline.search.engine import DuckDbEngine
from pipeline.search.evidence import gather
from pipeline.search.inputs import ResolvedCriterion, resolve_rule
from pipeline.search.run import excluded_people, found_people, search
from pipeline.store.manifest import Manifest
from pipeline.store.open import Opened, load_rows, open_store


@dataclass(frozen=True)
class Question:
    """What to look for, and how. `page`: beside which folder the quality page is written, where a gate stops the run.

    `as_of` None is the newest extract date. `accept_missing`: run the rule even though the extract does not say what
    it needs. `is_named`: whether people are listed, and not only counted.
    """

    checked: CheckedRule
    asked: Asked
    page: Path
    as_of: date | None = None
    oldest_extract_days: int = OLDEST_EXTRACT_DAYS
    accept_missing: bool = False
    is_named: bool = True
    reports: Reports = NO_REPORTS


@dataclass(frozen=True)
class Watched:
    """Records of people on earlier lists, by `person_row`: found or not, the search says how they are.

    `nominated`: of them, whoever was brought in by hand: by which route, and why.
    """

    rows: frozenset[int] = frozenset()
    nominated: Mapping[int, tuple[str, str]] = field(default_factory=dict)


NOBODY_WATCHED = Watched()
Watch = Callable[[duckdb.DuckDBPyConnection], Watched]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Found:
    """A search that is done: what it read, what it decided, the rows of each practice's list, what to be wary of.

    `people`: a list's row for everybody listed or watched. `listed`: who is listed, by `person_row`. `identities`: of
    everybody who went through every stage; `others`: of the watched besides, and of whoever was excluded.
    """

    checked: CheckedRule
    extract: Extract
    practices: tuple[Practice, ...]
    resolved: Sequence[ResolvedCriterion]
    plan: Plan
    identities: Mapping[int, Identity]
    others: Mapping[int, Identity]
    people: Mapping[int, tuple[str, Candidate]]
    listed: frozenset[int]
    attrition: Sequence[Count]
    warnings: Sequence[str]
    quality: Report
    reports: Sequence[ReportEndings] = ()
    accepted: Sequence[Loss] = ()  # what the rule needs, the extract does not say, and whoever ran it took

    @property
    def lists(self) -> dict[str, list[Candidate]]:
        """The rows of each practice's list, in order of name."""
        return grouped(row for person, row in self.people.items() if person in self.listed)


@dataclass(frozen=True)
class _Ready:
    """An extract that was checked, and may be searched."""

    opened: Opened
    dictionary: CodeIndex
    index: date
    practices: tuple[Practice, ...]
    report: Report
    accepted: Sequence[Loss]


def find(
    con: duckdb.DuckDBPyConnection,
    store: Path,
    manifest: Manifest,
    question: Question,
    progress: Progress = lambda _: None,
    watch: Watch = lambda _: NOBODY_WATCHED,
) -> Found:
    """Raises CasefinderError. Leaves the search's tables in `con`, for the run's record."""
    progress("Finding people")
    ready = _make_ready(con, store, manifest, question, progress)
    resolved = resolve_rule(question.checked, ready.dictionary)
    uses = [use for criterion in resolved for use in criterion.uses()]
    extract = load_rows(con, ready.opened, {use.code_id for use in uses})
    watched, matched = watch(con), match_reports(con, question.reports)
    searched = [practice.practice_id for practice in ready.practices if practice.is_searched]
    engine = DuckDbEngine(con)
    plan = search(engine, question.checked.loaded.rule, ready.index, uses, searched, _by_hand(matched, watched))
    progress("Gathering the reasons")
    identities, others = _settle(con, plan, watched.rows)
    said_first = say_nominations(engine, plan, {**watched.nominated, **matched.nominations})
    people = _rows(engine, plan, {**others, **identities}, said_first, watched.rows | identities.keys())
    listed = frozenset(person for person, one in identities.items() if one.outcome == "listed")
    attrition = count_attrition(engine, plan, {person: one.outcome for person, one in identities.items()})
    found = Found(
        question.checked, extract, ready.practices, resolved, plan, identities, others, people, listed, attrition, (),
        ready.report, report_endings(engine, plan, matched, identities), ready.accepted,
    )  # fmt: skip
    return _look_again(found, question)


def _make_ready(
    con: duckdb.DuckDBPyConnection, store: Path, manifest: Manifest, question: Question, progress: Progress
) -> _Ready:
    opened = open_store(con, store, manifest)
    index = index_date(con, question.as_of)
    practices = choose_practices(con, index, question.oldest_extract_days)
    dictionary = read_code_index(con)
    is_past = index < index_date(con, None)
    missing = find_missing(question.checked, opened.extract, dictionary, is_past, question.is_named)
    accepted = refuse_missing(question.checked, missing, question.accept_missing)
    progress("Checking the extract")
    report = gate_before(con, opened, dictionary, question.asked, question.page)
    return _Ready(opened, dictionary, index, practices, report, accepted)


def _by_hand(matched: Matched, watched: Watched) -> ByHand:
    given = matched.by_hand
    if given.nominated is None and not watched.nominated:
        return given
    return ByHand(given.only, (given.nominated or frozenset()) | watched.nominated.keys())


def _settle(
    con: duckdb.DuckDBPyConnection, plan: Plan, watched: Iterable[int]
) -> tuple[dict[int, Identity], dict[int, Identity]]:
    """Of everybody found, and of the others who are asked about: is it the record that counts for its person?"""
    engine = DuckDbEngine(con)
    people = set(found_people(engine, plan))
    besides = {*watched, *excluded_people(engine, plan)} - people
    records = registrations(con, plan.index.toordinal(), [*people, *besides])
    settled = settle([record for record in records if record.person_row in people | besides], records)
    return (
        {person: one for person, one in settled.items() if person in people},
        {person: one for person, one in settled.items() if person in besides},
    )


def _rows(
    engine: DuckDbEngine,
    plan: Plan,
    identities: Mapping[int, Identity],
    said_first: Mapping[int, str],
    wanted: Iterable[int],
) -> dict[int, tuple[str, Candidate]]:
    people = [person for person in sorted(wanted) if person in identities]
    rows, spells = gather(engine, plan, people)
    return candidates(engine, Reasons(plan, rows, spells, identities, said_first))


def _look_again(found: Found, question: Question) -> Found:
    """The gate after the search, and everything there is to be wary of."""
    report = found.quality
    if not question.reports.only:  # the lists of chosen people say nothing about the extract
        after = (found.practices, found.lists, found.attrition, found.plan, question.asked, question.page)
        report = gate_after(report, *after)
    losses = find_losses(found.practices, found.extract, found.checked, found.resolved)
    unread = [warning for one in question.reports.given for warning in one.warnings]
    warnings = [*map(say_accepted, found.accepted), *sentences(report), *found.extract.warnings, *losses, *unread]
    return replace(found, quality=report, warnings=warnings)
