"""Who is looked at, at all. What is not known is not so: no date of birth, no letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from pipeline.dates import completed_years, shift
from pipeline.rules.model import Age, Population
from pipeline.search.in_memory.record import Person
from pipeline.tables import SEXES


def population_bits(population: Population, person: Person, index: date) -> Iterator[bool]:
    """A real record; alive; now registered; for long enough, of age and of a sex, if asked: in this order."""
    registered = population.registered
    begun = person.registered_from
    yield not person.is_test
    yield person.died is None or person.died > index
    yield (
        person.registration_type == registered.type
        and begun is not None
        and begun <= index
        and (person.registered_to is None or person.registered_to > index)
    )
    if registered.at_least:
        yield begun is not None and begun <= shift(index, registered.at_least, -1)
    if population.age:
        yield _of_age(population.age, person, index)
    if population.sex:
        yield any(person.sex in SEXES[sex] for sex in population.sex)


def _of_age(age: Age, person: Person, index: date) -> bool:
    """Whichever of the possible days they were born on."""
    if not person.born:
        return False
    oldest, youngest = (completed_years(day, index) for day in (person.born.first, person.born.last))
    return (age.youngest is None or age.youngest <= youngest) and (age.oldest is None or oldest <= age.oldest)
