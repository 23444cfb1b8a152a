"""Who is in the ledger's other studies too, so that a list can say so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.ledger.counts import list_studies
from pipeline.ledger.open import Ledger
from pipeline.ledger.people import Register, load_register
from pipeline.ledger.person import Person
from pipeline.ledger.registration import Registration
from pipeline.ledger.vocabulary import WRITTEN_TO
from pipeline.people.mistaken_births import compare_births

_SAYINGS = {
    "for_review": "Also on the list of the study",
    "later": "Also on the list of the study",
    "approved": "Also approved for a letter from the study",
    **dict.fromkeys(WRITTEN_TO, "A letter has been made or sent for the study"),
}


@dataclass(frozen=True)
class OtherStudies:
    """The people of every other study, by its name."""

    registers: Mapping[str, Register] = field(repr=False)

    def say(self, one: Registration) -> Mapping[str, str]:
        """By study, in words: whether this person is on its list, approved, or written to."""
        return {study: said for study, register in self.registers.items() if (said := _say(register, one, study))}


def load_other_studies(ledger: Ledger, study: str, over: Collection[str], today: date) -> OtherStudies:
    """`over`: the studies that have ended.

    What tonight's runs did does not count: the lists of a night are the same in whatever order studies are searched,
    and whether or not the night was killed and begun again.
    """
    names = [name for name in list_studies(ledger) if name != study and name not in over]
    return OtherStudies({name: load_register(ledger.con, name, before=today) for name in names})


def _say(register: Register, one: Registration, study: str) -> str:
    found = [_SAYINGS[person.state] for person in _same(register, one) if person.state in _SAYINGS]
    return f"{found[-1]} {study}" if found else ""


def _same(register: Register, one: Registration) -> Iterator[Person]:
    """The people with the number and a birth that may be theirs. Without any, the person last seen at this place."""
    sharers = [each for each in register.sharers(one.number) if compare_births(each.births, one.births) != "far"]
    owner = register.owner(one.key)
    yield from sharers or ([owner] if owner and not (one.number and owner.numbers - {one.number}) else [])
