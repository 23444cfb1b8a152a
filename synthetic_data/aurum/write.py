"""The population as a CPRD Aurum extract: what CPRD would send, under pseudonyms.

CPRD holds a copy of what is in EMIS at the time. It has no deleted rows or patients, nobody who objects to the use of
their records (type 1), and no rows without a patient. See docs/formats/aurum.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, Rng, chance
from synthetic_data.aurum.files import Columns, Parts
from synthetic_data.aurum.lookups import QUANTITY_UNITS, TYPE_NUMBERS, VALUE_UNITS, dose_id, write_lookups
from synthetic_data.columns import dates, look_up, numbers
from synthetic_data.emis.care_record import in_order, topics
from synthetic_data.order import Order
from synthetic_data.population import names, rates
from synthetic_data.population.catalogue import CODES, code_ids
from synthetic_data.population.chunk import Chunk, Writer
from synthetic_data.population.medicines import MEDICINES, medicine_ids
from synthetic_data.population.practices import STAFF, draw_staff
from synthetic_data.population.registrations import TYPES
from synthetic_data.population.rows import NO_COURSE, NOBODY, Rows

FIRST_PRACTICE = 20_001  # the pracid of practice ZZ0001
_PATIENTS = 8 * 10**17  # a patid is 8, twelve digits of the practice's own number, and five of the practice
_STRETCH = 10**8  # ids for a chunk's rows of one table
_CHILD = 16  # the month of birth is given below this age
_MAKES_PROBLEM = ("chronic-pain", "painful-condition", "cancer", "dementia")


@dataclass(frozen=True)
class _People:
    """A chunk's registrations in CPRD's terms, and which of them CPRD has."""

    patid: Ints
    pracid: Ints
    shown: Bools


def start_aurum(order: Order) -> Writer:
    """Write what is not about patients; return the function that writes a chunk of them."""
    parts = Parts(order.out)
    write_lookups(order.out, order.extract_date)
    pracid = FIRST_PRACTICE + np.arange(len(order.practices))
    region = pl.Series(1 + order.rng.integers(0, 9, len(order.practices)))
    parts.add("Practice", {"pracid": pl.Series(pracid), "lcd": pl.lit(order.extract_date), "region": region})
    place = np.arange(len(order.practices) * STAFF)
    staff = {"staffid": pl.Series(staff_ids(place)), "pracid": pl.Series(FIRST_PRACTICE + place // STAFF)}
    parts.add("Staff", {**staff, "jobcatid": pl.Series(1 + place % STAFF // 4)})

    def write(chunk: Chunk) -> None:
        people = _find_people(chunk)
        write_patients(parts, chunk, people)
        write_observations(parts, chunk, people)
        write_issues(parts, chunk, people)

    return write


def _find_people(chunk: Chunk) -> _People:
    row = chunk.registrations
    pracid = FIRST_PRACTICE + row.practice
    patid = _PATIENTS + chunk.keys.local_number.to_numpy() * 10**5 + pracid
    return _People(patid, pracid, ~row.deleted & ~find_objectors(chunk))


def find_objectors(chunk: Chunk) -> Bools:
    """Patients whose newest row about type 1 objections, up to the extract, is one; a tie is an objection."""
    events, found = chunk.events, np.full(len(chunk.registrations), -1)
    said = topics(("type-1-dissent",))[events.code] & ~events.deleted & (events.who != NOBODY)
    said &= events.day <= chunk.extract_date.toordinal()
    dissent = np.array([*(code.role == "dissent" for code in CODES), False])[events.code]
    np.maximum.at(found, events.who[said], (2 * events.day + dissent)[said])
    objects: Bools = (found >= 0) & (found % 2 == 1)
    return objects


def write_patients(parts: Parts, chunk: Chunk, people: _People) -> None:
    """`acceptable` is 0 without a year of birth or a sex; CPRD's own test looks at more."""
    row, shown = chunk.registrations.take(np.flatnonzero(people.shown)), people.shown
    sex, age = chunk.people.sex[row.person], chunk.people.age[row.person]
    known = row.birth > 0
    born = dates(row.birth)
    columns: Columns = {
        "patid": pl.Series(people.patid[shown]),
        "pracid": pl.Series(people.pracid[shown]),
        "usualgpstaffid": pl.Series(staff_ids(draw_staff(chunk.rng, row.practice))),
        "gender": look_up(["1", "2", "4"], sex),
        "yob": born.dt.year(),
        "mob": numbers(born.dt.month().fill_null(0).to_numpy(), known & (age < _CHILD)),
        "emis_ddate": dates(row.death),
        "cprd_ddate": dates(row.death),
        "regstartdate": dates(row.start),
        "regenddate": dates(row.end),
        "patienttypeid": look_up([TYPE_NUMBERS[name] for name in TYPES], row.kind),
        "acceptable": pl.Series((known & (sex < 2)).astype(np.int64)),
    }
    parts.add("Patient", columns)


def write_observations(parts: Parts, chunk: Chunk, people: _People) -> None:
    """The events, with the consultations and problems some belong to."""
    rng, rows = chunk.rng, carried(chunk.events, people)
    count, obsid = len(rows), row_ids(chunk, rows, people)
    background = topics(("background",))[rows.code]
    seen = ~background | chance(rng, rates.IN_CONSULTATION, count)
    dated = keyed_and_dated(rng, rows, people, chunk, "obsdate")
    columns = {
        **dated,
        "consid": numbers(obsid, seen),
        "obsid": pl.Series(obsid),
        "medcodeid": look_up(code_ids(), rows.code),
        **values(rng, rows.code),
    }
    parts.add("Observation", columns)
    of_visit = {name.replace("obsdate", "consdate"): column.filter(pl.Series(seen)) for name, column in dated.items()}
    parts.add("Consultation", {**of_visit, "consid": pl.Series(obsid[seen])})
    problem = topics(_MAKES_PROBLEM)[rows.code] & chance(rng, rates.IS_PROBLEM, count)
    whose = {name: dated[name].filter(pl.Series(problem)) for name in ("patid", "pracid")}
    status = look_up(["1", "2"], np.arange(int(problem.sum())) % 2)
    parts.add("Problem", {**whose, "obsid": pl.Series(obsid[problem]), "probstatusid": status, "signid": status})


def write_issues(parts: Parts, chunk: Chunk, people: _People) -> None:
    """The issues; those of one course share a drugrecid."""
    rows = carried(chunk.issues, people)
    linked = rows.course != NO_COURSE
    key = rows.who[linked] * (rows.course.max(initial=0) + 1) + rows.course[linked]
    course = np.zeros(len(rows), np.int64)
    course[linked] = np.unique(key, return_inverse=True)[1]
    quantity = np.array([medicine.quantity for medicine in MEDICINES])[rows.code]
    unit = np.array([1 + QUANTITY_UNITS.index(medicine.unit) for medicine in MEDICINES])[rows.code]
    columns = {
        **keyed_and_dated(chunk.rng, rows, people, chunk, "issuedate"),
        "issueid": pl.Series(row_ids(chunk, rows, people)),
        "drugrecid": numbers(numbered(chunk, course, people.pracid[rows.who]), linked),
        "prodcodeid": look_up(medicine_ids(), rows.code),
        "dosageid": look_up([dose_id(text) for text in names.DOSES], rows.code % len(names.DOSES)),
        "quantity": pl.Series(quantity),
        "quantunitid": pl.Series(unit),
        "duration": numbers(np.full(len(rows), 28), rows.code % 7 > 0),
    }
    parts.add("DrugIssue", columns)


def carried(rows: Rows, people: _People) -> Rows:
    """The rows that CPRD has, in order of patient and day."""
    shown = np.append(people.shown, False)[rows.who]  # NOBODY is the last
    return in_order(rows.take(shown & ~rows.deleted))


def keyed_and_dated(rng: Rng, rows: Rows, people: _People, chunk: Chunk, day: str) -> dict[str, pl.Series]:
    """The columns every clinical table has. The day is as EMIS holds it, but its precision is lost."""
    return {
        "patid": pl.Series(people.patid[rows.who]),
        "pracid": pl.Series(people.pracid[rows.who]),
        day: dates(rows.day),
        "enterdate": dates(rows.entered),
        "staffid": pl.Series(staff_ids(draw_staff(rng, chunk.registrations.practice[rows.who]))),
    }


def values(rng: Rng, code: Ints) -> dict[str, pl.Series]:
    """A value, and the number of its unit, for codes that have them."""
    ranges = [(0.0, 0.0, "") if one.value is None else one.value for one in CODES] + [(0.0, 0.0, "")]
    low, high = np.array([row[0] for row in ranges])[code], np.array([row[1] for row in ranges])[code]
    unit = np.array([1 + VALUE_UNITS.index(row[2]) if row[2] else 0 for row in ranges])[code]
    drawn = pl.Series(np.round(low + rng.random(len(code)) * (high - low), 1))
    value = pl.select(pl.when(pl.Series(unit > 0)).then(drawn)).to_series()
    return {"value": value, "numunitid": numbers(unit, unit > 0)}


def row_ids(chunk: Chunk, rows: Rows, people: _People) -> Ints:
    return numbered(chunk, np.arange(len(rows)), people.pracid[rows.who])


def numbered(chunk: Chunk, place: Ints, pracid: Ints) -> Ints:
    """Ids of rows: 13 to 17 digits, the last five the practice's; no other chunk has the same ids."""
    ids: Ints = (chunk.number * _STRETCH + place) * 10**5 + pracid
    return ids


def staff_ids(place: Ints) -> Ints:
    """The ids of positions among all staff."""
    ids: Ints = (1 + place) * 10**5 + FIRST_PRACTICE + place // STAFF
    return ids
