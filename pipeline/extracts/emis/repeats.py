"""Rows of one EMIS delivery that share a key.

A delivery of one number was sent at once. In one of several numbers, or one whose name has lost its number, a row with
a higher ProcessingId was sent later, and replaces others.
"""

from __future__ import annotations

import duckdb

from pipeline.extracts.emis.table import EmisTable
from pipeline.extracts.emis.tables_admin import AGREEMENT, ORGANISATION, PATIENT, USER
from pipeline.extracts.emis.tables_coding import CLINICAL_CODE, DRUG_CODE
from pipeline.extracts.emis.tables_record import CONSULTATION, DRUG_RECORD, ISSUE, OBSERVATION
from pipeline.extracts.model import Delivery, Notes
from pipeline.extracts.sql.repeated_keys import keep_all, keep_one_meaning, keep_safest, one_or
from pipeline.extracts.sql.repeated_patients import settle_patients

_KEY = "org, key"
_MEANINGS = (
    (CLINICAL_CODE, ("snomed", "read2")),
    (DRUG_CODE, ("dmd", "term")),  # lists find products by name
    (ORGANISATION, ("ods",)),
)
_OF_SHARED = {"patient": one_or("patient"), "is_confidential": "max(is_confidential)", "deleted": "min(deleted)"}
_SAFEST: tuple[tuple[EmisTable, dict[str, str], str], ...] = (
    (CONSULTATION, _OF_SHARED, "It is confidential if one of the rows says so."),
    (
        DRUG_RECORD,
        _OF_SHARED | {"code": one_or("code"), "kind": one_or("kind", "'unknown'")},
        "It is confidential if one of the rows says so; a product or kind that differs is not known.",
    ),
    (USER, {}, "They are names of staff, and the last row's are used."),
)


def settle_repeats(con: duckdb.DuckDBPyConnection, delivery: Delivery, notes: Notes) -> None:
    """Leave no row out but those that were sent again."""
    covers_nights = delivery.first < delivery.last
    newest = "processing DESC NULLS LAST" if covers_nights or not delivery.first else "1"
    settle_patients(con, PATIENT.stage, _KEY, PATIENT.name, notes, newest=newest)
    for table, meaning in _MEANINGS:
        keep_one_meaning(con, table.stage, _KEY, table.name, notes, meaning, newest)
    for table, safest, said in _SAFEST:
        keep_safest(con, table.stage, _KEY, table.name, notes, safest, said, newest)
    for table in (OBSERVATION, ISSUE):
        keep_all(con, table.stage, _KEY, table.name, notes, newest)
    # Agreements have no ProcessingId. Where a delivery covers several nights, they stand in order.
    last = "file_id DESC, rowid DESC" if covers_nights else "1"
    said = "A practice is not used if one of the rows says so."
    keep_safest(con, AGREEMENT.stage, _KEY, AGREEMENT.name, notes, {"usable": "min(usable)"}, said, last)
