"""Every TPP table we read, and how to find TPP's format from the headers."""

from __future__ import annotations

from pipeline.extracts.tpp.tables_coding import CTV3, HIERARCHY, TO_READ2, TO_SNOMED
from pipeline.extracts.tpp.tables_people import ADDRESS, CONSENT, CONTACT, MAPPING, ORGANISATION, PATIENT, REGISTRATION
from pipeline.extracts.tpp.tables_record import CODE, MEDICATION

OWNED_TABLES = (PATIENT, REGISTRATION, ADDRESS, CONTACT, CONSENT, CODE, MEDICATION)
REFERENCE_TABLES = (ORGANISATION, MAPPING, CTV3, HIERARCHY, TO_SNOMED, TO_READ2)
TABLES = (*OWNED_TABLES, *REFERENCE_TABLES)


def find_version(headers: dict[str, tuple[str, ...]]) -> str:
    """The version, from each table's header as written. A column may also have been left out by choice."""
    names = {table: {name.lower() for name in header} for table, header in headers.items()}
    code = names[CODE.name]
    tells_removed = any("removeddata" in names.get(table.name, ()) for table in OWNED_TABLES)
    if "snomedcode" not in code:
        return "89 or older" if tells_removed else "88, or columns left out"
    if tells_removed:
        return "93 or like it"
    return "92, or columns left out" if "idquestionnaire" in code else "91, or columns left out"
