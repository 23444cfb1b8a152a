"""Holds people back where a rule limits how many new ones of a practice it lists in a night.

Who waits is not reported to a study's ledger, so they are as new on the next night. The draw is the same each night.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

import duckdb

from pipeline.people.one_person import valid_number
from pipeline.people.own_registration import Identity
from pipeline.rules.expression import names
from pipeline.rules.model import Limit, Rule
from pipeline.search.compile import Plan
from pipeline.search.table_names import truth_column
from pipeline.vocabulary import WAITING


@dataclass(frozen=True)
class Candidate:
    """A record that would be listed. `who`: what stays the same each night; `met`: how much of `include` it meets."""

    person_row: int
    practice_id: str
    who: str
    met: int


def hold_back(
    con: duckdb.DuckDBPyConnection, plan: Plan, found: Mapping[int, Identity], known: Collection[int]
) -> dict[int, Identity]:
    """The same, with those who must wait. `known`: records of people already in the study, or nominated, who do not."""
    limit = plan.rule.limit
    if not limit:
        return dict(found)
    new = [person for person, one in found.items() if one.placement == "listed" and person not in known]
    waiting = choose_waiting(_candidates(con, plan, new), limit, seed_of(plan.rule, limit))
    return {person: replace(one, placement=WAITING) if person in waiting else one for person, one in found.items()}


def seed_of(rule: Rule, limit: Limit) -> str:
    """What the draw is made from."""
    return f"{rule.rule} {rule.study.name}" if limit.seed is None else str(limit.seed)


def choose_waiting(new: Iterable[Candidate], limit: Limit, seed: str) -> set[int]:
    """Of the new people of each practice, those beyond the limit, in the order that it asks for."""
    by_practice: dict[str, list[Candidate]] = defaultdict(list)
    for one in new:
        by_practice[one.practice_id].append(one)
    return {
        one.person_row
        for own in by_practice.values()
        for one in sorted(own, key=lambda one: _rank(one, limit, seed))[limit.new_per_night :]
    }


def _rank(one: Candidate, limit: Limit, seed: str) -> tuple[int, str, int]:
    drawn = sha256(f"{seed}\n{one.who}".encode()).hexdigest()
    return (-one.met if limit.order == "evidence" else 0), drawn, one.person_row


def _candidates(con: duckdb.DuckDBPyConnection, plan: Plan, people: Iterable[int]) -> Iterator[Candidate]:
    rows = con.execute(_sql(plan), [list(people)]).fetchall()
    for person, practice, patient, number, met in rows:
        yield Candidate(person, practice, valid_number(number or "") or f"{practice} {patient}", int(met))


def _sql(plan: Plan) -> str:
    included = {name for name, positive in names(plan.rule.include) if positive}
    columns = [truth_column(one) for one in plan.variants if one.reading == "for" and one.name in included]
    met = " + ".join(f"d.{column}" for column in columns) or "0"
    return (
        f"SELECT p.person_row, p.practice_id, p.patient_id, p.nhs_number, {met} FROM patient p "  # noqa: S608
        f"JOIN {plan.table('decision')} d ON d.person_row = p.person_row "
        "WHERE p.person_row IN (SELECT unnest(?)) ORDER BY p.person_row"
    )


def say_waiting(plan: Plan, found: Mapping[int, Identity]) -> Iterator[str]:
    """One line; nothing where no one waits."""
    waiting = sum(one.placement == WAITING for one in found.values())
    if waiting and plan.rule.limit:
        people = "1 person waits" if waiting == 1 else f"{waiting:,} people wait"
        yield (
            f"{people} to be listed: the rule lists at most {plan.rule.limit.new_per_night:,} new people of each "
            "practice in a night. They are not recorded as excluded, and will be on a later list."
        )
