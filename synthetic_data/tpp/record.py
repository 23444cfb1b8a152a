"""SRCode and SREvent, SRPrimaryCareMedication and SRRepeatTemplate: a chunk's events and issues as TPP writes them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, chance
from synthetic_data.columns import look_up, numbers
from synthetic_data.emis.care_record import blank_rows, in_order, topics, values
from synthetic_data.plain.courses import ACUTE, Courses, find_courses
from synthetic_data.population import names, rates
from synthetic_data.population.catalogue import CODES
from synthetic_data.population.chunk import Chunk
from synthetic_data.population.medicines import MEDICINES
from synthetic_data.population.practices import text
from synthetic_data.population.rows import NO_DAY, NOBODY, Rows
from synthetic_data.tpp.codes import tpp_codes
from synthetic_data.tpp.rows import CODE, EVENT, MEDICATION, TEMPLATE, removed, row_ids, time_of, written
from synthetic_data.tpp.tables import MIDNIGHT, Columns, Delivery, day_and, truths

_SUPPLY_DAYS = 28
_FIRST_PRODUCT = 70_001  # IDMultiLexProduct: numbers of our own
_POST_DATED = 0.01  # of issues, DateEvent lies this far after the start: assumption
_ELSEWHERE = ("IsHospitalMedication", "IsOtherMedication", "IsDentalMedication")
_PLURALS = {"patch": "patches", "ml": "ml"}


def write_codes(delivery: Delivery, chunk: Chunk) -> None:
    """The events, in order of patient and day. The precision of dates, and who may see a row, are lost."""
    rows = in_order(chunk.events)
    shown = ~blank_rows(chunk.rng, rows)
    columns = {
        "RowIdentifier": pl.Series(row_ids(CODE, chunk, np.arange(len(rows)))),
        **written(chunk, rows, shown),
        **coded(np.where(shown, rows.code, -1)),
        **measured(chunk, np.where(shown, rows.code, len(CODES)), shown),
        "IDEvent": write_events(delivery, chunk, rows),
        "RemovedData": removed(rows),
    }
    delivery.add("SRCode", columns)


def coded(code: Ints) -> dict[str, pl.Series]:
    """Codes and their terms; empty if the position is negative. Without a SNOMED code it is -1, or nothing."""
    codes = tpp_codes()
    return {
        "CTV3Code": look_up(text([each.ctv3 for each in codes]), code),
        "CTV3Text": look_up(text([each.term if each.ctv3 or not each.snomed else "" for each in codes]), code),
        "SNOMEDCode": look_up([each.snomed or (None if n % 2 else "-1") for n, each in enumerate(codes)], code),
        "SNOMEDText": look_up(text([each.term if each.snomed else "" for each in codes]), code),
    }


def measured(chunk: Chunk, code: Ints, shown: Bools) -> dict[str, pl.Series]:
    """A value and its unit, for codes that have them; what is not a number is written as 0."""
    drawn = values(chunk.rng, code)
    here, numeric = pl.Series(shown), drawn["Value"].is_not_null()
    flag, value = truths(numeric.to_numpy()), drawn["Value"].fill_null(0.0)
    told = pl.select(pl.when(here).then(flag).alias("flag"), pl.when(here).then(value).alias("value"))
    return {"IsNumeric": told["flag"], "NumericValue": told["value"], "NumericUnit": drawn["NumericUnit"]}


def write_events(delivery: Delivery, chunk: Chunk, rows: Rows) -> pl.Series:
    """Write an event for each day with more than everyday rows, and for some others; return each row's event."""
    background = topics(("background",))[rows.code]
    seen = ~rows.deleted & (~background | chance(chunk.rng, rates.IN_CONSULTATION, len(rows)))
    key = rows.who[seen] * 10_000_000 + rows.day[seen]
    _, first, member = np.unique(key, return_index=True, return_inverse=True)
    held = rows.take(np.flatnonzero(seen)[first])
    ids = row_ids(EVENT, chunk, np.arange(len(held)))
    columns: Columns = {
        "RowIdentifier": pl.Series(ids),
        **written(chunk, held, np.ones(len(held), bool)),
        "EventIncomplete": pl.lit("FALSE"),
        "ClinicalEvent": pl.lit("TRUE"),
    }
    delivery.add("SREvent", columns)
    event = np.zeros(len(rows), np.int64)
    event[seen] = ids[member]
    return numbers(event, seen)


def write_medications(delivery: Delivery, chunk: Chunk) -> None:
    """One row for each issue, and one template for each course of repeats."""
    rows = in_order(chunk.issues)
    shown = ~blank_rows(chunk.rng, rows)
    courses = find_courses(rows)
    repeat = courses.kinds() > ACUTE
    columns = {
        "RowIdentifier": pl.Series(row_ids(MEDICATION, chunk, np.arange(len(rows)))),
        **written(chunk, rows, shown),
        "DateEvent": _event_days(chunk, rows, shown),
        **product(np.where(shown, rows.code, -1)),
        "DateMedicationStart": day_and(time_of(rows), np.where(shown, rows.day, NO_DAY)),
        "DateMedicationEnd": day_and(MIDNIGHT, _ends(rows, shown)),
        "IsRepeatMedication": truths(repeat),
        **_made_elsewhere(chunk, rows, courses),
        "IDRepeatTemplate": numbers(row_ids(TEMPLATE, chunk, courses.member), shown & repeat),
        "RemovedData": removed(rows),
    }
    delivery.add("SRPrimaryCareMedication", columns)
    write_templates(delivery, chunk, rows, courses)


def _event_days(chunk: Chunk, rows: Rows, shown: Bools) -> pl.Series:
    """The day of the issue, or some weeks later if it is post-dated."""
    later = chance(chunk.rng, _POST_DATED, len(rows)) & (rows.day != NO_DAY)
    return day_and(time_of(rows), np.where(shown, rows.day + _SUPPLY_DAYS * later, NO_DAY))


def _ends(rows: Rows, shown: Bools) -> Ints:
    """The day by which the supply is used up, if its length is known."""
    told = shown & (rows.day != NO_DAY) & (rows.code % 7 > 0)
    return np.where(told, rows.day + _SUPPLY_DAYS, NO_DAY)


def _made_elsewhere(chunk: Chunk, rows: Rows, courses: Courses) -> dict[str, pl.Series]:
    """Half of the issues without a course: recorded here, but prescribed in a hospital, by a dentist or elsewhere."""
    drawn = np.where((courses.member < 0) & (rows.who != NOBODY), chunk.rng.integers(0, 6, len(rows)), -1)
    return {name: truths(drawn == n) for n, name in enumerate(_ELSEWHERE)}


def write_templates(delivery: Delivery, chunk: Chunk, rows: Rows, courses: Courses) -> None:
    """From the first issue of each course, which may itself be deleted; the template is not."""
    repeat = courses.kind > ACUTE
    begun = rows.take(courses.first[repeat])
    begun = replace(begun, deleted=np.zeros(len(begun), bool))
    columns: Columns = {
        "RowIdentifier": pl.Series(row_ids(TEMPLATE, chunk, np.flatnonzero(repeat))),
        **written(chunk, begun, ~begun.deleted),
        **product(begun.code),
        "DateMedicationTemplateStart": day_and(MIDNIGHT, begun.day),
        "MaxIssues": pl.Series(courses.counts[repeat] + 6),
        "CourseLengthPerIssue": pl.lit(_SUPPLY_DAYS),
    }
    delivery.add("SRRepeatTemplate", columns)


def product(code: Ints) -> dict[str, pl.Series]:
    """What was supplied; empty if the position is negative."""
    amounts = [f"{each.quantity} {_PLURALS.get(each.unit, each.unit + 's')}" for each in MEDICINES]
    dose = np.where(code < 0, -1, code % len(names.DOSES))
    return {
        "IDMultiLexProduct": numbers(_FIRST_PRODUCT + code, code >= 0),
        "IDMultiLexDMD": look_up(text([each.dmd for each in MEDICINES]), code),
        "NameOfMedication": look_up([each.name for each in MEDICINES], code),
        "MedicationDosage": look_up(names.DOSES, dose),
        "MedicationQuantity": look_up(amounts, code),
    }
