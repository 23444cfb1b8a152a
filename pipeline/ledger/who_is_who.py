"""Who each of a night's records belongs to, by all that is known before anything is decided. Nothing is changed here.

A patient id is a place, and a valid NHS number with a date of birth is a person. So numbers go before places: a record
belongs to the person who has its number, unless the dates of birth differ. Only where the number says nothing does the
place decide, unless the person it belonged to is seen elsewhere tonight, or the date of birth speaks against it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.ledger.evidence import Night, are_one, by_number, gather, has_left, held
from pipeline.ledger.people import Register
from pipeline.ledger.person import Key, Person
from pipeline.ledger.registration import Outcome
from pipeline.ledger.vocabulary import OPEN
from pipeline.people.mistaken_births import Births, compare_births


@dataclass(frozen=True)
class Finding:
    """Who a record belongs to.

    `people`: whose it is. Several turn out to be one person; if there are none, it is someone new. `perhaps`: others
    who may be the same person, each with why it is in doubt. `unsettled`: people who are no longer certain to be who
    they were; `why` says why.
    """

    one: Outcome
    people: tuple[Person, ...]
    perhaps: tuple[tuple[Person, str], ...] = ()
    unsettled: tuple[Person, ...] = ()
    why: str = ""


def find_out(register: Register, outcomes: Sequence[Outcome]) -> list[Finding]:
    """One finding for each record, in their order."""
    night = gather(register, outcomes)
    return [_settle(night, one) for one in outcomes]


def who_is(register: Register, one: Outcome) -> Finding:
    """Who someone is when only this is known, whatever a night may say about the others."""
    return _settle(Night(register, {one.key: one}), one)


def _settle(night: Night, one: Outcome) -> Finding:
    owner = night.register.owner(one.key)
    same = by_number(night, one)
    if same and are_one(same):
        return _of_number(night, one, owner, same)
    if owner and owner in same:
        return Finding(one, (owner,))
    if same:
        return Finding(one, (), tuple((each, "number_shared") for each in same))
    found = _of_place(night, one, owner) if owner else Finding(one, ())
    return replace(found, perhaps=(*found.perhaps, *_alike(night, one, owner, is_new=not found.people)))


def _of_number(night: Night, one: Outcome, owner: Person | None, same: Sequence[Person]) -> Finding:
    """The number says who it is. And the person whose place it was?"""
    whose = tuple(sorted(same, key=lambda each: (each is not owner, is_undecided(each))))
    if owner is None or owner in same:
        return Finding(one, whose)
    births = compare_births(owner.births, one.births)
    elsewhere = night.seen.get(owner.subject, set()) - {one.key}
    if elsewhere:
        if _has_gone(night, owner, elsewhere, one.practice_id) and births == "far":
            return Finding(one, whose)
        return Finding(one, whose, ((owner, "separated"),), (owner, *whose), "separated")
    has_moved = any(has_left(night, each, one) for each in same)
    has_lost_birth = births == "unknown" and bool(owner.births)
    if not owner.numbers and births in ("same", "unknown") and not (has_moved or has_lost_birth):
        return Finding(one, (*whose, owner))  # the number comes late: two records are one person
    if not owner.numbers and births == "far" and has_moved:
        return Finding(one, whose)
    return Finding(one, whose, ((owner, "place_taken"),), (owner, *whose), "place_taken")


def _of_place(night: Night, one: Outcome, owner: Person) -> Finding:
    """The number says nothing, so the place may."""
    births = compare_births(owner.births, one.births)
    elsewhere = night.seen.get(owner.subject, set()) - {one.key}
    if elsewhere:
        return _of_a_place_left(night, one, owner, births, elsewhere)
    if births == "far":
        return Finding(one, (), ((owner, "place_taken"),), (owner,), "place_taken")
    if one.number and (owner.numbers or births == "unknown"):
        return Finding(one, (owner,), (), (owner,), "number_corrected")
    if births == "near":
        return Finding(one, (owner,), (), (owner,), "birth_corrected")
    if births == "unknown" and one.practice_id in night.renumbered:
        return Finding(one, (owner,), (), (owner,), "place_changed")
    return Finding(one, (owner,))


def _of_a_place_left(night: Night, one: Outcome, owner: Person, births: Births, elsewhere: set[Key]) -> Finding:
    """The person whose place it was is seen elsewhere tonight, by number."""
    has_gone = _has_gone(night, owner, elsewhere, one.practice_id)
    if has_gone and births == "far":
        return Finding(one, ())
    has_come = any(key[0] == one.practice_id for key in elsewhere - held(owner))
    if not has_come and one.number is None and births in ("same", "unknown"):
        return Finding(one, (owner,))  # the record has lost its number
    why = "place_taken" if has_come else "separated"
    return Finding(one, (), ((owner, why),), (owner,), why)


def _has_gone(night: Night, owner: Person, elsewhere: set[Key], practice: str) -> bool:
    """Whether they have gone from their one place in the practice to another, rather than being at both as before.

    A place may have been theirs all the time if it was that of someone who may be them, or who is nowhere tonight.
    """
    places = {key for key in held(owner) if key[0] == practice}
    new = [key for key in elsewhere if key[0] == practice]
    if len(places) != 1 or not new or elsewhere & held(owner):
        return False
    before = [night.register.owner(key) for key in new]
    has_their_birth = all(night.records[key].births & owner.births for key in new)
    return has_their_birth and all(each is None or _is_other(night, owner, each, practice) for each in before)


def _is_other(night: Night, person: Person, other: Person, practice: str) -> bool:
    """Whether two are certainly not one: the other is elsewhere in the practice too, or was born on another day."""
    if other in person.linked or other.numbers & person.numbers:
        return False
    if not other.numbers:
        return compare_births(person.births, other.births) == "far"
    return any(key[0] == practice for key in night.seen.get(other.subject, ()))


def _alike(night: Night, one: Outcome, owner: Person | None, is_new: bool) -> tuple[tuple[Person, str], ...]:
    """People of the practice with no number that speaks against it, who may be the person at this place.

    For someone new they are those who are not at their place tonight; where patient ids have changed, everyone who
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
