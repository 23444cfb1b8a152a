"""What one night's records mean for each person's state, once `settle_people` has said whose each record is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.ledger.chain import Chain
from pipeline.ledger.doubt import annul, find_bar_in_doubt, find_own_bar, note_doubt
from pipeline.ledger.person import Person, take_sight
from pipeline.ledger.registration import Outcome
from pipeline.ledger.subjects import add_registration, find_marks, mark, move
from pipeline.ledger.vocabulary import ALL, BEFORE_POSTING, DECIDED_BENEATH, IN_DOUBT, MARKS, WATCHED
from pipeline.ledger.work import note_work
from pipeline.vocabulary import REGISTERED_ELSEWHERE

_SIGHTS = {"for_review": "found", "not_found": "not_found", "excluded": "excluded"}


@dataclass(frozen=True)
class Recorder:
    """One night of one study, while it is being written."""

    chain: Chain
    study: str
    day: date
    number: int
    fingerprint: str

    def note_bars(self, person: Person, said: Sequence[Outcome]) -> None:
        """A death holds in every study, a recorded refusal in this one. Marks are extended to each new alias."""
        for each in said:
            if each.outcome == "lapsed" and each.reason in ("died", "refused"):
                mark(self.chain, ALL if each.reason == "died" else self.study, each.reason, self.day, person.marked)
        for study, name in sorted(find_marks(self.chain, self.study, person.marked)):
            mark(self.chain, study, name, self.day, person.marked)

    def take(self, person: Person, said: Sequence[Outcome], keeps_off: str | None = None) -> bool:
        """Applies tonight's records of one person. Returns whether they say anything about where the person is.

        `keeps_off`: why someone who may be the same person is excluded tonight.
        """
        self._keep_off(person)
        telling = [each for each in said if _is_telling(each, person)]
        if not telling:
            return False
        one = min(telling, key=lambda each: (_weight(each), each.key != person.now.key, each.key))
        if one.outcome != "lapsed":
            self._settle_in(person, one)
        if one.outcome == "for_review" and keeps_off:
            one = replace(one, outcome="excluded", reason=keeps_off)
        if one.outcome == "for_review" and one.work and (person.state in WATCHED or person.may_return):
            note_work(self.chain, self.study, person, one.work, self.fingerprint, self.day, self.number)
        self._follow(person, one)
        self._see(person, _SIGHTS.get(one.outcome, str(one.reason)))
        return True

    def miss(self, person: Person) -> None:
        """The run does not mention the person, though their practice was searched."""
        self._keep_off(person)
        self._see(person, "missing")

    def _keep_off(self, person: Person) -> None:
        """A no to one study may hold in all."""
        if barred := find_own_bar(self.chain, self.study, person):
            self._leave(person, MARKS[barred])
        elif barred := find_bar_in_doubt(self.chain, self.study, person):
            self._leave(person, MARKS[barred], IN_DOUBT)

    def _settle_in(self, person: Person, one: Outcome) -> None:
        """At a new practice, the old practice's decision no longer counts: the new one reviews its own patients.

        Nor does a decision about another record that the person has in the same practice.
        """
        if person.now.practice_id != one.practice_id and person.state != "identified":
            self._leave(person, "moved")
        elif person.now.key != one.key and person.state != "exported":
            annul(self.chain, self.study, person, self.day, self.number)
            note_doubt(self.chain, self.study, person, None, "place_changed", self.day, self.number)
        if person.now.key != one.key:
            add_registration(self.chain, person, one, self.day)

    def _follow(self, person: Person, one: Outcome) -> None:
        if one.outcome == "lapsed":
            self._leave(person, str(one.reason))
        elif one.outcome == "excluded":
            self._exclude(person, one.reason)
        elif one.outcome == "for_review":
            self._include(person)

    def _leave(self, person: Person, reason: str, detail: str | None = None) -> None:
        if person.state in BEFORE_POSTING:
            self._move(person, "lapsed", reason, detail)

    def _exclude(self, person: Person, reason: str | None) -> None:
        if person.is_open and (person.state, person.reason) != ("excluded", reason):
            self._move(person, "excluded", reason)

    def _include(self, person: Person) -> None:
        if person.state == "excluded":
            decided = person.beneath in DECIDED_BENEATH
            self._move(person, str(person.beneath) if decided else "for_review")
        elif person.state in ("identified", "nominated") or person.may_return:
            self._move(person, "for_review")

    def _move(self, person: Person, state: str, reason: str | None = None, detail: str | None = None) -> None:
        move(self.chain, person, self.study, "run", state, self.day, reason=reason, detail=detail, run=self.number)

    def _see(self, person: Person, sight: str) -> None:
        """Recorded when it changes, while the person may still get a letter."""
        if person.state in WATCHED and not person.sight == person.seen_by_run == sight:
            self.chain.append(
                "sight", self.day, study=self.study, subject=person.subject, reason=sight, run=self.number
            )
            take_sight(person, sight, by_run=True)


def exclusion(said: Sequence[Outcome]) -> str | None:
    """Why the rule keeps the person of these records off tonight, if it does. Being listed elsewhere is no reason."""
    reasons = (one.reason for one in said if one.outcome == "excluded" and one.reason != REGISTERED_ELSEWHERE)
    return min(filter(None, reasons), default=None)


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
