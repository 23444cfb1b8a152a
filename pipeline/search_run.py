"""One search over one store, top to bottom: open, find, settle who is one person, explain, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline.connect import connect
from pipeline.errors import StoreError
from pipeline.invitations import Reasons, candidates
from pipeline.lists.candidate import Candidate
from pipeline.lists.files import private_folder
from pipeline.losses import find_losses
from pipeline.missing import find_missing, refuse_missing, say_accepted
from pipeline.output import free_folder, publish
from pipeline.people.one_person import Identity, registrations, settle
from pipeline.practices import choose_practices, index_date
from pipeline.quality.early import importing
from pipeline.quality.gate import Asked, sentences
from pipeline.quality.previous import read_previous
from pipeline.quality.written import remove_beside
from pipeline.quality_gates import gate_after, gate_before, page_if_refused
from pipeline.report_endings import report_endings
from pipeline.reported import Reports, match_reports, nominations, read_reports
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import load_rule
from pipeline.run_folder import Found, write_run
from pipeline.search.attrition import count_attrition
from pipeline.search.code_uses import (
    read_dictionary,
    resolve_rule,
)
from pipeline.search.compile import Plan
from pipeline.search.decided import found_people, search
from pipeline.search.evidence import gather
from pipeline.store.apply import Settings, build_store
from pipeline.store.damaged import damage_said
from pipeline.store.lock import reading
from pipeline.store.manifest import Manifest, read_manifest
from pipeline.store.opened import load_rows, open_store

WORK = ".work"  # inside the run's folder, so that nothing of a patient is ever written elsewhere


@dataclass(frozen=True)
class Request:
    """What was asked for: `extract` is a folder of a supplier's files, or the folder of a store.

    `as_of` None is the newest extract date. `counts_only`: nothing about any one person is written.
    `memory`: see `pipeline.connect`. `today`: how old the extract is, is asked only where this is given. `previous`:
    the folder of a run to compare with. `despite_quality`: go on whatever the quality check finds. `only`: a patient
    report to keep the search to; `nominate`: one whose people are nominated, by which `route` and why.
    `accept_missing`: run the rule even though the extract does not say what it needs.
    """

    extract: Path
    rule: Path
    out: Path
    codelists: Path | None = None
    as_of: date | None = None
    oldest_extract_days: int = 31
    is_store: bool = False
    counts_only: bool = False
    memory: str = ""
    today: date | None = None
    previous: Path | None = None
    despite_quality: bool = False
    only: Path | None = None
    nominate: Path | None = None
    route: str = ""
    nominated_because: str = ""
    accept_missing: bool = False


Progress = Callable[[str], None]


def run_search(request: Request, progress: Progress = lambda _: None) -> Found:
    """Search, and publish the run's folder at `request.out`. Raises CasefinderError."""
    free_folder(request.out)
    checked = check_rule(load_rule(request.rule), request.codelists)
    reports = read_reports(request.only, request.nominate, request.route, request.nominated_because)
    previous = read_previous(request.previous) if request.previous else None
    asked = Asked((checked,), previous, request.today, request.despite_quality)
    with ExitStack() as stack:
        stack.enter_context(importing())
        folder = stack.enter_context(publish(request.out))
        con = stack.enter_context(connect(folder / WORK, request.memory))
        with page_if_refused(request.out, asked):
            store, manifest = _take_store(stack, request, folder / WORK, progress)
        _refuse_lists(manifest, request)
        if request.is_store:
            stack.enter_context(damage_said(request.extract))
        found = _find(con, store, manifest, request, checked, asked, reports, progress)
        progress("Writing the counts" if request.counts_only else "Writing the lists")
        write_run(con, folder, found, request.counts_only)
    remove_beside(request.out)
    return found


def _refuse_lists(manifest: Manifest, request: Request) -> None:
    if manifest.nameless and not request.counts_only:
        raise StoreError(f"{manifest.nameless} So no list can be written from it: give --counts for the counts alone.")
    if manifest.nameless and (request.only or request.nominate):
        raise StoreError(f"{manifest.nameless} So nobody in a patient report can be found in it.")


def _take_store(stack: ExitStack, request: Request, work: Path, progress: Progress) -> tuple[Path, Manifest]:
    """The store, held until the stack is closed; of a folder of files, one that is thrown away with the work folder."""
    if request.is_store:
        stack.enter_context(reading(request.extract))
        return request.extract, read_manifest(request.extract)
    progress("Reading the extract")
    store = private_folder(work / "store")
    return store, build_store(request.extract, store, Settings(request.memory), progress)


def _find(
    con: duckdb.DuckDBPyConnection,
    store: Path,
    manifest: Manifest,
    request: Request,
    checked: CheckedRule,
    asked: Asked,
    reports: Reports,
    progress: Progress,
) -> Found:
    progress("Finding people")
    opened = open_store(con, store, manifest)
    index = index_date(con, request.as_of)
    practices = choose_practices(con, index, request.oldest_extract_days)
    dictionary = read_dictionary(con)
    is_past = index < index_date(con, None)
    missing = find_missing(checked, opened.extract, dictionary, is_past, not request.counts_only)
    accepted = refuse_missing(checked, missing, request.accept_missing)
    progress("Checking the extract")
    report = gate_before(con, opened, dictionary, asked, request.out)
    resolved = resolve_rule(checked, dictionary)
    uses = [use for criterion in resolved for use in criterion.uses()]
    extract = load_rows(con, opened, {use.code_id for use in uses})
    searched = [practice.practice_id for practice in practices if practice.is_searched]
    matched = match_reports(con, reports)
    plan = search(con, checked.loaded.rule, index, uses, searched, matched.by_hand)
    progress("Gathering the reasons")
    identities = _settle(con, plan)
    lists = _lists(con, plan, identities, nominations(con, reports))
    attrition = count_attrition(con, plan, {person: one.outcome for person, one in identities.items()})
    endings = report_endings(con, plan, matched, identities)
    if not reports.only:  # the lists of chosen people say nothing about the extract
        report = gate_after(report, practices, lists, attrition, plan, asked, request.out)
    losses = find_losses(practices, extract, checked, resolved)
    unread = [warning for one in reports.given for warning in one.warnings]
    warnings = [*map(say_accepted, accepted), *sentences(report), *extract.warnings, *losses, *unread]
    made = (resolved, plan, identities, lists, attrition, warnings, report, endings, accepted)
    return Found(checked, extract, practices, *made)


def _settle(con: duckdb.DuckDBPyConnection, plan: Plan) -> dict[int, Identity]:
    people = found_people(con, plan)
    records = registrations(con, plan.index.toordinal(), people)
    wanted = set(people)
    return settle([record for record in records if record.person_row in wanted], records)


def _lists(
    con: duckdb.DuckDBPyConnection, plan: Plan, identities: Mapping[int, Identity], nominated: Mapping[int, str]
) -> dict[str, list[Candidate]]:
    rows, spells = gather(con, plan, identities)
    listed = [person for person, one in identities.items() if one.outcome == "listed"]
    return candidates(con, Reasons(plan, rows, spells, identities, nominated), listed)
