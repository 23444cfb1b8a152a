"""Settles who is who before a night decides anything: records are joined, separated and put into doubt in the chain.

`who_is_who` finds out; this writes it down. Everything is in the night's own transaction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.ledger.chain import Chain
from pipeline.ledger.doubt import annul, note_doubt
from pipeline.ledger.evidence import are_one
from pipeline.ledger.people import Register
from pipeline.ledger.person import Key, Person
from pipeline.ledger.registration import Outcome, Registration
from pipeline.ledger.subjects import add_registration, find_marks, gravest, mark, merge, open_subject, vacate
from pipeline.ledger.vocabulary import MARKS
from pipeline.ledger.who_is_who import Finding, find_out
from pipeline.people.mistaken_births import Births, compare_births
from pipeline.people.one_person import Identifier


@dataclass
class Attribution:
    """Who each of the night's records belongs to.

    `by_person`: what the records say about each person. `owners`: the person of each record. `barred`: why, by the
    number or record of those known only by a mark. `changes`: how many of each kind of change, by its name.
    """

    by_person: dict[int, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    owners: dict[Key, int] = field(default_factory=dict)
    barred: dict[Identifier, str] = field(default_factory=dict)
    changes: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Settler:
    """One night's settling, while it is being written."""

    chain: Chain
    study: str
    day: date
    run: int
    register: Register
    done: Attribution = field(default_factory=Attribution)

    def settle(self, outcomes: Sequence[Outcome]) -> Attribution:
        """Those who are known come first: someone new may share a number that they have only tonight."""
        before = {subject: set(person.places) for subject, person in self.register.people.items()}
        found = sorted(find_out(self.register, outcomes), key=_turn)
        owners = [(each.one, person) for each in found if (person := self._apply(each))]
        for one, person in owners:
            self._compare(self.register.now(person), one)
        for one, person in owners:
            subject = self.register.now(person).subject
            self.done.owners[one.key] = subject
            self.done.by_person[subject].append(one)
        for subject, said in self.done.by_person.items():
            self._keep_present(self.register.people[subject], said, before.get(subject, set()))
        return self.done

    def _apply(self, found: Finding) -> Person | None:
        unsettled = [self.register.now(each) for each in found.unsettled]
        annulled = [each for each in unsettled if annul(self.chain, self.study, each, self.day, self.run)]
        self.done.changes["annulled"] += len(annulled)
        self._clear(found)
        person = self._find(found)
        said = [self._doubt(person, self.register.now(other), why) for other, why in found.perhaps if person]
        if not any(said):
            self._doubt_each(found, [each for each in unsettled if not _is_known(each) or each in annulled])
        return person

    def _doubt_each(self, found: Finding, people: Sequence[Person]) -> None:
        for each in people:
            self._doubt(self.register.now(each), None, found.why)

    def _find(self, found: Finding) -> Person | None:
        """The person the record belongs to, with what it says that is new; None if it brings no one in."""
        people = found.people or self._newly_known(found)
        person = self._join(people)
        if person is None:
            return self._come_in(found)
        self._know(person, found.one)
        return person

    def _newly_known(self, found: Finding) -> Sequence[Person]:
        """The people who have the number since tonight, if the record can only be theirs."""
        unlike = {self.register.now(each) for each, _ in found.perhaps}
        relations = [(each, _relation(each, found.one)) for each in self.register.claimants(found.one.number)]
        claimants = [each for each, births in relations if births != "far"]
        may_be = all(births in ("same", "unknown") for _, births in relations if births != "far")
        return claimants if may_be and are_one(claimants) and unlike.isdisjoint(claimants) else ()

    def _clear(self, found: Finding) -> None:
        """A place whose person has certainly gone elsewhere is the next one's, without what was marked there."""
        owner = self.register.owner(found.one.key)
        concerned = [*found.people, *(each for each, _ in found.perhaps)]
        if owner and owner not in map(self.register.now, concerned):
            vacate(self.chain, found.one, self.day, self.run)

    def _join(self, people: Sequence[Person]) -> Person | None:
        """Records that turn out to be one person become one."""
        found = list(dict.fromkeys(map(self.register.now, people)))
        if len(found) < 2:
            return found[0] if found else None
        self.done.changes["joined"] += len(found) - 1
        return merge(self.chain, self.register, self.study, found, self.day, self.run)

    def _know(self, person: Person, one: Outcome) -> None:
        """A number, date of birth or place that arrives later becomes an alias."""
        if person.adds(one):
            add_registration(self.chain, person, one, self.day, is_present=one.key == person.now.key)
            self.register.point(one, person)

    def _come_in(self, found: Finding) -> Person | None:
        """Adds a new person, unless a mark bars them: then only the mark is kept, under any new number too.

        Someone the rule does not find is left out, unless they may be someone who is known.
        """
        one = found.one
        if one.outcome == "not_found" and not found.perhaps:
            return None
        marked = find_marks(self.chain, self.study, [one])
        if marked:
            for study, name in sorted(marked):
                mark(self.chain, study, name, self.day, [one])
            self.done.barred[one.identifier] = MARKS[str(gravest(marked))]
            return None
        person = open_subject(self.chain, self.study, one, "identified", self.day, run=self.run)
        self.register.add(person)
        return person

    def _compare(self, person: Person, one: Outcome) -> None:
        """Anyone else who has or had the number is the same person, or in doubt, or was certainly born otherwise."""
        others = [each for each in self.register.sharers(one.number) if each is not person]
        if not others:
            return
        claimants = self.register.claimants(one.number)
        same = [each for each in claimants if each is not person and _is_same(each, person, are_one(claimants))]
        person = self._join([person, *same]) or person
        for each in others:
            if each not in same and self._is_doubtful(person, each, one.number):
                self._doubt(person, each, "number_shared")

    def _is_doubtful(self, person: Person, other: Person, number: str | None) -> bool:
        """A certainly different birth is no doubt, unless one of them has a record with the number and no birth."""
        births = compare_births(person.births, other.births)
        if births == "far":
            return any(each.has_without_birth(number) for each in (person, other))
        return births != "same" or number not in other.numbers

    def _doubt(self, person: Person, other: Person | None, why: str) -> bool:
        is_new = note_doubt(self.chain, self.study, person, other, why, self.day, self.run)
        self.done.changes[why] += is_new
        return is_new

    def _keep_present(self, person: Person, said: Sequence[Outcome], before: set[Key]) -> None:
        """If their record has another patient id than before, that is where they are now in the practice.

        If that may be another of their records, nobody has reviewed it.
        """
        here = [one for one in said if one.practice_id == person.now.practice_id]
        if not here or person.now.key in {one.key for one in said}:
            return
        one = min(here, key=lambda each: each.key)
        is_the_record = (
            one.key not in before and one.number == person.now.number and bool(one.births & person.now.births)
        )
        self.done.changes["renumbered"] += is_the_record
        if not is_the_record and person.state != "exported":
            self.done.changes["annulled"] += annul(self.chain, self.study, person, self.day, self.run)
            self._doubt(person, None, "place_changed")
        add_registration(self.chain, person, one, self.day)


def _turn(found: Finding) -> tuple[bool, bool]:
    """A record that brings nobody in may still be someone's who comes in tonight."""
    return not found.people, found.one.outcome == "not_found"


def _is_same(one: Person, other: Person, may_be_unknown: bool) -> bool:
    births = compare_births(one.births, other.births)
    return births == "same" or (births == "unknown" and may_be_unknown)


def _is_known(person: Person) -> bool:
    """Whether nothing would be new in saying that it is not certain who this is: their record is not seen either."""
    return person.in_doubt and person.sight == "missing"


def _relation(person: Person, other: Registration | Person) -> Births:
    return compare_births(person.births, other.births)
