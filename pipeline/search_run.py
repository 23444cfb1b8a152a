"""One search over one extract, top to bottom: read, find, settle who is one person, explain, write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from pipeline.codes.dictionary import Dictionary
from pipeline.connect import connect
from pipeline.extracts.model import Extract
from pipeline.extracts.read import read_extract
from pipeline.invitations import Reasons, candidates
from pipeline.lists.candidate import Candidate
from pipeline.output import free_folder, leftovers, publish
from pipeline.people.one_person import Identity, registrations, settle
from pipeline.practices import Practice, choose_practices, index_date
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import load_rule
from pipeline.rules.wording import readable
from pipeline.run_folder import Found, write_run
from pipeline.search.attrition import count_attrition
from pipeline.search.code_uses import (
    ResolvedCriterion,
    criteria_without_codes,
    lists_without_hierarchy,
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
    left_behind = leftovers(request.out)
    checked = check_rule(load_rule(request.rule), request.codelists)
    with publish(request.out) as folder, connect(folder / WORK) as con:
        found = _find(con, folder / WORK, request, checked, progress)
        found = replace(found, warnings=[*found.warnings, *map(_say_left_behind, left_behind)])
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
    losses = [*_left_out(practices), *_losses(checked, extract, dictionary, resolved)]
    warnings = [*extract.warnings, *losses, *map(str, checked.warnings)]
    return Found(checked, extract, practices, resolved, plan, identities, lists, attrition, warnings)


def _say_left_behind(folder: Path) -> str:
    return f"A run that was stopped left {folder.name} behind, with patients' data in it. Remove it if it runs no more."


def _left_out(practices: Iterable[Practice]) -> Iterator[str]:
    for practice in practices:
        if not practice.is_searched:
            yield (
                f"{practice.practice_id} is left out: its extract is of {practice.extract_date:%d/%m/%Y}, which is too "
                "long before the index date. Ask its supplier why no newer one came."
            )


def _losses(
    checked: CheckedRule, extract: Extract, dictionary: Dictionary, resolved: Iterable[ResolvedCriterion]
) -> Iterator[str]:
    """What could not be looked at, and so may have changed the lists."""
    rejected = sum(file.rejected for file in extract.files)
    if rejected:
        yield f"{rejected:,} lines could not be read; rejects.csv says which and why."
    flat = lists_without_hierarchy(checked, dictionary)
    if flat:
        yield (
            f"This extract carries no hierarchy of codes, so of {', '.join(flat)} only the codes written there were "
            "looked for, not those below them. People may be listed who should not be."
        )
    silent = criteria_without_codes(resolved)
    if silent:
        yield (
            f"No code of {', '.join(map(readable, silent))} is in this extract: nobody can meet it, and nobody is left "
            "out by it. Look whether the code lists are of the systems that this supplier uses."
        )


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
