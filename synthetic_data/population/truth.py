"""truth.csv: what the extract hides, one row for each registration."""

from __future__ import annotations

from datetime import date
from typing import BinaryIO

import numpy as np
import polars as pl

from pipeline.dates import latest_birth, shift_months
from synthetic_data.arrays import Bools, Ints
from synthetic_data.columns import dates, numbers
from synthetic_data.population.keys import Keys
from synthetic_data.population.people import NO_PAIN, People
from synthetic_data.population.practices import Practices
from synthetic_data.population.registrations import Registrations
from synthetic_data.population.rows import NO_DAY

HEADER = (
    "person", "practice", "patient_guid", "nhs_number", "local_number", "in_work", "since", "chronic_pain", "eligible",
    "record_qualifies",
)  # fmt: skip


def find_eligible(people: People, registrations: Registrations) -> Bools:
    """Who the trial is for: people out of work and in pain for 3 months or more, 18 to 64, alive and wanting to work.

    Goes by the truth, whatever the record says; per person. Test patients are not people.
    """
    today = date.fromordinal(people.extract_day)
    quarter = shift_months(today, -3).toordinal()
    aged = (people.birth > latest_birth(today, 65).toordinal()) & (people.birth <= latest_birth(today, 18).toordinal())
    idle = ~people.in_work & (people.since <= quarter) & people.wants_work
    aching = (people.pain != NO_PAIN) & (people.pain_from <= quarter)
    unreal = registrations.is_test | (registrations.death > NO_DAY)
    eligible: Bools = aged & idle & aching
    eligible[registrations.person[unreal]] = False
    return eligible


def write_truth(
    file: BinaryIO,
    people: People,
    registrations: Registrations,
    keys: Keys,
    practices: Practices,
    qualifies: Bools,
    first_person: int,
) -> None:
    """Append the chunk's registrations; `first_person` is the number of its first person."""
    person = registrations.person
    columns = (
        pl.Series(first_person + person),
        practices.ods.gather(registrations.practice),
        keys.patient.head(len(registrations)),
        numbers(registrations.nhs_number, registrations.nhs_number > 0),
        keys.local_number,
        flags(people.in_work[person]),
        dates(people.since[person]),
        flags(people.pain[person] != NO_PAIN),
        flags(find_eligible(people, registrations)[person]),
        flags(qualifies),
    )
    frame = pl.select(*(column.alias(name) for column, name in zip(columns, HEADER, strict=True)))
    frame.write_csv(file, include_header=False, line_terminator="\r\n")


def flags(values: Bools) -> pl.Series:
    """1 and 0."""
    shown: Ints = values.astype(np.int64)
    return pl.Series(shown)
