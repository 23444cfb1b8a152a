"""CareRecord_Observation, _Consultation and _Problem: a chunk's events as EMIS writes them."""

from __future__ import annotations

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, Rng, chance
from synthetic_data.columns import dates, guids, look_up
from synthetic_data.emis.tables import Files, append
from synthetic_data.population import names, rates
from synthetic_data.population.catalogue import CODES, code_ids
from synthetic_data.population.keys import Keys
from synthetic_data.population.practices import Practices, draw_staff
from synthetic_data.population.rows import NO_DAY, PRECISIONS, Rows

_TIMES = [f"{hour:02}:{minute:02}:00" for hour in range(8, 19) for minute in range(0, 60, 7)]
_SOURCES = ["GP Surgery", "Telephone consultation", "Mail from patient"]
_MAKES_PROBLEM = ("chronic-pain", "painful-condition", "cancer", "dementia")


def write_events(files: Files, rng: Rng, events: Rows, keys: Keys, practices: Practices) -> None:
    """The events, in order of patient and day, with the consultations and problems some belong to."""
    rows = in_order(events)
    count, blank = len(rows), blank_rows(rng, rows)
    background = np.array([*(code.topic == "background" for code in CODES), True])[rows.code]
    seen = ~blank & (~background | chance(rng, rates.IN_CONSULTATION, count))
    problem = ~blank & topics(_MAKES_PROBLEM)[rows.code] & chance(rng, rates.IS_PROBLEM, count)
    observation, consultation = guids(rng, count), guids(rng, count)
    spoken = np.where(chance(rng, rates.FREE_TEXT, count), rng.integers(0, len(names.TEXTS), count), -1)
    columns = {
        "ObservationGuid": observation,
        **keyed_and_dated(rng, rows, keys, practices, blank),
        "CodeId": look_up(code_ids(), np.where(blank, -1, rows.code)),
        "AssociatedText": look_up(names.TEXTS, np.where(blank, -1, spoken)),
        "ConsultationGuid": look_up(consultation, np.where(seen, np.arange(count), -1)),
        **values(rng, np.where(blank, len(CODES), rows.code)),
        "Deleted": pl.Series(rows.deleted),
        "IsConfidential": pl.Series(rows.confidential),
    }
    append(files, "CareRecord_Observation", columns)
    write_consultations(files, rng, rows.take(seen), consultation.filter(pl.Series(seen)), keys, practices)
    write_problems(files, rows.take(problem), observation.filter(pl.Series(problem)), keys, practices)


def write_consultations(files: Files, rng: Rng, rows: Rows, guid: pl.Series, keys: Keys, practices: Practices) -> None:
    """One for each row, on its day."""
    columns = {
        "ConsultationGuid": guid,
        **keyed_and_dated(rng, rows, keys, practices, np.zeros(len(rows), bool)),
        "ConsultationSourceTerm": look_up(_SOURCES, rng.integers(0, len(_SOURCES), len(rows))),
        "Complete": pl.Series(np.ones(len(rows), bool)),
        "Deleted": pl.Series(rows.deleted),
        "IsConfidential": pl.Series(rows.confidential),
    }
    append(files, "CareRecord_Consultation", columns)


def write_problems(files: Files, rows: Rows, guid: pl.Series, keys: Keys, practices: Practices) -> None:
    """A problem extends an observation: the same GUID."""
    place = np.arange(len(rows))
    columns = {
        "ObservationGuid": guid,
        **keyed(rows, keys, practices),
        "Deleted": pl.Series(rows.deleted),
        "ProblemStatusDescription": look_up(["Active Problem", "Past Problem"], place % 2),
        "SignificanceDescription": look_up(["Significant Problem", "Minor Problem"], place % 3 // 2),
    }
    append(files, "CareRecord_Problem", columns)


def in_order(rows: Rows) -> Rows:
    """By patient, then day."""
    return rows.take(np.lexsort((rows.day, rows.who)))


def blank_rows(rng: Rng, rows: Rows) -> Bools:
    """Deleted rows that keep only their keys."""
    return rows.deleted & chance(rng, rates.DELETED_BLANK, len(rows))


def keyed(rows: Rows, keys: Keys, practices: Practices) -> dict[str, pl.Series]:
    """The columns that say whose row it is; position -1 is the missing patient."""
    who = np.where(rows.who < 0, len(keys.patient) - 1, rows.who)
    return {"PatientGuid": keys.patient.gather(who), "OrganisationGuid": practices.guid.gather(keys.practice[who])}


def keyed_and_dated(rng: Rng, rows: Rows, keys: Keys, practices: Practices, blank: Bools) -> dict[str, pl.Series]:
    """The columns every clinical table begins with; only the keys if the row is blank."""
    practice = keys.practice[rows.who]
    by = look_up(practices.staff_guid, np.where(blank, -1, draw_staff(rng, practice)))
    entered = ~blank & (rows.entered != NO_DAY)
    return {
        **keyed(rows, keys, practices),
        "EffectiveDate": dates(np.where(blank, NO_DAY, rows.day)),
        "EffectiveDatePrecision": look_up(PRECISIONS, np.where(blank, -1, rows.precision)),
        "EnteredDate": dates(np.where(entered, rows.entered, NO_DAY)),
        "EnteredTime": look_up(_TIMES, np.where(entered, rng.integers(0, len(_TIMES), len(rows)), -1)),
        "ClinicianUserInRoleGuid": by,
        "EnteredByUserInRoleGuid": by,
    }


def topics(wanted: tuple[str, ...]) -> Bools:
    """Whether each code, and then the one the dictionary lacks, is of these topics."""
    return np.array([*(code.topic in wanted for code in CODES), False])


def values(rng: Rng, code: Ints) -> dict[str, pl.Series]:
    """Value, unit and type of each row, by its code's range."""
    ranges = [(0.0, 0.0, None) if one.value is None else one.value for one in CODES] + [(0.0, 0.0, None)]
    low, high = np.array([row[0] for row in ranges])[code], np.array([row[1] for row in ranges])[code]
    measured = high > 0
    drawn = pl.Series(np.round(low + rng.random(len(code)) * (high - low), 1))
    return {
        "Value": pl.select(pl.when(pl.Series(measured)).then(drawn)).to_series(),
        "NumericUnit": look_up([row[2] for row in ranges], code),
        "ObservationType": look_up(["Observation", "Value"], measured.astype(np.int64)),
    }
