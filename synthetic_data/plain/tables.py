"""The tables of the plain canonical format as CSV, and how rows are appended to them. See docs/plain-format.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from synthetic_data.files import open_private

# `source_file` and `source_key` are left to the reader, which names the table and the line.
_COLUMNS = {
    "practice": "practice_id name supplier extract_date",
    "patient": """person_row practice_id patient_id nhs_number date_of_birth birth_precision sex date_of_death
        registered_from registered_to registration_type is_test is_restricted institution usual_gp local_number title
        given_name surname address_1 address_2 address_3 address_4 address_5 postcode mobile email sms_consent""",
    "code": "code_id snomed read2 ctv3 dmd bnf local term is_medicine",
    "code_parent": "code_id parent_id",
    "event": "person_row code_id date date_precision recorded_on value unit encounter is_confidential",
    "prescription": """person_row code_id date date_precision recorded_on kind course quantity unit duration_days
        is_confidential""",
}
HEADERS = {name: tuple(columns.split()) for name, columns in _COLUMNS.items()}

Columns = Mapping[str, pl.Series | pl.Expr]


@dataclass(frozen=True)
class Tables:
    folder: Path

    def add(self, table: str, columns: Columns) -> None:
        """Append rows; a column not given is empty."""
        unknown = columns.keys() - set(HEADERS[table])
        if unknown:
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        empty = pl.lit(None, pl.String)
        rows = pl.select(*(columns.get(name, empty).alias(name) for name in HEADERS[table]))
        with (self.folder / f"{table}.csv").open("ab") as file:
            rows.write_csv(file, include_header=False, quote_style="necessary")


def start_tables(folder: Path) -> Tables:
    """Start every table's file with its header only, readable only by its owner."""
    for table, header in HEADERS.items():
        with open_private(folder / f"{table}.csv") as file:
            file.write(",".join(header).encode() + b"\n")
    return Tables(folder)
