"""Who is kept off by another of their records. The same for SQL is `search/elsewhere`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.people.other_records import NO_OTHERS, Others
from pipeline.rules.criteria import needs_no_row
from pipeline.rules.expression import AllOf
from pipeline.rules.model import Rule
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.in_memory.find import READINGS, Codes, Look, codes_by_criterion, find, rule_bits
from pipeline.search.in_memory.record import Person, Tables, read_people
from pipeline.search.input_tables import CodeUse


@dataclass(frozen=True)
class Elsewhere:
    """The other records of one person. What stands against the person in any of them counts."""

    rule: Rule
    index: date
    records: Collection[Person]
    codes: Mapping[int, Codes]

    def against(self, name: str) -> bool:
        """A criterion that an empty record would meet is not read here: silence is no reason."""
        if needs_no_row(self.rule.criteria[name]):
            return False
        return any(self._look(record).holds(name, "against") for record in self.records)

    @property
    def is_in_work(self) -> bool:
        in_work = self.rule.in_work
        is_asked = in_work is not None and in_work.action == "exclude"
        return is_asked and any(self._look(record).work().state == "in_work" for record in self.records)

    def _look(self, record: Person) -> Look:
        return Look(self.rule, self.index, record, self.codes)


def find_kept_off(
    rule: Rule,
    index: date,
    tables: Tables,
    uses: Iterable[CodeUse],
    practices: Iterable[str],
    others: Others = NO_OTHERS,
    by_hand: ByHand = NOBODY,
) -> frozenset[int]:
    """The people at these practices who are kept off by another of their records, by `person_row`."""
    kept, searched = list(uses), set(practices)
    codes, records = codes_by_criterion(kept), read_everyone(tables)
    found = find(rule, index, tables, kept, searched, by_hand)
    return frozenset(
        person
        for person, own in others.items()
        if person in found
        and _is_kept_off(
            Look(rule, index, records[person], codes),
            Elsewhere(rule, index, [records[row] for row in own], codes),
            found[person].listed,
            person in (by_hand.nominated or ()),
        )
    )


def read_everyone(tables: Tables) -> dict[int, Person]:
    """Every record of the extract, at whichever practice, by `person_row`."""
    practices = {str(row["practice_id"]) for row in tables["practice"]}
    return {person.person_row: person for person in read_people(tables, practices)}


def _is_kept_off(own: Look, elsewhere: Elsewhere, is_found: bool, is_nominated: bool) -> bool:
    """A `not` in `include` keeps off people the rule finds; an exclusion keeps off the others, too."""
    rule = own.rule
    truth = {
        (name, reading): own.holds(name, reading) or (reading == "against" and elsewhere.against(name))
        for name in rule.criteria
        for reading in READINGS
    }
    work = "in_work" if elsewhere.is_in_work else own.work().state
    bits = list(rule_bits(rule, truth, work, is_nominated))
    parts = len(rule.include.all) if isinstance(rule.include, AllOf) else 1
    return not all(bits[parts:]) or (is_found and not all(bits))
