"""The population as an OMOP CDM 5.4 database, as a conversion of GP records leaves it.

It leaves out people who are not regular patients, test patients and people without a year of birth. It also leaves out
deleted rows, rows without a date and rows of no patient. Marks that the model has no place for are not written.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints
from synthetic_data.columns import dates, look_up, numbers
from synthetic_data.emis.care_record import in_order, values
from synthetic_data.omop.concepts import UNITS, Mapping, concepts, is_a, map_codes, map_medicines, maps_to
from synthetic_data.omop.tables import Columns, Database, start_database
from synthetic_data.order import Order
from synthetic_data.population.chunk import Chunk, Writer
from synthetic_data.population.medicines import MEDICINES
from synthetic_data.population.practices import Practices
from synthetic_data.population.registrations import REGULAR, SEXES, Registrations
from synthetic_data.population.rows import NO_DAY, NOBODY, Rows, join_rows

_EHR = 32817  # the type of everything here
_GENDERS = np.array([8507, 8532, 0])
_OUTPATIENT, _CLINIC, _VERSION_5_4 = 9202, 8977, 756265
_SUPPLY_DAYS = 28
_IN_CHUNK = 1_000_000_000  # row numbers of a chunk start at this times the chunk's number
_TABLES = {
    "Condition": ("condition_occurrence", "condition_occurrence_id", "condition", "condition_start_date"),
    "Observation": ("observation", "observation_id", "observation", "observation_date"),
    "Measurement": ("measurement", "measurement_id", "measurement", "measurement_date"),
    "Procedure": ("procedure_occurrence", "procedure_occurrence_id", "procedure", "procedure_date"),
}

_Told = dict[str, pl.Series | pl.Expr]


def start_omop(order: Order) -> Writer:
    """Write what is not about patients; return the function that writes a chunk of them.

    A registration's `person_id` and `person_source_value` are what `truth.csv` calls `local_number`.
    """
    database = start_database(order.out)
    write_source(database, order.extract_date)
    write_sites(database, order.practices)
    write_vocabulary(database)

    def write(chunk: Chunk) -> None:
        kept = find_persons(chunk.registrations)
        write_persons(database, chunk, kept)
        events, issues = (in_order(sent_rows(rows, kept)) for rows in (chunk.events, chunk.issues))
        visits = write_visits(database, chunk, join_rows([events, issues]))
        write_events(database, chunk, events, visits[: len(events)])
        write_drugs(database, chunk, issues, visits[len(events) :])

    return write


def write_source(database: Database, extract_date: date) -> None:
    said: dict[str, str | int | date] = {
        "cdm_source_name": "Synthetic GP records",
        "cdm_source_abbreviation": "SYNTH",
        "cdm_holder": "nobody (synthetic)",
        "source_release_date": extract_date,
        "cdm_release_date": extract_date,
        "cdm_version": "v5.4",
        "cdm_version_concept_id": _VERSION_5_4,
        "vocabulary_version": "synthetic",
    }
    database.add("cdm_source", {name: pl.lit(value) for name, value in said.items()})


def write_sites(database: Database, practices: Practices) -> None:
    columns: Columns = {
        "care_site_id": pl.Series(range(1, len(practices) + 1)),
        "care_site_name": "Practice " + practices.ods + " (synthetic)",
        "place_of_service_concept_id": pl.lit(_CLINIC),
        "care_site_source_value": practices.ods,
    }
    database.add("care_site", columns)


def write_vocabulary(database: Database) -> None:
    """Concepts, what they map to, and their ancestors: each concept itself, a heading, and SNOMED's root."""
    every = list(concepts().values())
    valid: _Told = {
        "valid_start_date": pl.lit(date(1970, 1, 1)),
        "valid_end_date": pl.lit(date(2099, 12, 31)),
    }
    columns: _Told = {
        "concept_id": pl.Series([each.number for each in every]),
        "concept_name": pl.Series([each.name for each in every]),
        "domain_id": pl.Series([each.domain for each in every]),
        "vocabulary_id": pl.Series([each.vocabulary for each in every]),
        "concept_class_id": pl.lit("Undefined"),
        "standard_concept": pl.Series(["S" if each.is_standard else None for each in every]),
        "concept_code": pl.Series([each.code for each in every]),
    }
    database.add("concept", columns | valid)
    for relationship, inverse, pairs in (("Maps to", "Mapped from", maps_to()), ("Is a", "Subsumes", is_a())):
        for name, ends in ((relationship, (0, 1)), (inverse, (1, 0))):
            first, second = (pl.Series([pair[end] for pair in pairs]) for end in ends)
            related: _Told = {
                "concept_id_1": first,
                "concept_id_2": second,
                "relationship_id": pl.lit(name),
            }
            database.add("concept_relationship", related | valid)
    write_ancestors(database)


def write_ancestors(database: Database) -> None:
    above = dict(is_a())
    rows = [(each.number, each.number, 0) for each in concepts().values() if each.is_standard]
    for concept, heading in above.items():
        rows += [(concept, heading, 1)] + ([(concept, above[heading], 2)] if heading in above else [])
    child, parent, levels = (pl.Series(column) for column in zip(*rows, strict=True))
    database.add(
        "concept_ancestor",
        {
            "ancestor_concept_id": parent,
            "descendant_concept_id": child,
            "min_levels_of_separation": levels,
            "max_levels_of_separation": levels,
        },
    )


def find_persons(row: Registrations) -> Bools:
    """The registrations that a conversion keeps; it requires a year of birth."""
    kept: Bools = (row.kind == REGULAR) & ~row.dummy_flag & ~row.deleted & (row.birth > NO_DAY)
    return kept


def sent_rows(rows: Rows, kept: Bools) -> Rows:
    """The rows that a conversion keeps; it requires a date."""
    return rows.take(~rows.deleted & (rows.who != NOBODY) & (rows.day != NO_DAY) & kept[rows.who])


def write_persons(database: Database, chunk: Chunk, kept: Bools) -> None:
    """Persons, one observation period for each, and deaths."""
    row, today = chunk.registrations.take(np.flatnonzero(kept)), chunk.extract_date.toordinal()
    person, birth, sex = chunk.keys.local_number.filter(pl.Series(kept)), dates(row.birth), chunk.people.sex[row.person]
    nothing = pl.lit(0)
    columns: Columns = {
        "person_id": person,
        "gender_concept_id": pl.Series(_GENDERS[sex]),
        "year_of_birth": birth.dt.year(),
        "month_of_birth": birth.dt.month(),
        "day_of_birth": birth.dt.day(),
        "race_concept_id": nothing,
        "ethnicity_concept_id": nothing,
        "care_site_id": pl.Series(row.practice + 1),
        "person_source_value": person,
        "gender_source_value": look_up(SEXES, sex),
    }
    database.add("person", columns)
    last = np.minimum(np.where(row.end == NO_DAY, today, row.end), today)
    period: Columns = {
        "observation_period_id": person,
        "person_id": person,
        "observation_period_start_date": dates(row.start),
        "observation_period_end_date": dates(np.maximum(last, row.start)),
        "period_type_concept_id": pl.lit(_EHR),
    }
    database.add("observation_period", period)
    dead = row.death > NO_DAY
    died: Columns = {
        "person_id": person.filter(pl.Series(dead)),
        "death_date": dates(row.death[dead]),
        "death_type_concept_id": pl.lit(_EHR),
    }
    database.add("death", died)


def write_visits(database: Database, chunk: Chunk, rows: Rows) -> Ints:
    """Write a visit for each day on which anything was recorded for a person; return each row's visit."""
    _, first, member = np.unique(rows.who * 10_000_000 + rows.day, return_index=True, return_inverse=True)
    one = rows.take(first)
    number = chunk.number * _IN_CHUNK + np.arange(len(first))
    columns: Columns = {
        "visit_occurrence_id": pl.Series(number),
        "person_id": chunk.keys.local_number.gather(one.who),
        "visit_concept_id": pl.lit(_OUTPATIENT),
        "visit_start_date": dates(one.day),
        "visit_end_date": dates(one.day),
        "visit_type_concept_id": pl.lit(_EHR),
        "care_site_id": pl.Series(chunk.keys.practice[one.who] + 1),
    }
    database.add("visit_occurrence", columns)
    visits: Ints = number[member]
    return visits


def write_events(database: Database, chunk: Chunk, rows: Rows, visits: Ints) -> None:
    """Each row in the table of its standard concept's domain."""
    mapping = map_codes()
    measured = values(chunk.rng, rows.code)
    units = {unit: concepts()["UCUM", code].number for unit, code in UNITS.items()}
    for domain, (table, key, stem, day) in _TABLES.items():
        here = np.array([each == domain for each in mapping.domain])[rows.code]
        columns: _Told = coded(chunk, rows.take(here), visits[here], mapping, key, stem)
        columns[day] = dates(rows.day[here])
        if domain == "Measurement":
            unit = measured["NumericUnit"].filter(pl.Series(here))
            columns |= {
                "value_as_number": measured["Value"].filter(pl.Series(here)),
                "unit_source_value": unit,
                "unit_concept_id": unit.replace_strict(units, return_dtype=pl.Int64),
            }
        database.add(table, columns)


def coded(chunk: Chunk, rows: Rows, visits: Ints, mapping: Mapping, key: str, stem: str) -> _Told:
    """The columns that all tables of rows share."""
    return {
        key: pl.Series(chunk.number * _IN_CHUNK + np.arange(len(rows))),
        "person_id": chunk.keys.local_number.gather(rows.who),
        f"{stem}_concept_id": pl.Series(mapping.concept[rows.code]),
        f"{stem}_type_concept_id": pl.lit(_EHR),
        "visit_occurrence_id": pl.Series(visits),
        f"{stem}_source_value": look_up(mapping.source_value, rows.code),
        f"{stem}_source_concept_id": pl.Series(mapping.source_concept[rows.code]),
    }


def write_drugs(database: Database, chunk: Chunk, rows: Rows, visits: Ints) -> None:
    """One exposure for each prescription; if its length is not known, it ends on the day it begins."""
    told = rows.code % 7 > 0
    quantity = np.array([medicine.quantity for medicine in MEDICINES])[rows.code]
    columns: Columns = {
        **coded(chunk, rows, visits, map_medicines(), "drug_exposure_id", "drug"),
        "drug_exposure_start_date": dates(rows.day),
        "drug_exposure_end_date": dates(rows.day + np.where(told, _SUPPLY_DAYS - 1, 0)),
        "quantity": pl.Series(quantity),
        "days_supply": numbers(np.full(len(rows), _SUPPLY_DAYS), told),
        "dose_unit_source_value": look_up([medicine.unit for medicine in MEDICINES], rows.code),
    }
    database.add("drug_exposure", columns)
