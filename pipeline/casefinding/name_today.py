"""Takes people who may not be named today off the lists of a past index date, and says how many those are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import duckdb

from pipeline.casefinding.other_records import others_of
from pipeline.casefinding.prepare import Prepared
from pipeline.people.own_registration import Identity, patient_records, settle
from pipeline.rules.wording import readable
from pipeline.search.compile import Plan
from pipeline.search.engine import DuckDbEngine
from pipeline.search.named_today import STOPS, criteria_asked, find_stopped
from pipeline.vocabulary import Placement

# What has happened since, where another record of the person stands in the way today.
_ELSEWHERE: dict[Placement, Placement] = {
    "dead_elsewhere": "died_since",
    "perhaps_dead": "died_since",
    "registered_elsewhere": "left_since",
}


def take_off(
    con: duckdb.DuckDBPyConnection, plan: Plan, prepared: Prepared, found: Mapping[int, Identity]
) -> dict[int, Identity]:
    """What was decided about each record found, with those in it who may not be named. Needs the plan's tables."""
    if prepared.named_on is None:
        return dict(found)
    listed = [person for person, one in found.items() if one.placement == "listed"]
    others = others_of(con, prepared.named_on, listed)
    stops = find_stopped(DuckDbEngine(con), plan, prepared.uses, prepared.searched, prepared.named_on, others)
    stops = {**_stopped_elsewhere(con, prepared.named_on, found), **stops}
    return {
        person: replace(one, placement=stops[person]) if one.placement == "listed" and person in stops else one
        for person, one in found.items()
    }


def _stopped_elsewhere(
    con: duckdb.DuckDBPyConnection, day: date, found: Mapping[int, Identity]
) -> dict[int, Placement]:
    """Whose other records say today that they have died, or are another practice's patients."""
    listed = {person for person, one in found.items() if one.placement == "listed"}
    records = patient_records(con, day.toordinal(), sorted(listed))
    settled = settle([record for record in records if record.person_row in listed], records)
    return {person: _ELSEWHERE[one.placement] for person, one in settled.items() if one.placement in _ELSEWHERE}


def say_taken_off(plan: Plan, prepared: Prepared, found: Mapping[int, Identity]) -> Iterator[str]:
    """One line; nothing where everyone found may be named."""
    off = Counter(one.placement for one in found.values() if one.placement in STOPS)
    if off and prepared.named_on:
        asked = ", ".join(map(readable, criteria_asked(plan.rule, prepared.uses)))
        words = {
            "died_since": "died, by this or another record of their NHS number",
            "left_since": "left the practice, or registered elsewhere",
            "refused_since": f"met an exclusion that is always asked of the newest record ({asked})",
        }
        since = "; ".join(f"{off[stop]:,} {words[stop]}" for stop in STOPS if off[stop])
        people = "1 person" if off.total() == 1 else f"{off.total():,} people"
        yield (
            f"{people} found by the rule on {plan.index:%d/%m/%Y} may not be named today, and {_are(off.total())} left "
            f"off the lists. Between then and {prepared.named_on:%d/%m/%Y}: {since}."
        )


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
