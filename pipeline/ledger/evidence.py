"""What a night's records say about who people are, by number and by place, before anything is concluded from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations

from pipeline.ledger.people import Register
from pipeline.ledger.person import Key, Person
from pipeline.ledger.registration import Outcome
from pipeline.people.mistaken_births import compare_births

Index = dict[tuple[str, date | None], list[Person]]  # by practice and date of birth


@dataclass(frozen=True)
class Night:
    """What a night's records say about people by their numbers, before places are looked at.

    `records`: by place. `shown`: the places that show a number with a date of birth. `seen`: the places of each person
    who was found by number; `taken`: the people found at a place. `renumbered`: practices where a patient id is
    someone else's now. `unseen`: people not found by number in their practice; `strays`: those who may not be at
    their place in it either.
    """

    register: Register
    records: dict[Key, Outcome]
    shown: dict[tuple[str | None, date | None], set[Key]] = field(default_factory=lambda: defaultdict(set))
    seen: dict[int, set[Key]] = field(default_factory=lambda: defaultdict(set))
    taken: dict[Key, list[Person]] = field(default_factory=dict)
    renumbered: set[str] = field(default_factory=set)
    unseen: Index = field(default_factory=lambda: defaultdict(list))
    strays: Index = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def practices(self) -> frozenset[str]:
        """Those that have records tonight."""
        return frozenset(practice for practice, _ in self.records)


def gather(register: Register, outcomes: Sequence[Outcome]) -> Night:
    """All that tonight's records say together."""
    night = Night(register, {one.key: one for one in outcomes})
    for one in outcomes:
        night.shown[one.number, one.date_of_birth].add(one.key)
    for one in outcomes:
        night.taken[one.key] = _certain(night, one, by_number(night, one))
        for person in night.taken[one.key]:
            night.seen[person.subject].add(one.key)
    _look_for_new_numbering(night)
    return night


def by_number(night: Night, one: Outcome) -> list[Person]:
    """The people who have the number now, if their date of birth is or may be the record's.

    If people of certainly different birth have the number, someone without any may be either, and so is neither.
    """
    claimants = night.register.claimants(one.number)
    fitting = [each for each in claimants if _fits(night, each, one)]
    if one.births and not are_one(claimants):
        own = night.register.owner(one.key)
        return [each for each in fitting if each.births or each is own]
    return fitting


def _certain(night: Night, one: Outcome, same: list[Person]) -> list[Person]:
    """All of them if they can be one person; otherwise the person whose place it was, if that is one of them."""
    owner = night.register.owner(one.key)
    return same if are_one(same) else [each for each in same if each is owner]


def _fits(night: Night, person: Person, one: Outcome) -> bool:
    births = compare_births(person.births, one.births)
    if births in ("same", "unknown"):
        own = night.register.owner(one.key) is person
        return not own or compare_births(_births_elsewhere(night, person, one.key), one.births) != "far"
    return _is_corrected(night, person, one)


def _is_corrected(night: Night, person: Person, one: Outcome) -> bool:
    """Number and place agree, so the birth date was put right; unless it is someone else's, or they are elsewhere."""
    register, place = night.register, person.places.get(one.key)
    if register.owner(one.key) is not person or place is None or place.number != one.number:
        return False
    others = (each for each in register.claimants(one.number) if each is not person)
    is_elsewhere = any(night.shown.get((one.number, born), set()) - {one.key} for born in person.births)
    contradicted = compare_births(_births_elsewhere(night, person, one.key), one.births) == "far"
    return not (is_elsewhere or contradicted or any(each.births & one.births for each in others))


def _births_elsewhere(night: Night, person: Person, key: Key) -> set[date]:
    """The dates of birth in their other records, as far as those are there tonight or were not asked for."""
    others = (each for each in held(person) - {key} if each in night.records or each[0] not in night.practices)
    return {born for each in others if (born := person.places[each].born)}


def _look_for_new_numbering(night: Night) -> None:
    for person in night.register.people.values():
        seen = night.seen.get(person.subject, set())
        for key in (key for key in person.places if key[0] in night.practices and key not in seen):
            stands = key not in person.lost and _may_still_stand(night, person, key)
            if key not in person.lost and key in night.records and not (stands and not _is_taken(night, key)):
                night.renumbered.add(key[0])
            is_here = any(practice == key[0] for practice, _ in seen)
            if not is_here:
                _enter(night.unseen, key[0], person)
            if not is_here and not (stands and _is_confirmed(night, person, key)):
                _enter(night.strays, key[0], person)


def _is_confirmed(night: Night, person: Person, key: Key) -> bool:
    """Whether the record at a place has their date of birth, and nobody else was found there by number."""
    return not night.taken.get(key) and compare_births(person.births, night.records[key].births) == "same"


def _is_taken(night: Night, key: Key) -> bool:
    """Whether someone who left another place in the practice is there now."""
    return any(has_left(night, each, night.records[key]) for each in night.taken.get(key, ()))


def _enter(index: Index, practice: str, person: Person) -> None:
    births: set[date | None] = {*person.births} or {None}
    for born in births:
        index[practice, born].append(person)


def held(person: Person) -> set[Key]:
    """The places where nobody else was seen since."""
    return person.places.keys() - person.lost


def _may_still_stand(night: Night, person: Person, key: Key) -> bool:
    """Whether the record at a place that was theirs can still be theirs, though the number does not say so."""
    one = night.records.get(key)
    if one is None:
        return False
    is_other = one.number and person.numbers and one.number not in person.numbers
    return not is_other and compare_births(person.births, one.births) != "far"


def has_left(night: Night, person: Person, one: Outcome) -> bool:
    """Whether the person has gone from another place in this practice to this one, which was not theirs."""
    if one.key in held(person):
        return False
    seen = night.seen[person.subject]
    before = [key for key in held(person) - seen if key[0] == one.practice_id]
    return bool(before) and not any(_may_still_stand(night, person, key) for key in before)


def are_one(people: Sequence[Person]) -> bool:
    """Whether no two of these people are certainly, or by a slip, of different birth."""
    pairs = combinations(people, 2)
    return all(compare_births(one.births, other.births) in ("same", "unknown") for one, other in pairs)
