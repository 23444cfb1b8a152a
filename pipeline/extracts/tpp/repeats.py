"""Rows of one TPP delivery that share a RowIdentifier. Nothing says which was sent later."""

from __future__ import annotations

import duckdb

from pipeline.extracts.model import Notes
from pipeline.extracts.sql.repeated_keys import keep_all, keep_safest, one_or
from pipeline.extracts.sql.repeated_patients import settle_patients
from pipeline.extracts.tpp.tables_coding import CTV3, HIERARCHY, TO_READ2, TO_SNOMED
from pipeline.extracts.tpp.tables_people import ADDRESS, CONSENT, CONTACT, MAPPING, ORGANISATION, PATIENT, REGISTRATION
from pipeline.extracts.tpp.tables_record import CODE, MEDICATION

_KEY = "org, key"
# Of a patient with two rows of one registration, the one that ended, elsewhere or of no regular type counts.
_REGISTRATION = {
    "registered_from": "max(registered_from)",
    "registered_to": "min(registered_to)",
    "registration_type": one_or("registration_type", "'other'"),
    "is_elsewhere": "max(is_elsewhere)",
    "deleted": "max(deleted)",
    "unclear": "max(unclear)",
}
_MEANT = "A word that differs is not known."


def settle_repeats(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Leave out no row but those that are there again."""
    settle_patients(con, PATIENT.stage, _KEY, PATIENT.name, notes)
    said = "Such a registration has ended, or is elsewhere or not regular, if one of the rows says so."
    keep_safest(con, REGISTRATION.stage, f"{_KEY}, patient", REGISTRATION.name, notes, _REGISTRATION, said)
    for table in (REGISTRATION, ADDRESS, CONTACT, CONSENT, CODE, MEDICATION):
        keep_all(con, table.stage, _KEY, table.name, notes)
    for table in (ORGANISATION, CTV3, HIERARCHY, TO_SNOMED, TO_READ2):
        keep_all(con, table.stage, "key", table.name, notes)
    keep_safest(con, MAPPING.stage, "key", MAPPING.name, notes, {"word": one_or("word")}, _MEANT)
