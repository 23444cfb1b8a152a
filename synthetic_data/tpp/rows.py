"""What the rows of all TPP's patient tables share: ids, patients, and when and who wrote them."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, chance
from synthetic_data.columns import look_up, numbers
from synthetic_data.population import names, rates
from synthetic_data.population.chunk import Chunk
from synthetic_data.population.practices import draw_staff
from synthetic_data.population.rows import NO_DAY, WITH_TIME, Rows
from synthetic_data.tpp.tables import MIDNIGHT, day_and

# The first digit of the ids of a table, which have eighteen.
PATIENT: Final = 1
REGISTRATION, ADDRESS, CONTACT, CONSENT, EVENT, CODE, MEDICATION, TEMPLATE = range(2, 10)
_DIGITS = 10**17
_IN_CHUNK = 10**10
_STAFF = 5_000_000  # a member's number, less the place among all staff
_TIMES = pl.Series([f" {hour:02}:{minute:02}:{7 * minute % 60:02}" for hour in range(8, 19) for minute in range(60)])


def row_ids(table: int, chunk: Chunk, place: Ints) -> Ints:
    """Ids of rows of a table, by their place among those of the chunk."""
    ids: Ints = table * _DIGITS + chunk.number * _IN_CHUNK + place
    return ids


def patient_ids(chunk: Chunk) -> Ints:
    """RowIdentifier of each registration, then of the missing patient.

    1 and seventeen digits: the registration's `local_number` in truth.csv. A second registration that has the
    `patient_guid` of the first has its id too.
    """
    number = chunk.keys.local_number.to_numpy()
    shared = chunk.registrations.shares_guid
    own = np.where(shared, number[np.where(shared, chunk.registrations.person, 0)], number)
    ids: Ints = np.append(PATIENT * _DIGITS + own, PATIENT * _DIGITS + _DIGITS - chunk.number)
    return ids


def of_patients(chunk: Chunk, who: Ints, shown: Bools) -> dict[str, pl.Series]:
    """Whose the rows are, and at which practice; if not shown, only the practice that holds them."""
    ods = chunk.practices.ods.gather(chunk.keys.practice[who])
    here = pl.select(pl.when(pl.Series(shown)).then(ods)).to_series()
    return {
        "IDOrganisationVisibleTo": ods,
        "IDPatient": numbers(patient_ids(chunk)[who], shown),
        "IDOrganisation": here,
    }


def written(chunk: Chunk, rows: Rows, shown: Bools) -> dict[str, pl.Series]:
    """Whose the rows are, when they were entered, for which day, and who wrote them, sometimes outsiders."""
    by = _STAFF + draw_staff(chunk.rng, chunk.keys.practice[rows.who])
    outside = shown & chance(chunk.rng, rates.FREE_TEXT, len(rows))
    of = of_patients(chunk, rows.who, shown)
    return {
        **of,
        "IDOrganisationDoneAt": of["IDOrganisation"],
        "IDOrganisationRegisteredAt": of["IDOrganisation"],
        "DateEventRecorded": entered(chunk, rows.entered, shown),
        "DateEvent": day_and(time_of(rows), np.where(shown, rows.day, NO_DAY)),
        "IDProfileEnteredBy": numbers(by, shown),
        "IDDoneBy": numbers(by, shown & ~outside),
        "TextualEventDoneBy": look_up(names.TEXTS, np.where(outside, np.arange(len(rows)) % len(names.TEXTS), -1)),
    }


def entered(chunk: Chunk, day: Ints, shown: Bools) -> pl.Series:
    """A day and a random time."""
    time = _TIMES.gather(chunk.rng.integers(0, len(_TIMES), len(day)))
    return day_and(time, np.where(shown, day, NO_DAY))


def time_of(rows: Rows) -> pl.Series:
    """The time of a row's own date: midnight unless the record has a time."""
    return pl.Series([MIDNIGHT, " 09:30:00"]).gather((rows.precision == WITH_TIME).astype(np.int64))


def removed(rows: Rows) -> pl.Series:
    """RemovedData."""
    return pl.Series(rows.deleted.astype(np.int64))
