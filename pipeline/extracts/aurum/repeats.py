"""Rows of a CPRD Aurum extract that share a key. Only a dictionary of a later build replaces another."""

from __future__ import annotations

import duckdb

from pipeline.extracts.aurum.tables import LOOKUPS
from pipeline.extracts.aurum.tables_coding import MEDICAL, PRODUCT
from pipeline.extracts.aurum.tables_record import ISSUE, OBSERVATION, PATIENT, PRACTICE
from pipeline.extracts.model import Notes
from pipeline.extracts.sql.repeated_keys import keep_all, keep_one_meaning, keep_safest
from pipeline.extracts.sql.repeated_patients import settle_patients

_BUILD = "file_id DESC"
_MEANINGS = (
    (MEDICAL, ("snomed", "read2")),
    (PRODUCT, ("dmd", "bnf", "term")),  # lists find products by name
    *((table, ("word",)) for table in LOOKUPS),
)


def settle_repeats(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Leave out no row but those that are there again. Call it when everything is staged."""
    who = ("practice", "date_of_birth", "sex")
    settle_patients(con, PATIENT.stage, "key", PATIENT.name, notes, who)
    said = "The earlier day of collection counts."
    keep_safest(con, PRACTICE.stage, "key", PRACTICE.name, notes, {"lcd": "min(lcd)"}, said)
    for table, meaning in _MEANINGS:
        keep_one_meaning(con, table.stage, "key", table.name, notes, meaning, _BUILD)
    for table in (OBSERVATION, ISSUE):
        keep_all(con, table.stage, "key", table.name, notes)
