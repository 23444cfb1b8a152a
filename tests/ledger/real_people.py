"""People as they really are, and their records as practices keep them: with slips, corrections and new patient ids.

The referee of `test_real_people`: it knows who stands behind each record, which the ledger is never told. A record says
something wrong only in ways that leave a trace, because without one nobody could tell: somebody who is known nowhere by
their own number does not get a second record, and a record changes in one way between two nights.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date

from pipeline.ledger.registration import Outcome, Registration

PRACTICES = ("A81001", "B82002")
# Valid NHS numbers of the range that is never issued.
NUMBERS = ("9990000018", "9990000026", "9990000034", "9990000042", "9990000050")
TWINS = date(1970, 3, 1)
BIRTHS = (TWINS, TWINS, date(1981, 5, 27), date(1965, 12, 8), date(1965, 8, 12))  # the last two differ by a slip
FAR = date(1949, 10, 30)
Key = tuple[str, str]


@dataclass(eq=False)
class Human:
    """Somebody. `letters`: how many were posted to them."""

    number: str
    born: date
    letters: int = 0
    died: bool = False
    records: list[Record] = field(default_factory=list)


@dataclass(eq=False)
class Record:
    """One practice's record of somebody, and what it says of who they are.

    `is_changed`: since it was last delivered. `was_right`: it was delivered with their own number. `no`: by this record
    it is known that they died or said no.
    """

    human: Human
    practice: str
    patient: str
    number: str | None
    born: date | None
    is_changed: bool = True
    was_right: bool = False
    is_gone: bool = False
    has_moved: bool = False
    no: bool = False
    number_before: str | None = None  # when it was last delivered
    is_known: bool = False  # to the ledger

    @property
    def key(self) -> Key:
        return self.practice, self.patient

    @property
    def is_right(self) -> bool:
        return self.number == self.human.number and self.born == self.human.born

    @property
    def shows_another(self) -> bool:
        return self.number not in (None, self.human.number)

    @property
    def registration(self) -> Registration:
        return Registration(self.practice, self.patient, self.number, self.born)


@dataclass
class World:
    """Everybody, and what was last delivered: the record behind each place."""

    humans: list[Human] = field(default_factory=lambda: [Human(*each) for each in zip(NUMBERS, BIRTHS, strict=True)])
    delivered: dict[Key, Record] = field(default_factory=dict)
    ids: int = 0

    def records(self, practices: Collection[str] = PRACTICES) -> list[Record]:
        every = (record for human in self.humans for record in human.records)
        return [record for record in every if not record.is_gone and record.practice in practices]

    def new_id(self) -> str:
        self.ids += 1
        return str(self.ids)

    def may_have_another(self, human: Human) -> bool:
        """Whether their own number is known of every record they have, and nobody else's record shows it."""
        return not self._is_shown(human) and all(record.was_right for record in human.records)

    def _is_shown(self, human: Human) -> bool:
        others = [each for other in self.humans if other is not human for each in other.records]
        shown = (
            human.number in (each.number, each.number_before) for each in others if not each.is_gone or each.is_changed
        )
        return any(shown)

    def _is_news(self, record: Record) -> bool:
        """Whether the record would no longer show somebody in the night in which their own is first heard of.

        That looks just as if the record had another id.
        """
        shown = {record.number, record.number_before}
        others = [each for other in self.humans if other.number in shown for each in other.records]
        is_first = any(each.is_changed and not each.is_known for each in others)
        return is_first or (not record.is_known and self._is_shown(record.human))

    def open_record(self, human: Human, practice: str, mistake: str) -> None:
        """Their first may say anything. Another must say at least who they are."""
        if human.records and not (self.may_have_another(human) and mistake in ("", "slip", "no birth date")):
            return
        record = Record(human, practice, self.new_id(), human.number, human.born)
        human.records.append(record)
        MISTAKES[mistake](self, record)

    def mistake(self, record: Record, what: str) -> None:
        if record.is_right and not record.is_changed:
            MISTAKES[what](self, record)
            record.is_changed = True

    def correct(self, record: Record) -> None:
        if not record.is_changed and not record.is_right and not self._is_news(record):
            record.number, record.born = record.human.number, record.human.born
            record.is_changed = True

    def remove(self, record: Record) -> None:
        if not record.is_changed and not self._is_news(record):
            record.is_gone = record.is_changed = True

    def renumber(self, practice: str, how: str) -> None:
        """Every id passes to a neighbour, or all are new."""
        if any(record.is_changed for human in self.humans for record in human.records if record.practice == practice):
            return
        records = self.records((practice,))
        ids = [record.patient for record in records]
        after = {"up": [*ids[1:], self.new_id()], "round": [*ids[1:], *ids[:1]], "new": [self.new_id() for _ in ids]}
        for record, patient in zip(records, after[how], strict=False):
            record.patient, record.is_changed = patient, True

    def deliver(self, practices: Collection[str], outcomes: Callable[[], str]) -> Iterator[Outcome]:
        """What a night says of every record of these practices."""
        for key in [key for key in self.delivered if key[0] in practices]:
            del self.delivered[key]
        for record in [record for human in self.humans for record in human.records if record.practice in practices]:
            record.is_changed = False
        for record in self.records(practices):
            self.delivered[record.key], record.number_before = record, record.number
            outcome, reason = self._said(record, outcomes())
            record.is_known |= outcome != "not_found"
            record.was_right |= record.number == record.human.number and outcome != "not_found" and record.born != FAR
            record.no |= record.human.died
            yield Outcome(record.practice, record.patient, record.number, record.born, outcome, reason)

    def _said(self, record: Record, drawn: str) -> tuple[str, str | None]:
        if record.human.died:
            return "lapsed", "died"
        if record.has_moved:
            return "lapsed", "moved"
        return (drawn, "cancer") if drawn == "excluded" else (drawn, None)

    def may_be_written_to(self, record: Record) -> bool:
        """Whether nothing was said that is known of this record, or of whoever it is by another."""
        human = record.human
        return not human.letters and not record.no and not any(each.no and each.was_right for each in human.records)


def _slip(world: World, record: Record) -> None:
    born = record.human.born
    record.born = (
        date(born.year, born.day, born.month)
        if born.day <= 12 and born.day != born.month
        else born.replace(year=born.year + 1)
    )


def _number_of_another(world: World, record: Record) -> None:
    record.number = _another(world, record).number


def _nameless_other(world: World, record: Record) -> None:
    record.number, record.born = _another(world, record).number, None


def _wholly_another(world: World, record: Record) -> None:
    other = _another(world, record)
    record.number, record.born = other.number, other.born


def _another(world: World, record: Record) -> Human:
    """The next who has more than a first record to come: whoever is taken for them is then known by two places."""
    place = world.humans.index(record.human)
    return world.humans[(place + 1) % len(world.humans)]


def _no_number(world: World, record: Record) -> None:
    record.number = None


def _no_birth(world: World, record: Record) -> None:
    record.born = None


def _far(world: World, record: Record) -> None:
    record.born = FAR


MISTAKES: dict[str, Callable[[World, Record], None]] = {
    "": lambda world, record: None,
    "slip": _slip,
    "no birth date": _no_birth,
    "no number": _no_number,
    "far": _far,
    "number of another": _number_of_another,
    "number of another, no birth date": _nameless_other,
    "wholly another": _wholly_another,
}
