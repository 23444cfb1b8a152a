"""The population in the plain canonical format, which has a column for everything that is read from the EMIS files.

It has no deleted rows or patients, so these and the rows of deleted patients are not written. Rows of the
missing patient have a `person_row` that no patient has; codes missing from the dictionary are handled likewise.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, chance
from synthetic_data.columns import dates, look_up, numbers
from synthetic_data.emis.care_record import in_order, topics, values
from synthetic_data.emis.prescribing import product
from synthetic_data.order import Order
from synthetic_data.plain.admin import draw_admin, draw_patients
from synthetic_data.plain.courses import find_courses
from synthetic_data.plain.tables import Columns, Tables, start_tables
from synthetic_data.population import rates
from synthetic_data.population.catalogue import CODES, Code
from synthetic_data.population.chunk import Chunk, Writer
from synthetic_data.population.medicines import MEDICINES
from synthetic_data.population.practices import Practices, text
from synthetic_data.population.registrations import REGULAR, TEMPORARY, TYPES
from synthetic_data.population.rows import NO_DAY, Rows

_PRECISIONS = ("day", "day", "month", "year", "unknown")  # in the order of rows.PRECISIONS
_KINDS = ("acute", "repeat", "repeat")
_FIRST_MEDICINE = 1001  # code_id: those of clinical codes begin at 1
_IN_CHUNK = 1_000_000_000  # encounters and courses of a chunk start at this times the chunk's number


def start_plain(order: Order) -> Writer:
    """Write what is not about patients; return the function that writes a chunk of them.

    `person_row` and `local_number` are what truth.csv calls `local_number`; `patient_id` is `patient_guid` without its
    braces.
    """
    tables = start_tables(order.out)
    admin = draw_admin(order.practices, order.extract_date, order.rng)
    write_practices(tables, order.practices, admin["Admin_Organisation"], order.extract_date)
    write_codes(tables)
    staff = admin["Admin_UserInRole"].select(
        pl.col("UserInRoleGuid").alias("UsualGpUserInRoleGuid"),
        pl.concat_str("Title", "GivenName", "Surname", separator=" ").alias("usual_gp"),
    )

    def write(chunk: Chunk) -> None:
        shown = draw_patients(chunk).join(staff, on="UsualGpUserInRoleGuid", how="left", maintain_order="left")
        write_patients(tables, chunk, shown)
        write_events(tables, chunk)
        write_prescriptions(tables, chunk)

    return write


def write_practices(tables: Tables, practices: Practices, organisations: pl.DataFrame, extract_date: date) -> None:
    columns: Columns = {
        "practice_id": practices.ods,
        "name": organisations["OrganisationName"].head(len(practices)),
        "supplier": pl.lit("Synthetic"),
        "extract_date": pl.lit(extract_date),
    }
    tables.add("practice", columns)


def write_codes(tables: Tables) -> None:
    """Clinical codes with the code above each, then medicines."""
    tables.add(
        "code",
        {
            "code_id": pl.Series(range(1, len(CODES) + 1)),
            "snomed": text([code.snomed for code in CODES]),
            "read2": text([seven_characters(code) for code in CODES]),
            "local": text([code.read if code.read.startswith("EMIS") else "" for code in CODES]),
            "term": pl.Series([code.term for code in CODES]),
            "is_medicine": pl.lit(False),
        },
    )
    number_of = {code.read: n for n, code in enumerate(CODES, start=1)}
    below = [(n, number_of[code.parent]) for n, code in enumerate(CODES, start=1) if code.parent]
    child, parent = (pl.Series(column) for column in zip(*below, strict=True))
    tables.add("code_parent", {"code_id": child, "parent_id": parent})
    medicines: Columns = {
        "code_id": pl.Series(range(_FIRST_MEDICINE, _FIRST_MEDICINE + len(MEDICINES))),
        "dmd": text([medicine.dmd for medicine in MEDICINES]),
        "term": pl.Series([medicine.name for medicine in MEDICINES]),
        "is_medicine": pl.lit(True),
    }
    tables.add("code", medicines)


def seven_characters(code: Code) -> str:
    """A Read code with its dots and its term code; nothing for EMIS's own codes."""
    read, _, synonym = code.read.partition("-")
    return f"{read:.<5}{'1' + synonym if synonym else '00'}" if read and not read.startswith("EMIS") else ""


def write_patients(tables: Tables, chunk: Chunk, shown: pl.DataFrame) -> None:
    """The registrations that are not deleted. `shown` is what the EMIS files say, and `usual_gp`."""
    row = chunk.registrations
    here = pl.Series(~row.deleted)
    kinds = ["other"] * len(TYPES)
    kinds[REGULAR], kinds[TEMPORARY] = "regular", "temporary"
    columns: dict[str, pl.Series] = {
        "person_row": shown["PatientNumber"],
        "practice_id": chunk.practices.ods.gather(row.practice),
        "patient_id": shown["PatientGuid"].str.strip_chars("{}"),
        "nhs_number": shown["NhsNumber"],
        "date_of_birth": shown["DateOfBirth"],
        "birth_precision": look_up(["day", "unknown"], (row.birth == NO_DAY).astype(np.int64)),
        "sex": shown["Sex"],
        "date_of_death": shown["DateOfDeath"],
        "registered_from": shown["DateOfRegistration"],
        "registered_to": shown["DateOfDeactivation"],
        "registration_type": look_up(kinds, row.kind),
        "is_test": pl.Series(row.is_test),
        "is_restricted": pl.Series(row.sensitive | row.confidential),
        "institution": shown["ResidentialInstituteCode"],
        "usual_gp": shown["usual_gp"],
        "local_number": shown["PatientNumber"],
        "title": shown["Title"],
        "given_name": shown["GivenName"],
        "surname": shown["Surname"],
        "address_1": shown["HouseNameFlatNumber"],
        "address_2": shown["NumberAndStreet"],
        "address_4": shown["Town"],
        "address_5": shown["County"],
        "postcode": shown["Postcode"],
        "mobile": shown["MobilePhone"],
        "email": shown["EmailAddress"],
    }
    tables.add("patient", {name: column.filter(here) for name, column in columns.items()})


def write_events(tables: Tables, chunk: Chunk) -> None:
    """In order of patient and day; each row has an encounter, except most everyday rows."""
    rows = in_order(sent_rows(chunk.events, chunk))
    background = topics(("background",))[rows.code]
    seen = ~background | chance(chunk.rng, rates.IN_CONSULTATION, len(rows))
    measured = values(chunk.rng, rows.code)
    columns: Columns = {
        **dated(rows, chunk),
        "code_id": pl.Series(rows.code + 1),
        "value": measured["Value"],
        "unit": measured["NumericUnit"],
        "encounter": _numbered(chunk, np.arange(len(rows)), seen),
    }
    tables.add("event", columns)


def write_prescriptions(tables: Tables, chunk: Chunk) -> None:
    """The kind of each is that of its course."""
    every = in_order(chunk.issues)
    courses = find_courses(every)
    sent = _is_sent(every, chunk)
    rows, course, kind = every.take(sent), courses.member[sent], courses.kinds()[sent]
    supplied = product(rows.code)
    columns: Columns = {
        **dated(rows, chunk),
        "code_id": pl.Series(rows.code + _FIRST_MEDICINE),
        "kind": look_up([*_KINDS, "unknown"], np.where(kind < 0, len(_KINDS), kind)),
        "course": _numbered(chunk, course, course >= 0),
        "quantity": supplied["Quantity"],
        "unit": supplied["QuantityUnit"],
        "duration_days": numbers(np.full(len(rows), 28), rows.code % 7 > 0),
    }
    tables.add("prescription", columns)


def dated(rows: Rows, chunk: Chunk) -> dict[str, pl.Series]:
    """The columns that both tables of rows share."""
    person = np.append(chunk.keys.local_number.to_numpy(), 0)  # 0 belongs to nobody
    return {
        "person_row": pl.Series(person[rows.who]),
        "date": dates(rows.day),
        "date_precision": look_up(_PRECISIONS, rows.precision),
        "recorded_on": dates(rows.entered),
        "is_confidential": pl.Series(rows.confidential),
    }


def sent_rows(rows: Rows, chunk: Chunk) -> Rows:
    return rows.take(_is_sent(rows, chunk))


def _is_sent(rows: Rows, chunk: Chunk) -> Bools:
    """Neither the row nor its patient is deleted."""
    gone: Bools = np.append(chunk.registrations.deleted, False)[rows.who]  # NOBODY is the last
    return ~rows.deleted & ~gone


def _numbered(chunk: Chunk, place: Ints, shown: Bools) -> pl.Series:
    return numbers(chunk.number * _IN_CHUNK + place, shown)
