"""What one night's records mean for each person: who each record belongs to, and everyone's new state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.ledger.chain import Chain
from pipeline.ledger.people import Person, Register, may_be_merged
from pipeline.ledger.registration import Outcome
from pipeline.ledger.subjects import add_registration, find_marks, gravest, mark, merge, move, open_subject
from pipeline.ledger.vocabulary import ALL, BEFORE_POSTING, DECIDED_BENEATH, MARKS, OPEN, WATCHED
from pipeline.people.one_person import Identifier
from pipeline.vocabulary import REGISTERED_ELSEWHERE

_SIGHTS = {"for_review": "found", "not_found": "not_found", "excluded": "excluded"}


@dataclass
class Attribution:
    """Who each of the night's records belongs to.

    `by_person`: what the records say about each person. `owners`: the person of each record. `barred`: why, by the
    number or record of those known only by a mark.
    """

    by_person: dict[int, list[Outcome]] = field(default_factory=lambda: defaultdict(list))
    owners: dict[tuple[str, str], int] = field(default_factory=dict)
    barred: dict[Identifier, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorder:
    """One night of one study, while it is being written."""

    chain: Chain
    study: str
    day: date
    number: int
    register: Register

    def settle(self, outcomes: Sequence[Outcome]) -> Attribution:
        """Finds who each record belongs to. New people are added; records of one person are merged."""
        attributed = Attribution()
        owners = [(one, self._find(one) or self._come_in(one, attributed)) for one in outcomes]
        now = {subject: person.subject for person in self.register.people.values() for subject in person.subjects}
        for one, person in owners:
            if person:  # who may since have been merged into another
                attributed.owners[one.key] = now[person.subject]
                attributed.by_person[now[person.subject]].append(one)
        return attributed

    def _find(self, one: Outcome) -> Person | None:
        found = sorted(self.register.match(one), key=lambda person: (not _has(person, one), _is_undecided(person)))
        same: list[Person] = []
        for person in found:
            if all(may_be_merged(person, other) for other in same):
                same.append(person)
        if not same:
            return None
        first = same[0] if len(same) == 1 else merge(self.chain, self.register, self.study, same, self.day, self.number)
        self._know(first, one)
        return first

    def _know(self, person: Person, one: Outcome) -> None:
        """A number, date of birth or record that arrives later becomes an alias."""
        if person.adds(one):
            add_registration(self.chain, person, one, self.day, is_present=one.key == person.now.key)
            self.register.point(one, person.subject)

    def _come_in(self, one: Outcome, attributed: Attribution) -> Person | None:
        """Adds a new person, unless a mark bars them: then only the mark is kept, under any new number too."""
        if one.outcome == "not_found":
            return None
        found = find_marks(self.chain, self.study, [one])
        if found:
            self._mark_all(found, [one])
            attributed.barred[one.identifier] = MARKS[str(gravest(found))]
            return None
        person = open_subject(self.chain, self.study, one, "identified", self.day, run=self.number)
        self.register.add(person)
        return person

    def _mark_all(self, found: Iterable[tuple[str, str]], known: Sequence[Outcome]) -> None:
        for study, name in sorted(found):
            mark(self.chain, study, name, self.day, known)

    def take(self, person: Person, said: Sequence[Outcome]) -> bool:
        """Applies tonight's records of one person. Returns whether they say anything about where the person is."""
        barred = self._bar(person, said)
        if barred:
            self._leave(person, barred)
        telling = [each for each in said if _is_telling(each, person)]
        if not telling:
            return False
        one = min(telling, key=lambda each: (_weight(each), each.key != person.now.key, each.key))
        if one.outcome != "lapsed":
            self._settle_in(person, one)
        self._follow(person, one)
        self._see(person, _SIGHTS.get(one.outcome, str(one.reason)))
        return True

    def _bar(self, person: Person, said: Sequence[Outcome]) -> str | None:
        """A death holds in every study, a recorded refusal in this one. Marks are extended to each new alias."""
        for each in said:
            if each.outcome == "lapsed" and each.reason in ("died", "refused"):
                mark(self.chain, ALL if each.reason == "died" else self.study, each.reason, self.day, person.known)
        found = find_marks(self.chain, self.study, person.known)
        for study, name in sorted(found):
            mark(self.chain, study, name, self.day, person.known)
        name_or_none = gravest(found)
        return MARKS[name_or_none] if name_or_none else None

    def _settle_in(self, person: Person, one: Outcome) -> None:
        """At a new practice, the old practice's decision no longer counts: the new one reviews its own patients."""
        if person.now.practice_id != one.practice_id and person.state != "identified":
            self._leave(person, "moved")
        if person.now.key != one.key:
            add_registration(self.chain, person, one, self.day)

    def _follow(self, person: Person, one: Outcome) -> None:
        if one.outcome == "lapsed":
            self._leave(person, str(one.reason))
        elif one.outcome == "excluded":
            self._exclude(person, one.reason)
        elif one.outcome == "for_review":
            self._include(person)

    def _leave(self, person: Person, reason: str) -> None:
        if person.state in BEFORE_POSTING:
            self._move(person, "lapsed", reason)

    def _exclude(self, person: Person, reason: str | None) -> None:
        if person.is_open and (person.state, person.reason) != ("excluded", reason):
            self._move(person, "excluded", reason)

    def _include(self, person: Person) -> None:
        if person.state == "excluded":
            decided = person.beneath in DECIDED_BENEATH
            self._move(person, str(person.beneath) if decided else "for_review")
        elif person.state in ("identified", "nominated") or person.may_return:
            self._move(person, "for_review")

    def _move(self, person: Person, state: str, reason: str | None = None) -> None:
        move(self.chain, person, self.study, "run", state, self.day, reason=reason, run=self.number)

    def _see(self, person: Person, sight: str) -> None:
        """Recorded when it changes, while the person may still get a letter."""
        if person.state in WATCHED and person.sight != sight:
            self.chain.append(
                "sight", self.day, study=self.study, subject=person.subject, reason=sight, run=self.number
            )
            person.sight = sight

    def miss(self, person: Person) -> None:
        """The run does not mention the person, though their practice was searched."""
        self._see(person, "missing")


def _has(person: Person, one: Outcome) -> bool:
    return any(known.key == one.key for known in person.known)


def _is_undecided(person: Person) -> bool:
    return person.state in OPEN or person.may_return


def _is_telling(one: Outcome, person: Person) -> bool:
    """Whether it says where the person is now. A record other than the present one says so only if they are found."""
    if person.state == "identified" and one.outcome == "not_found":
        return False
    if one.outcome == "for_review" or (one.outcome == "excluded" and one.reason != REGISTERED_ELSEWHERE):
        return True
    return person.state == "identified" or one.key == person.now.key or one.reason in ("died", "refused")


def _weight(one: Outcome) -> int:
    """Which of a person's records decides: the lowest. Death first, then whatever speaks against a letter."""
    if one.outcome == "lapsed":
        return {"died": 0, "refused": 1, "moved": 6}[str(one.reason)]
    if one.outcome == "excluded":
        return 5 if one.reason == REGISTERED_ELSEWHERE else 2
    return 3 if one.outcome == "for_review" else 4
