"""The population as an EMIS-X Explorer export: the current models, or the older tables."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints
from synthetic_data.columns import dates, guids, look_up, numbers
from synthetic_data.emis.care_record import in_order, values
from synthetic_data.emis.prescribing import product
from synthetic_data.explorer.files import (
    CURRENT,
    PART_ROWS,
    Parts,
    find_objectors,
    flags,
    of_patient,
    patient_keys,
    pseudonym,
    read_seven,
    start_parts,
)
from synthetic_data.explorer.older import start_older
from synthetic_data.order import Order
from synthetic_data.population.catalogue import CODES, code_ids
from synthetic_data.population.chunk import Chunk, Writer
from synthetic_data.population.medicines import MEDICINES, medicine_ids
from synthetic_data.population.practices import text
from synthetic_data.population.rows import NO_COURSE, NO_DAY, NOBODY, WITH_TIME, Rows

_NIGHT = " 02:15:00.000000 UTC"
_TYPES = ["Acute", "Repeat", "Repeat Dispensing"]
_SEXES = ["Male", "Female", "Unknown"]
_FIRST_CDB = 90001  # as in the EMIS bulk extract of the same practices


def start_explorer(
    order: Order,
    generation: Literal["current", "older"] = "current",
    part_rows: int = PART_ROWS,
) -> Writer:
    """Write the dictionaries; return what writes a chunk of people. A table has a new part every `part_rows` rows."""
    if generation == "older":
        return start_older(order.out, part_rows)
    tables = start_parts(order.out, CURRENT, part_rows)
    _write_dictionaries(tables, order.extract_date)

    def write(chunk: Chunk) -> None:
        keys = patient_keys(chunk).str.to_uppercase()
        _write_patients(tables["patient"], chunk, keys)
        _write_observations(tables["observation"], chunk, keys)
        _write_issues(tables, chunk, keys)

    return write


def _write_dictionaries(tables: dict[str, Parts], extract_date: date) -> None:
    ids = code_ids()
    id_of = {code.read: ids[n] for n, code in enumerate(CODES)}
    stamps = {
        "is_deleted": pl.lit("false"),
        "organisation": pl.lit("EMIS"),
        "model_updated_datetime": pl.lit(f"{extract_date}{_NIGHT}"),
    }
    tables["clinical_code"].add(
        {
            **stamps,
            "code_id": pl.Series(ids[: len(CODES)]),
            "parent_code_id": text([id_of.get(code.parent, "") if code.parent else "" for code in CODES]),
            "term": pl.Series([code.term for code in CODES]),
            "read_term_id": text([code.read for code in CODES]),
            "readv2_code": text([read_seven(code.read) or "" for code in CODES]),
            "snomed_concept_id": text([code.snomed for code in CODES]),
        }
    )
    tables["drug_code"].add(
        {
            **stamps,
            "code_id": pl.Series(medicine_ids()),
            "term": pl.Series([medicine.name for medicine in MEDICINES]),
            "dmd_product_code_id": text([medicine.dmd for medicine in MEDICINES]),
        }
    )


def _write_patients(patients: Parts, chunk: Chunk, keys: pl.Series) -> None:
    """A deleted patient's row holds only its key."""
    row, people = chunk.registrations, chunk.people
    here, today = ~row.deleted, chunk.extract_date.toordinal()
    dead = row.death > NO_DAY
    gone = (row.end > NO_DAY) & (row.end <= today)
    hashed = pl.Series([pseudonym(number) for number in row.nhs_number])
    patients.add(
        {
            "is_deleted": flags(row.deleted),
            "patient_id": keys.head(len(row)),
            "nhs_number": shown(hashed, here & (row.nhs_number > 0)),
            "date_of_birth": stamps(dates(np.where(here, _first_of_month(row.birth), NO_DAY))),
            "date_of_death": stamps(dates(np.where(here, row.death, NO_DAY))),
            "sex": look_up(_SEXES, np.where(here, people.sex[row.person], -1)),
            "residential_institute_code": look_up(["CH"], np.where(here & row.care_home, 0, -1)),
            "registration_start_datetime": stamps(dates(np.where(here, row.start, NO_DAY))),
            "registration_end_datetime": stamps(dates(np.where(here, row.end, NO_DAY))),
            "is_active": shown(flags(~gone), here),
            "has_died": shown(flags(dead), here),
            "is_consent_93c1": shown(flags(~find_objectors(chunk)), here),
            "is_national_data_opted_in": shown(flags(np.ones(len(row), bool)), here),
            **_replicated(chunk, row.practice, here),
        }
    )


def _write_observations(observations: Parts, chunk: Chunk, keys: pl.Series) -> None:
    """In order of patient and day. There are no columns for day of entry, precision or confidentiality."""
    rows = in_order(chunk.events)
    here, code = ~rows.deleted, np.where(rows.deleted, -1, rows.code)
    measured = values(chunk.rng, np.where(here, rows.code, len(CODES)))
    observations.add(
        {
            "is_deleted": flags(rows.deleted),
            "observation_id": _hex(guids(chunk.rng, len(rows))),
            "effective_datetime": _effective(rows),
            "patient_id": shown(of_patient(keys, rows), here),
            "code_id": look_up(code_ids(), code),
            "snomed_concept_id": look_up([*(each.snomed or None for each in CODES), None], code),
            "numeric_value": shown(measured["Value"], here),
            "numeric_unit": measured["NumericUnit"],
            "consultation_id": _consultations(chunk, rows),
            "observation_type_description": shown(measured["ObservationType"], here),
            **_replicated(chunk, chunk.keys.practice[rows.who], here),
        }
    )


def _write_issues(tables: dict[str, Parts], chunk: Chunk, keys: pl.Series) -> None:
    """Issues, and a drug record for each course of each registration; an issue without its course has none."""
    rows = in_order(chunk.issues)
    here, code = ~rows.deleted, np.where(rows.deleted, -1, rows.code)
    linked = (rows.course != NO_COURSE) & (rows.who != NOBODY)
    pair = rows.who[linked] * (rows.course.max(initial=0) + 1) + rows.course[linked]
    _, first, member, counts = np.unique(pair, return_index=True, return_inverse=True, return_counts=True)
    kind = np.where(counts == 1, 0, np.where(np.arange(len(counts)) % 20 == 0, 2, 1))
    course, kinds = np.full(len(rows), -1), np.full(len(rows), -1)
    course[linked], kinds[linked] = member, kind[member]
    record = _hex(guids(chunk.rng, len(first)))
    supplied = product(code)
    tables["medication_issue_record"].add(
        {
            "is_deleted": flags(rows.deleted),
            "issue_record_id": _hex(guids(chunk.rng, len(rows))),
            "drug_record_id": look_up(record, np.where(here, course, -1)),
            "patient_id": shown(of_patient(keys, rows), here),
            "is_cancelled": shown(flags(np.zeros(len(rows), bool)), here),
            "course_duration_in_days": numbers(np.full(len(rows), 28), here & (rows.code % 7 > 0)),
            "effective_datetime": _effective(rows),
            "prescription_type_description": look_up(_TYPES, np.where(here, kinds, -1)),
            **_supplied(supplied, code),
            **_replicated(chunk, chunk.keys.practice[rows.who], here),
        }
    )
    begun = rows.take(np.flatnonzero(linked)[first])
    tables["medication_drug_record"].add(
        {
            "is_deleted": flags(np.zeros(len(begun), bool)),
            "drug_record_id": record,
            "prescription_type_description": look_up(_TYPES, kind),
            "issued_count": pl.Series(counts),
            "patient_id": of_patient(keys, begun),
            **_supplied(product(begun.code), begun.code),
            **_replicated(chunk, chunk.keys.practice[begun.who], np.ones(len(begun), bool)),
        }
    )


def _supplied(supplied: dict[str, pl.Series], code: Ints) -> dict[str, pl.Series]:
    return {
        "code_id": supplied["CodeId"],
        "dosage": supplied["Dosage"],
        "quantity": supplied["Quantity"],
        "quantity_unit": supplied["QuantityUnit"],
        "dmd_product_code_id": look_up([medicine.dmd or None for medicine in MEDICINES], code),
    }


def _replicated(chunk: Chunk, practice: Ints, here: Bools) -> dict[str, pl.Series]:
    """Where a row comes from; a deleted row keeps only its keys, and the practice is one of them."""
    last = pl.Series([f"{chunk.extract_date}{_NIGHT}"])
    return {
        "organisation": pl.Series([f"CDB-{_FIRST_CDB + n}" for n in range(len(chunk.practices))]).gather(practice),
        "model_updated_datetime": look_up(last, np.where(here, 0, -1)),
    }


def _effective(rows: Rows) -> pl.Series:
    """The day as written, whatever its precision; with a time if the record has one."""
    day = dates(np.where(rows.deleted, NO_DAY, rows.day)).cast(pl.String)
    time = look_up([" 00:00:00.000000 UTC", " 09:30:00.000000 UTC"], (rows.precision == WITH_TIME).astype(np.int64))
    return pl.select(pl.concat_str(day, time)).to_series()


def _consultations(chunk: Chunk, rows: Rows) -> pl.Series:
    """One for each row but the background, as in the EMIS bulk extract."""
    apart = np.array([*(code.topic == "background" for code in CODES), True])[rows.code]
    return look_up(_hex(guids(chunk.rng, len(rows))), np.where(rows.deleted | apart, -1, np.arange(len(rows))))


def _first_of_month(day: Ints) -> Ints:
    shown = pl.select(pl.lit(dates(day)).dt.month_start().alias("day")).to_series()
    first: Ints = (shown.cast(pl.Int32).fill_null(-719163) + 719163).to_numpy().astype(np.int64)
    return first


def _hex(guid: pl.Series) -> pl.Series:
    return guid.str.replace_all("[{}-]", "")


def stamps(day: pl.Series) -> pl.Series:
    """Midnight of a day, in the models' notation."""
    return pl.select(pl.concat_str(day.cast(pl.String), pl.lit(" 00:00:00.000000 UTC"))).to_series()


def shown(values: pl.Series, here: Bools) -> pl.Series:
    """Empty if not shown."""
    return pl.select(pl.when(pl.Series(here)).then(values)).to_series()
