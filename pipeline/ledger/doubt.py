"""People who may be one person, in doubt: what keeps either from a letter keeps the other from one.

Doubt is for good, and is a row of the chain. What was decided when someone was taken for someone else, and has not been
sent, is void.
"""

from __future__ import annotations

from datetime import date

from pipeline.ledger.chain import Chain
from pipeline.ledger.person import Person, link
from pipeline.ledger.subjects import find_marks, gravest, move
from pipeline.ledger.vocabulary import DECIDED_BENEATH, IN_DOUBT, MARKS, WHO_CHANGED, WRITTEN_TO
from pipeline.people.mistaken_births import compare_births


def note_doubt(
    chain: Chain, study: str, person: Person, other: Person | None, why: str, day: date, run: int
) -> bool:  # fmt: skip
    """That the two may be one person, or that it is not certain that the person is who they were. False if known."""
    if other is person or (other is not None and other in person.linked):
        return False
    about = other.subject if other else None
    seq = chain.append("doubted", day, study=study, subject=person.subject, about=about, reason=why, run=run)
    for each in filter(None, (person, other)):
        each.in_doubt, each.version = True, seq
    if other:
        link(person, other, by_place=why != "number_shared")
    return True


def annul(chain: Chain, study: str, person: Person, day: date, run: int) -> bool:
    """What was decided about the person and has not been sent no longer holds. Returns whether there was anything."""
    if person.state == "exported":
        move(chain, person, study, "run", "lapsed", day, reason=WHO_CHANGED, run=run)
        return True
    decided = person.beneath if person.state == "excluded" else person.state
    if decided not in DECIDED_BENEATH:
        return False
    excluded = person.reason if person.state == "excluded" else None
    move(chain, person, study, "run", "for_review", day, run=run)
    if excluded:
        move(chain, person, study, "run", "excluded", day, reason=excluded, run=run)
    return True


def find_bar(chain: Chain, study: str, person: Person) -> str | None:
    """Why the person must not be written to: their own mark, or what is certain about someone who may be them."""
    return find_own_bar(chain, study, person) or find_bar_in_doubt(chain, study, person)


def find_own_bar(chain: Chain, study: str, person: Person) -> str | None:
    """By the person's own marks."""
    return gravest(find_marks(chain, study, person.marked))


def find_bar_in_doubt(chain: Chain, study: str, person: Person) -> str | None:
    """By anyone who may be the same person."""
    return gravest({("", name) for each in may_be(person) if (name := _bar_of(chain, study, each))})


def may_be(person: Person) -> list[Person]:
    """Everyone who may be this person, also by way of others.

    Where two share a number with a third, whose birth is unknown, and were certainly born on different days, the third
    may be either, but they are not each other.
    """
    found = dict.fromkeys(person.linked)
    for each in (queue := list(found)):
        for other, by_place in each.linked.items():
            if other not in found and other is not person and (by_place or _may_be_born_alike(person, other)):
                found[other] = None
                queue.append(other)
    return list(found)


def _may_be_born_alike(one: Person, other: Person) -> bool:
    return compare_births(one.births, other.births) != "far"


def _bar_of(chain: Chain, study: str, person: Person) -> str | None:
    own = {("", name) for name in [sent_or_refused(person)] if name}
    return gravest(find_marks(chain, study, person.marked) | own)


def sent_or_refused(person: Person) -> str | None:
    """The mark of whatever happened to the person themselves, by their state."""
    if person.state == "withdrawn":
        return "refused"
    if person.state == "lapsed" and person.detail != IN_DOUBT and person.reason in MARKS.values():
        return next(name for name, reason in MARKS.items() if reason == person.reason)
    if person.was_exported or person.state in WRITTEN_TO:
        return "contacted"
    return "rejected" if person.state == "rejected" else None
