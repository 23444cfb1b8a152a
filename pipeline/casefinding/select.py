"""The middle of a search, and all that tuning needs: run the rule, settle who is one person, and count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from pipeline.casefinding.name_today import take_off
from pipeline.casefinding.other_records import keep_off
from pipeline.casefinding.prepare import Prepared
from pipeline.casefinding.waiting import hold_back
from pipeline.people.own_registration import Identity, patient_records, settle
from pipeline.rules.model import Rule
from pipeline.search.attrition import Count, count_attrition
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.compile import Plan
from pipeline.search.engine import DuckDbEngine
from pipeline.search.run import excluded_people, found_people, search
from pipeline.vocabulary import IN_EARLIER_LIST


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The people a rule finds.

    `identities`: by `person_row`, of everyone who went through every stage. `others`: of the excluded, and of the
    watched who did not. The steps' tables stay in the connection.
    """

    plan: Plan
    identities: Mapping[int, Identity]
    others: Mapping[int, Identity]
    attrition: Sequence[Count]

    @property
    def listed(self) -> frozenset[int]:
        """Who is listed, by `person_row`."""
        return frozenset(person for person, one in self.identities.items() if one.placement == "listed")


def select(
    con: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    rule: Rule,
    *,
    by_hand: ByHand = NOBODY,
    watched: Iterable[int] = (),
    left_out: Collection[int] = (),
    known: Collection[int] | None = None,
) -> Selection:
    """Run a rule over a prepared extract. `watched`: records to decide on even if the rule does not find them.

    `left_out`: the records of people on an earlier list. `known`: those that a limit does not hold back; None asks
    for everyone, whatever limit the rule has.
    """
    engine = DuckDbEngine(con)
    plan = search(engine, rule, prepared.index, prepared.uses, prepared.searched, by_hand)
    identities, others = _settle(con, plan, prepared, watched)
    identities, others = _leave_out(identities, left_out), _leave_out(others, left_out)
    identities = take_off(con, plan, prepared, identities)
    identities = identities if known is None else hold_back(con, plan, identities, known)
    placements = {person: one.placement for person, one in identities.items()}
    attrition = count_attrition(engine, plan, placements, prepared.named_on)
    return Selection(plan=plan, identities=identities, others=others, attrition=attrition)


def _leave_out(identities: Mapping[int, Identity], left_out: Collection[int]) -> dict[int, Identity]:
    """The same, with those who would be listed and are on an earlier list."""
    return {
        person: replace(one, placement=IN_EARLIER_LIST) if one.placement == "listed" and person in left_out else one
        for person, one in identities.items()
    }


def _settle(
    con: duckdb.DuckDBPyConnection, plan: Plan, prepared: Prepared, watched: Iterable[int]
) -> tuple[dict[int, Identity], dict[int, Identity]]:
    """For everyone found, then for the others: does this record count, and does another keep its person off?"""
    engine = DuckDbEngine(con)
    people = set(found_people(engine, plan))
    others = {*watched, *excluded_people(engine, plan)} - people
    records = patient_records(con, plan.index.toordinal(), [*people, *others])
    settled = settle([record for record in records if record.person_row in people | others], records)
    settled = keep_off(con, plan, prepared.uses, settled, records)
    return (
        {person: one for person, one in settled.items() if person in people},
        {person: one for person, one in settled.items() if person in others},
    )
