"""Who of those found on a past index date must not be named today. The same for SQL is `search/named_today`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice

from pipeline.people.other_records import NO_OTHERS, Others
from pipeline.rules.model import Rule
from pipeline.rules.refusals import asked_today
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.in_memory.elsewhere import Elsewhere, read_everyone
from pipeline.search.in_memory.find import READINGS, Codes, Look, codes_by_criterion, find, rule_bits
from pipeline.search.in_memory.population import population_bits
from pipeline.search.in_memory.record import Person, Tables, read_people
from pipeline.search.input_tables import CodeUse
from pipeline.vocabulary import Placement


@dataclass(frozen=True)
class Days:
    """The index date, and the newest day that the extract knows."""

    index: date
    today: date


def find_stopped(
    rule: Rule,
    days: Days,
    tables: Tables,
    uses: Iterable[CodeUse],
    practices: Iterable[str],
    by_hand: ByHand = NOBODY,
    others: Others = NO_OTHERS,
) -> dict[int, Placement]:
    """Why each of those found must not be named, by `person_row`. `others`: their other records, where a no counts."""
    kept, searched = list(uses), list(practices)
    codes = codes_by_criterion(kept)
    found = find(rule, days.index, tables, kept, searched, by_hand)
    people = [person for person in read_people(tables, searched) if found[person.person_row].listed]
    records = read_everyone(tables)
    stopped = (
        (
            one.person_row,
            _stopped(rule, days, one, codes, by_hand, [records[row] for row in others.get(one.person_row, ())]),
        )
        for one in people
    )
    return {person: reason for person, reason in stopped if reason}


def _stopped(
    rule: Rule,
    days: Days,
    person: Person,
    codes: Mapping[int, Codes],
    by_hand: ByHand,
    others: Collection[Person],
) -> Placement | None:
    """Death first, then departure, then what the rule makes of them with the newest answers to what it asks again."""
    _, alive, registered = islice(population_bits(rule.population, person, days.today), 3)
    if not alive:
        return "died_since"
    if not registered:
        return "left_since"
    then, now = (Look(rule, day, person, codes) for day in (days.index, days.today))
    roles = {name: {use.role for use in codes.get(number, {}).values()} for number, name in enumerate(rule.criteria, 1)}
    again = asked_today(rule, roles)
    elsewhere = Elsewhere(rule, days.today, others, codes)
    truth = {
        (name, reading): (now if name in again else then).holds(name, reading)
        or (name in again and reading == "against" and elsewhere.against(name))
        for name in rule.criteria
        for reading in READINGS
    }
    nominated = person.person_row in (by_hand.nominated or ())
    return None if all(rule_bits(rule, truth, then.work().state, nominated)) else "refused_since"
