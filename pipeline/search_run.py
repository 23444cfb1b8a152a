"""One search over one extract, top to bottom: read, find, settle who is one person, explain, write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline.connect import connect
from pipeline.extracts.read import read_extract
from pipeline.invitations import Reasons, candidates
from pipeline.lists.candidate import Candidate
from pipeline.losses import find_losses
from pipeline.output import free_folder, publish
from pipeline.people.one_person import Identity, registrations, settle
from pipeline.practices import choose_practices, index_date
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

WORK = ".work"  # inside the run's folder, so that nothing of a patient is ever written elsewhere


@dataclass(frozen=True)
class Request:
    """What was asked for. `as_of` None is the newest extract date."""

    extract: Path
    rule: Path
    out: Path
    codelists: Path | None = None
    as_of: date | None = None
    oldest_extract_days: int = 31


def run_search(request: Request, progress: Callable[[str], None] = lambda _: None) -> Found:
    """Search, and publish the run's folder at `request.out`. Raises CasefinderError."""
    free_folder(request.out)
    checked = check_rule(load_rule(request.rule), request.codelists)
    with publish(request.out) as folder, connect(folder / WORK) as con:
        found = _find(con, folder / WORK, request, checked, progress)
        progress("Writing the lists")
        write_run(con, folder, found)
    return found


def _find(
    con: duckdb.DuckDBPyConnection,
    work: Path,
    request: Request,
    checked: CheckedRule,
    progress: Callable[[str], None],
) -> Found:
    progress("Reading the extract")
    extract = read_extract(request.extract, con, work)
    index = index_date(con, request.as_of)
    practices = choose_practices(con, index, request.oldest_extract_days)
    progress("Finding people")
    dictionary = read_dictionary(con)
    resolved = resolve_rule(checked, dictionary)
    uses = [use for criterion in resolved for use in criterion.uses()]
    searched = [practice.practice_id for practice in practices if practice.is_searched]
    plan = search(con, checked.loaded.rule, index, uses, searched)
    progress("Gathering the reasons")
    identities = _settle(con, plan)
    lists = _lists(con, plan, identities)
    attrition = count_attrition(con, plan, {person: one.outcome for person, one in identities.items()})
    warnings = [*extract.warnings, *find_losses(practices, extract, checked, dictionary, resolved)]
    return Found(checked, extract, practices, resolved, plan, identities, lists, attrition, warnings)


def _settle(con: duckdb.DuckDBPyConnection, plan: Plan) -> dict[int, Identity]:
    people = found_people(con, plan)
    records = registrations(con, plan.index.toordinal(), people)
    wanted = set(people)
    return settle([record for record in records if record.person_row in wanted], records)


def _lists(
    con: duckdb.DuckDBPyConnection, plan: Plan, identities: Mapping[int, Identity]
) -> dict[str, list[Candidate]]:
    rows, spells = gather(con, plan, identities)
    listed = [person for person, one in identities.items() if one.outcome == "listed"]
    return candidates(con, Reasons(plan, rows, spells, identities), listed)
