"""Who left the list in a run, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.ledger.people import Register
from pipeline.ledger.person import Person


@dataclass(frozen=True)
class Dropped:
    """A person who was for review. `why`: their state now; `not_found` or `missing` if still listed; or `merged`.

    `practice_id`: where they were listed.
    """

    study_code: str = field(repr=False)
    practice_id: str
    why: str
    reason: str | None


@dataclass(frozen=True)
class Before:
    """A person's state before the run, and what the last run saw."""

    practice_id: str
    state: str | None
    sight: str | None

    @classmethod
    def of(cls, person: Person) -> Before:
        return cls(person.now.practice_id, person.state, person.seen_by_run)


def stood(register: Register) -> dict[str, Before]:
    """Everyone's state by study code, taken before a run changes it."""
    return {person.study_code: Before.of(person) for person in register.people.values()}


def find_dropped(before: Mapping[str, Before], register: Register) -> tuple[Dropped, ...]:
    """The people who were for review and no longer are, or are no longer found."""
    after = {person.study_code: person for person in register.people.values()}
    dropped = []
    for code, was in before.items():
        person = after.get(code)
        if was.state != "for_review":
            continue
        if person is None:
            dropped.append(Dropped(code, was.practice_id, "merged", None))
        elif person.state != "for_review":
            dropped.append(Dropped(code, was.practice_id, str(person.state), person.reason))
        elif person.now.practice_id != was.practice_id:  # for review again, but at the practice they moved to
            dropped.append(Dropped(code, was.practice_id, "lapsed", "moved"))
        elif was.sight == "found" and person.sight != "found":
            dropped.append(Dropped(code, was.practice_id, str(person.sight), None))
    return tuple(dropped)
