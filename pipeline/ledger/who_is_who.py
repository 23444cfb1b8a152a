"""Who each of a night's records belongs to, by all that is known before anything is decided. Nothing is changed here.

A patient id is a place, and a valid NHS number with a date of birth is a person. So numbers go before places: a record
belongs to whoever has its number, unless the dates of birth differ. Only where the number says nothing does the place
decide, unless whoever stood there is seen elsewhere tonight, or the date of birth speaks against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations

from pipeline.ledger.people import Register
from pipeline.ledger.person import Key, Person
from pipeline.ledger.registration import Outcome
from pipeline.ledger.vocabulary import OPEN
from pipeline.people.one_person import Births, compare_births


@dataclass(frozen=True)
class Finding:
    """Who a record belongs to.

    `people`: whose it is. Several turn out to be one person; if there are none, it is somebody new. `perhaps`: others
    who may be the same person, each with why it is in doubt. `unsettled`: people of whom it is no longer certain that
    they are who they were; `why` says why.
    """

    one: Outcome
    people: tuple[Person, ...]
    perhaps: tuple[tuple[Person, str], ...] = ()
    unsettled: tuple[Person, ...] = ()
    why: str = ""


Index = dict[tuple[str, date | None], list[Person]]  # by practice and date of birth


@dataclass(frozen=True)
class Night:
    """What a night's records say of people by their numbers, before places are looked at.

    `records`: by place. `shown`: the places that show a number with a date of birth. `seen`: the places of each person
    who was found by number; `taken`: whoever was found at a place. `renumbered`: practices where a patient id is
    someone else's now. `unseen`: people not found by number; `strays`: those who may not be at their place either.
    """

    register: Register
    records: dict[Key, Outcome]
    shown: dict[tuple[str | None, date | None], set[Key]] = field(default_factory=lambda: defaultdict(set))
    seen: dict[int, set[Key]] = field(default_factory=lambda: defaultdict(set))
    taken: dict[Key, list[Person]] = field(default_factory=dict)
    renumbered: set[str] = field(default_factory=set)
    unseen: Index = field(default_factory=lambda: defaultdict(list))
    strays: Index = field(default_factory=lambda: defaultdict(list))


def find_out(register: Register, outcomes: Sequence[Outcome]) -> list[Finding]:
    """One finding for each record, in their order."""
    night = Night(register, {one.key: one for one in outcomes})
    for one in outcomes:
        night.shown[one.number, one.date_of_birth].add(one.key)
    for one in outcomes:
        night.taken[one.key] = _certain(night, one, _by_number(night, one))
        for person in night.taken[one.key]:
            night.seen[person.subject].add(one.key)
    _look_for_new_numbering(night)
    return [_settle(night, one) for one in outcomes]


def who_is(register: Register, one: Outcome) -> Finding:
    """Who somebody is of whom nothing but this is known, whatever a night may say of the others."""
    return _settle(Night(register, {one.key: one}), one)


def _by_number(night: Night, one: Outcome) -> list[Person]:
    """Whoever has the number now, if their date of birth is or may be the record's.

    If people of certainly different birth have the number, somebody without any may be either, and so is neither.
    """
    claimants = night.register.claimants(one.number)
    fitting = [each for each in claimants if _fits(night, each, one)]
    if one.births and not are_one(claimants):
        own = night.register.owner(one.key)
        return [each for each in fitting if each.births or each is own]
    return fitting


def _certain(night: Night, one: Outcome, same: list[Person]) -> list[Person]:
    """All of them if they can be one person; otherwise whoever stood there, if that is one of them."""
    owner = night.register.owner(one.key)
    return same if are_one(same) else [each for each in same if each is owner]


def _fits(night: Night, person: Person, one: Outcome) -> bool:
    births = compare_births(person.births, one.births)
    if births in ("same", "unknown"):
        own = night.register.owner(one.key) is person
        return not own or compare_births(person.births_apart_from(one.key), one.births) != "far"
    return _is_corrected(night, person, one)


def _is_corrected(night: Night, person: Person, one: Outcome) -> bool:
    """Number and place agree, so the birth date was put right; unless it is somebody else's, or they are elsewhere."""
    register, place = night.register, person.places.get(one.key)
    if register.owner(one.key) is not person or place is None or place.number != one.number:
        return False
    others = (each for each in register.claimants(one.number) if each is not person)
    is_elsewhere = any(night.shown.get((one.number, born), set()) - {one.key} for born in person.births)
    contradicted = compare_births(person.births_apart_from(one.key), one.births) == "far"
    return not (is_elsewhere or contradicted or any(each.births & one.births for each in others))


def _look_for_new_numbering(night: Night) -> None:
    practices = {practice for practice, _ in night.records}
    for person in night.register.people.values():
        seen = night.seen.get(person.subject, set())
        for key in (key for key in person.places if key[0] in practices and key not in seen):
            stands = key not in person.lost and _may_still_stand(night, person, key)
            if key not in person.lost and key in night.records and not (stands and not _is_taken(night, key)):
                night.renumbered.add(key[0])
            if not seen:
                _enter(night.unseen, key[0], person)
            if not seen and not (stands and not night.taken.get(key)):
                _enter(night.strays, key[0], person)


def _is_taken(night: Night, key: Key) -> bool:
    """Whether somebody who left another place of the practice stands there now."""
    return any(_has_left(night, each, night.records[key]) for each in night.taken.get(key, ()))


def _enter(index: Index, practice: str, person: Person) -> None:
    births: set[date | None] = {*person.births} or {None}
    for born in births:
        index[practice, born].append(person)


def _held(person: Person) -> set[Key]:
    """The places where nobody else was seen since."""
    return person.places.keys() - person.lost


def _may_still_stand(night: Night, person: Person, key: Key) -> bool:
    """Whether the record at a place that was theirs can still be theirs, though the number does not say so."""
    one = night.records.get(key)
    if one is None:
        return False
    is_other = one.number and person.numbers and one.number not in person.numbers
    return not is_other and compare_births(person.births, one.births) != "far"


def _settle(night: Night, one: Outcome) -> Finding:
    owner = night.register.owner(one.key)
    same = _by_number(night, one)
    if same and are_one(same):
        return _of_number(night, one, owner, same)
    if owner and owner in same:
        return Finding(one, (owner,))
    if same:
        return Finding(one, (), tuple((each, "number_shared") for each in same))
    found = _of_place(night, one, owner) if owner else Finding(one, ())
    return replace(found, perhaps=(*found.perhaps, *_alike(night, one, owner, is_new=not found.people)))


def are_one(people: Sequence[Person]) -> bool:
    """Whether no two of these people are certainly, or by a slip, of different birth."""
    pairs = combinations(people, 2)
    return all(compare_births(one.births, other.births) in ("same", "unknown") for one, other in pairs)


def _of_number(night: Night, one: Outcome, owner: Person | None, same: Sequence[Person]) -> Finding:
    """The number says who it is. What of whoever stood there?"""
    whose = tuple(sorted(same, key=lambda each: (each is not owner, is_undecided(each))))
    if owner is None or owner in same:
        return Finding(one, whose)
    births = compare_births(owner.births, one.births)
    elsewhere = night.seen.get(owner.subject, set()) - {one.key}
    if elsewhere:
        if _has_gone(night, owner, elsewhere, one.practice_id) and births == "far":
            return Finding(one, whose)
        return Finding(one, whose, ((owner, "parted"),), (owner, *whose), "parted")
    has_moved = any(_has_left(night, each, one) for each in same)
    if not owner.numbers and births in ("same", "unknown") and not has_moved:
        return Finding(one, (*whose, owner))  # the number comes late: two records are one person
    if not owner.numbers and births == "far" and has_moved:
        return Finding(one, whose)
    return Finding(one, whose, ((owner, "place_taken"),), (owner, *whose), "place_taken")


def _has_left(night: Night, person: Person, one: Outcome) -> bool:
    """Whether the person has gone from another place in this practice to this one, which was not theirs."""
    if one.key in _held(person):
        return False
    seen = night.seen[person.subject]
    before = [key for key in _held(person) - seen if key[0] == one.practice_id]
    return bool(before) and not any(_may_still_stand(night, person, key) for key in before)


def _of_place(night: Night, one: Outcome, owner: Person) -> Finding:
    """The number says nothing, so the place may."""
    births = compare_births(owner.births, one.births)
    elsewhere = night.seen.get(owner.subject, set()) - {one.key}
    if elsewhere:
        return _of_a_place_left(night, one, owner, births, elsewhere)
    if births == "far":
        return Finding(one, (), ((owner, "place_taken"),), (owner,), "place_taken")
    if one.number and owner.numbers:
        return Finding(one, (owner,), (), (owner,), "number_corrected")
    if births == "near":
        return Finding(one, (owner,), (), (owner,), "birth_corrected")
    if births == "unknown" and one.practice_id in night.renumbered:
        return Finding(one, (owner,), (), (owner,), "place_changed")
    return Finding(one, (owner,))


def _of_a_place_left(night: Night, one: Outcome, owner: Person, births: Births, elsewhere: set[Key]) -> Finding:
    """Whoever stood there is seen elsewhere tonight, by number."""
    has_gone = _has_gone(night, owner, elsewhere, one.practice_id)
    if has_gone and births == "far":
        return Finding(one, ())
    if not has_gone and one.number is None and births in ("same", "unknown"):
        return Finding(one, (owner,))  # the record has lost its number
    why = "place_taken" if has_gone else "parted"
    return Finding(one, (), ((owner, why),), (owner,), why)


def _has_gone(night: Night, owner: Person, elsewhere: set[Key], practice: str) -> bool:
    """Whether they have gone from their one place in the practice to another, rather than being at both as before.

    A place where somebody stood who may be them is no new one.
    """
    held = {key for key in _held(owner) if key[0] == practice}
    before = [night.register.owner(key) for key in elsewhere if key[0] == practice]
    if len(held) != 1 or not before or elsewhere & _held(owner):
        return False
    return not any(each and (each in owner.linked or each.numbers & owner.numbers) for each in before)


def _alike(night: Night, one: Outcome, owner: Person | None, is_new: bool) -> tuple[tuple[Person, str], ...]:
    """People of the practice with no number that speaks against it, who may be whoever stands at this place.

    For somebody new they are those who are not at their place tonight; where patient ids have changed, everybody who
    was not seen by number. Without a date of birth only those count who may not be written to.
    """
    is_renumbered = one.practice_id in night.renumbered
    if not is_new and not is_renumbered:
        return ()
    index = night.unseen if is_renumbered else night.strays
    found = index.get((one.practice_id, one.date_of_birth), []) if one.date_of_birth else []
    if not one.number and is_renumbered:
        unknown = index.get((one.practice_id, None), [])
        found = [*found, *(each for each in unknown if not each.is_open)]
    others = (each for each in dict.fromkeys(found) if each is not owner and not (one.number and each.numbers))
    return tuple((each, "place_changed") for each in others)


def is_undecided(person: Person) -> bool:
    return person.state in OPEN or person.may_return
