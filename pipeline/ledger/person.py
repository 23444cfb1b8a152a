"""One person of a study as the ledger knows them: where they were seen, number, birth date, and state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pipeline.ledger.registration import Registration
from pipeline.ledger.vocabulary import OPEN

Key = tuple[str, str]  # a practice and its patient id: a place, not a person


@dataclass(frozen=True)
class Place:
    """The last that a person's record at one place said. `seq`: the row of the ledger that says so."""

    seq: int
    number: str | None
    born: date | None


@dataclass(eq=False)
class Person:
    """A person in one study, during one transaction. `known`: their registrations, the present one last.

    `subjects`: their own number, then those of records that turned out to be theirs. `lost`: places where someone else
    stands now. `linked`: people who may be the same person, and whether a place says so, rather than only a number;
    `in_doubt`: whether there is or was any doubt.
    `sight`: what was last seen of them; `seen_by_run`: by a run, rather than by a night that was stopped.
    `beneath`: their state before they were excluded. `version`: the row of their state, or of a later doubt.
    `work`: the newest row about their work, and its text. `salt`: of the commitments about them.
    """

    subjects: list[int]
    study_code: str
    salt: str = field(default="", repr=False)
    known: list[Registration] = field(default_factory=list)
    places: dict[Key, Place] = field(default_factory=dict)
    lost: set[Key] = field(default_factory=set)
    linked: dict[Person, bool] = field(default_factory=dict, repr=False)
    in_doubt: bool = False
    state: str | None = None
    reason: str | None = None
    detail: str | None = None
    version: int = 0
    beneath: str | None = None
    sight: str | None = None
    seen_by_run: str | None = None
    was_exported: bool = False
    work: tuple[int, str] = (0, "")
    tail: Registration | None = None  # the last one written; after an alias the present one is written again

    @property
    def subject(self) -> int:
        return self.subjects[0]

    @property
    def now(self) -> Registration:
        return self.known[-1]

    @property
    def births(self) -> set[date]:
        """Every date of birth in their records. A place that is someone else's now says nothing about them."""
        held = [one for one in self.known if one.key not in self.lost]
        return {born for one in held or self.known for born in one.births}

    @property
    def numbers(self) -> set[str]:
        """The valid NHS numbers that their records have now. One that was corrected is not among them."""
        return {place.number for place in self.places.values() if place.number}

    @property
    def marked(self) -> list[Registration]:
        """What a mark is made from: their numbers, and the places that are still theirs.

        A place without a number stays theirs whatever is there now, because nothing else says who they were.
        """
        gone = {key for key in self.lost if self.places[key].number}
        return [
            Registration(practice, "" if (practice, patient) in gone else patient, place.number, None)
            for (practice, patient), place in self.places.items()
        ]

    def has_without_birth(self, number: str | None) -> bool:
        """Whether one of their records has this number and no date of birth, so that it may be anyone's."""
        held = (place for key, place in self.places.items() if key not in self.lost)
        return any(place.number == number and place.born is None for place in held)

    def learn(self, one: Registration, seq: int) -> None:
        """A row of the ledger says that they were seen at a place. What it does not say stays as it was."""
        was = self.places.get(one.key, Place(0, None, None))
        self.places[one.key] = Place(seq, one.number or was.number, one.date_of_birth or was.born)

    def adds(self, one: Registration) -> bool:
        """Whether it says anything new about who this is."""
        was = self.places.get(one.key)
        if was is None or one.key in self.lost:
            return True
        says_number, says_born = one.number or was.number, one.date_of_birth or was.born
        return (says_number, says_born) != (was.number, was.born)

    def take_in(self, other: Person) -> None:
        """All that is known of a record that turned out to be this person's."""
        held, others = self.places.keys() - self.lost, other.places.keys() - other.lost
        self.known[:0] = other.known
        self.lost = (self.lost - others) | (other.lost - held)
        for key, place in other.places.items():
            own = self.places.get(key)
            self.places[key] = place if own is None or own.seq < place.seq else own
        self.tail = None
        self.subjects += other.subjects
        self.was_exported |= other.was_exported
        self.work = max(self.work, other.work)
        self.in_doubt |= other.in_doubt

    @property
    def may_return(self) -> bool:
        """A person who lapsed by moving, and was never written to, may be found again at the new practice."""
        return self.state == "lapsed" and self.reason == "moved" and not self.was_exported

    @property
    def is_open(self) -> bool:
        return self.state in OPEN or self.may_return


def link(one: Person, other: Person, by_place: bool) -> None:
    """The two may be one person: what keeps either from a letter keeps the other from one."""
    if one is not other:
        one.linked[other] = other.linked[one] = by_place or one.linked.get(other, False)


def take_state(person: Person, state: str, reason: str | None, detail: str | None, seq: int) -> None:
    """Applies a row that holds a state."""
    person.beneath = person.beneath if state == "excluded" else state
    person.state, person.reason, person.detail, person.version = state, reason, detail, max(seq, person.version)
    person.was_exported |= state == "exported"


def take_sight(person: Person, sight: str, *, by_run: bool) -> None:
    """Applies a row that says what was seen of them."""
    person.sight = sight
    person.seen_by_run = sight if by_run else person.seen_by_run
