"""The older EMIS-X Explorer tables: medicines by course, and the code and patient details on every row.

Only what the supplier would export is written: nothing deleted, and no rows of deleted or missing patients.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints
from synthetic_data.columns import dates, guids, look_up, numbers
from synthetic_data.emis.care_record import in_order, values
from synthetic_data.emis.patients import draw_identities
from synthetic_data.emis.prescribing import product
from synthetic_data.explorer.files import (
    OLDER,
    Parts,
    bare,
    find_objectors,
    flags,
    of_patient,
    patient_keys,
    read_seven,
    start_parts,
)
from synthetic_data.population.catalogue import CODES, code_ids
from synthetic_data.population.chunk import Chunk, Writer
from synthetic_data.population.medicines import MEDICINES
from synthetic_data.population.practices import draw_staff, text
from synthetic_data.population.registrations import DUMMY, REGULAR, SEXES
from synthetic_data.population.rows import NO_COURSE, NO_DAY, NOBODY, PRECISIONS, Rows

_TYPES = ["Acute", "Repeat", "Repeat Dispensing"]
_REFSETS = ["999000000000000000", "999000000000000001"]  # a code is listed once for each refset it is in


@dataclass(frozen=True)
class _Written:
    """What a chunk's rows say about their patients, by registration; the last entry is for nobody."""

    registration: pl.Series
    marks: dict[str, pl.Series]
    organisation: pl.Series


def start_older(out: Path, part_rows: int) -> Writer:
    """Write the codes; return the function that writes a chunk of people."""
    tables = start_parts(out, OLDER, part_rows)
    _write_codes(tables["clinical_codes"])

    def write(chunk: Chunk) -> None:
        kept = ~chunk.registrations.deleted
        written = _find_marks(chunk)
        _write_patients(tables["patient"], chunk, written)
        _write_observations(tables["observation"], chunk, _of_kept(chunk.events, kept), written)
        _write_courses(tables["medication"], chunk, _of_kept(chunk.issues, kept), written)

    return write


def _of_kept(rows: Rows, kept: Bools) -> Rows:
    return in_order(rows.take(~rows.deleted & (rows.who != NOBODY) & kept[np.where(rows.who == NOBODY, 0, rows.who)]))


def _find_marks(chunk: Chunk) -> _Written:
    row, today = chunk.registrations, chunk.extract_date.toordinal()
    now = (row.start <= today) & ((row.end == NO_DAY) | (row.end > today)) & (row.death == NO_DAY)
    regular = row.kind == REGULAR
    objects = find_objectors(chunk)
    marks = {
        "regular_patient_flag": regular,
        "regular_and_current_active_flag": regular & now,
        "non_regular_and_current_active_flag": ~regular & now,
        "regular_current_active_and_inactive_flag": regular,
        "dummy_patient_flag": row.dummy_flag | (row.kind == DUMMY),
        "sensitive_patient_flag": row.sensitive,
        "confidential_patient_flag": row.confidential,
        "opt_out_9nu0_flag": objects,
        "opt_out_9nd19nu0_flag": objects,
        "opt_out_9nd19nu09nu4_flag": objects,
        "opt_out_93c1_flag": np.zeros(len(row), bool),
    }
    guid = patient_keys(chunk).str.replace(r"^(.{8})(.{4})(.{4})(.{4})(.{12})$", "$1-$2-$3-$4-$5")
    return _Written(
        guid,
        {name: flags(np.append(each, False)) for name, each in marks.items()},
        bare(chunk.practices.guid.gather(chunk.keys.practice)),
    )


def _write_codes(codes: Parts) -> None:
    """Fit notes are listed twice, as members of two refsets."""
    twice = [n for n, code in enumerate(CODES) if code.topic == "fit-notes"]
    ids = code_ids()
    id_of = {code.read: ids[n] for n, code in enumerate(CODES)}
    shown = [*range(len(CODES)), *twice]
    codes.add(
        {
            "refset_simple_id": text([_REFSETS[k >= len(CODES)] if n in twice else "" for k, n in enumerate(shown)]),
            "parent_code_id": text([id_of.get(CODES[n].parent, "") if CODES[n].parent else "" for n in shown]),
            "code_id": pl.Series([ids[n] for n in shown]),
            "snomed_concept_id": text([CODES[n].snomed for n in shown]),
            "emis_term": pl.Series([CODES[n].term for n in shown]),
        }
    )


def _write_patients(patients: Parts, chunk: Chunk, written: _Written) -> None:
    """Draws first from the chunk's stream, as in the EMIS bulk extract, so that the names are the same."""
    row, here = chunk.registrations, ~chunk.registrations.deleted
    draw_staff(chunk.rng, row.practice)
    guids(chunk.rng, len(chunk.people))
    identity = draw_identities(chunk.rng, chunk.people, row)
    columns = {
        "postcode": identity["Postcode"],
        "patient_surname": identity["Surname"],
        "patient_givenname": identity["GivenName"],
        "date_of_birth": _stamps(row.birth),
        "date_of_death": _stamps(row.death),
        "registration_guid": written.registration.head(len(row)),
        "patient_id": chunk.keys.local_number.cast(pl.String),
        "gender": look_up(SEXES, chunk.people.sex[row.person]),
    }
    patients.add({name: each.filter(pl.Series(here)) for name, each in columns.items()})


def _write_observations(observations: Parts, chunk: Chunk, rows: Rows, written: _Written) -> None:
    measured = values(chunk.rng, rows.code)
    observations.add(
        {
            "emis_observation_guid": bare(guids(chunk.rng, len(rows))),
            "emis_code_id": look_up(code_ids(), rows.code),
            "snomed_concept_id": look_up([*(code.snomed or None for code in CODES), None], rows.code),
            "readv2_code": look_up([*(read_seven(code.read) for code in CODES), None], rows.code),
            "emis_original_term": look_up([*(code.term for code in CODES), None], rows.code),
            "effective_date": _stamps(rows.day),
            "effective_date_precision": look_up(PRECISIONS, rows.precision),
            "recorded_date": _stamps(rows.entered),
            "confidential_flag": flags(rows.confidential),
            "numericvalue": measured["Value"],
            "uom": measured["NumericUnit"],
            "observation_type": measured["ObservationType"],
            **_of_patients(rows, written),
        }
    )


def _write_courses(medication: Parts, chunk: Chunk, rows: Rows, written: _Written) -> None:
    """One row for each course, as its newest issue has it; an issue without a course is a course of its own."""
    loose = rows.course == NO_COURSE
    numbered = replace(rows, course=np.where(loose, rows.course.max(initial=0) + 1 + np.arange(len(rows)), rows.course))
    order = np.lexsort((rows.day, numbered.course, rows.who))
    ordered = numbered.take(order)
    _, first, counts = np.unique(
        ordered.who * (ordered.course.max(initial=0) + 1) + ordered.course, return_index=True, return_counts=True
    )
    newest, begun = ordered.take(first + counts - 1), ordered.take(first)
    supplied = product(newest.code)
    medication.add(
        {
            "emis_drug_guid": bare(guids(chunk.rng, len(newest))),
            "emis_code_id": supplied["CodeId"],
            "snomed_concept_id": look_up([medicine.dmd or None for medicine in MEDICINES], newest.code),
            "emis_original_term": look_up([medicine.name for medicine in MEDICINES], newest.code),
            "dose": supplied["Dosage"],
            "quantity": supplied["Quantity"],
            "uom": supplied["QuantityUnit"],
            "duration_in_days": numbers(np.full(len(newest), 28), newest.code % 7 > 0),
            "effective_date": _stamps(begun.day),
            "effective_date_precision": look_up(PRECISIONS, begun.precision),
            "recorded_date": _stamps(begun.entered),
            "emis_mostrecent_issue_date": _stamps(newest.day),
            "emis_prescription_type": look_up(_TYPES, np.where(counts == 1, 0, 1)),
            "number_of_issues": pl.Series(counts),
            "confidential_flag": flags(newest.confidential),
            "emis_registration_organisation_guid": of_patient(written.organisation, newest),
            **_of_patients(newest, written),
        }
    )


def _of_patients(rows: Rows, written: _Written) -> dict[str, pl.Series]:
    marks = {name: of_patient(each, rows) for name, each in written.marks.items()}
    return {
        "registration_guid": of_patient(written.registration, rows),
        "sensitive_flag": pl.Series(["false"]).gather(np.zeros(len(rows), np.int64)),
        **marks,
    }


def _stamps(day: Ints) -> pl.Series:
    return pl.select(pl.concat_str(dates(day).cast(pl.String), pl.lit("T00:00:00.000Z"))).to_series()
