"""Practices and patients as in the EMIS files, for formats that say the same in other columns.

Names, addresses and staff are drawn while they are written. Drawing them here, at the same place in the same stream,
gives the same ones, so that a patient has one name in every format.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from synthetic_data.arrays import Rng
from synthetic_data.emis.patients import write_patients
from synthetic_data.emis.reference import write_practices
from synthetic_data.emis.tables import Files
from synthetic_data.population.chunk import Chunk
from synthetic_data.population.practices import Practices

Tables = dict[str, pl.DataFrame]


def draw_admin(practices: Practices, extract_date: date, rng: Rng) -> Tables:
    """Admin_Organisation, whose last row is not a practice, and Admin_UserInRole. Must draw first from `rng`."""
    tables, keep = _keeper()
    write_practices(keep, practices, extract_date, rng)
    return tables


def draw_patients(chunk: Chunk) -> pl.DataFrame:
    """Admin_Patient, one row for each registration. Must draw first from the chunk's stream."""
    tables, keep = _keeper()
    write_patients(keep, chunk.rng, chunk.people, chunk.registrations, chunk.keys, chunk.practices)
    return tables["Admin_Patient"]


def _keeper() -> tuple[Tables, Files]:
    """Empty tables, and a function that puts rows in them instead of in a file."""
    tables: Tables = {}

    def keep(table: str, rows: pl.DataFrame) -> None:
        tables[table] = rows

    return tables, keep
