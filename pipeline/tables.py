"""The canonical tables, defined once: what every reader writes and every search reads.

A `day` is an integer, the proleptic Gregorian ordinal of `datetime.date.toordinal`, so that no engine's own date
arithmetic is needed. A `flag` is 0 or 1. Identifiers and codes are text end to end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "integer", "number", "day", "flag"]

SQL_TYPE: dict[Kind, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "day": "INTEGER",
    "flag": "TINYINT",
}


@dataclass(frozen=True)
class Column:
    """A column. `needed`: a row without it cannot be kept. `choices`: the only values a text column may have."""

    name: str
    kind: Kind = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]

    def create_sql(self) -> str:
        """The statement that makes this table, empty."""
        columns = ", ".join(f"{c.name} {SQL_TYPE[c.kind]}" for c in self.columns)
        return f"CREATE TABLE {self.name} ({columns})"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)


# A pseudonymised store holds one of these and a keyed hash instead of an NHS number.
VALID_PSEUDONYM, INVALID_PSEUDONYM = "valid:", "invalid:"

# A practice's code is used as a folder name, and Windows reserves some names for devices, whatever their case.
DEVICE = re.compile(r"(?i:CON|NUL|AUX|PRN|COM\d|LPT\d)")
PRACTICE_ID = re.compile(rf"(?!{DEVICE.pattern}$)[A-Za-z0-9]{{1,20}}")

PRECISIONS = ("day", "month", "year", "unknown")

PRACTICE = Table(
    "practice",
    (
        Column("practice_id", needed=True),  # the ODS code
        Column("name"),
        Column("supplier", needed=True),
        Column("extract_date", "day", needed=True),
    ),
)

# How the sexes that a record can state are written in `patient`. Anything else is not known, as U and nothing are.
SEXES = {
    sex: (sex[0].upper(), sex[0], sex, sex.capitalize(), sex.upper()) for sex in ("female", "male", "indeterminate")
}

PATIENT = Table(
    "patient",
    (
        Column("person_row", "integer", needed=True),  # ours: one per registration record in the extract
        Column("practice_id", needed=True),
        Column("patient_id", needed=True),  # the supplier's key, unique within the practice
        Column("nhs_number"),  # ten digits as given, without spaces; may fail its check. Or a pseudonym
        Column("date_of_birth", "day"),  # the first possible day
        Column("birth_precision", choices=PRECISIONS, needed=True),
        Column("sex"),  # one of `SEXES`, or U
        Column("date_of_death", "day"),
        Column("registered_from", "day"),
        Column("registered_to", "day"),
        Column("registration_type", choices=("regular", "temporary", "other"), needed=True),
        Column("is_test", "flag", needed=True),
        Column("is_restricted", "flag", needed=True),  # address-protected or confidential record
        Column("institution"),
        Column("usual_gp"),
        Column("local_number"),
        Column("title"),
        Column("given_name"),
        Column("surname"),
        *(Column(f"address_{n}") for n in range(1, 6)),
        Column("postcode"),
        Column("mobile"),
        Column("email"),
        Column("sms_consent", "flag"),
    ),
)

CODE = Table(
    "code",
    (
        Column("code_id", "integer", needed=True),  # ours: one per distinct code of the extract
        Column("snomed"),
        Column("read2"),  # seven characters: five of code, two of term
        Column("ctv3"),
        Column("dmd"),
        Column("bnf"),
        Column("local"),  # the supplier's own code
        Column("term"),
        Column("is_medicine", "flag", needed=True),  # a row of the product dictionary: `name` entries match only these
    ),
)

CODE_PARENT = Table(
    "code_parent",
    (Column("code_id", "integer", needed=True), Column("parent_id", "integer", needed=True)),
)

SOURCE_FILE = Table("source_file", (Column("file_id", "integer", needed=True), Column("file", needed=True)))

EVENT = Table(
    "event",
    (
        Column("person_row", "integer", needed=True),
        Column("code_id", "integer"),  # empty where the row's code is not in the extract's dictionary
        Column("date", "day"),  # the first possible day
        Column("date_precision", choices=PRECISIONS, needed=True),
        Column("recorded_on", "day"),
        Column("value", "number"),
        Column("unit"),
        Column("encounter"),
        Column("is_confidential", "flag", needed=True),
        Column("source_file", "integer", needed=True),
        Column("source_key", needed=True),  # the supplier's row key; unique within file and practice
    ),
)

PRESCRIPTION = Table(
    "prescription",
    (
        Column("person_row", "integer", needed=True),
        Column("code_id", "integer"),
        Column("date", "day"),
        Column("date_precision", choices=PRECISIONS, needed=True),
        Column("recorded_on", "day"),
        Column("kind", choices=("acute", "repeat", "elsewhere", "unknown"), needed=True),
        Column("course"),
        Column("quantity", "number"),
        Column("unit"),
        Column("duration_days", "integer"),
        Column("is_confidential", "flag", needed=True),
        Column("source_file", "integer", needed=True),
        Column("source_key", needed=True),
    ),
)

# Lines and rows that could not be kept. It never holds the text of the line.
REJECT = Table(
    "reject",
    (Column("file", needed=True), Column("line", "integer"), Column("reason", needed=True)),
)

TABLES: tuple[Table, ...] = (
    PRACTICE,
    PATIENT,
    CODE,
    CODE_PARENT,
    SOURCE_FILE,
    EVENT,
    PRESCRIPTION,
    REJECT,
)
