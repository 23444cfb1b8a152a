"""What a store must say of a night, worked out from the supplier's tables alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb

from tests.extracts.emis_folder import Row
from tests.store.history import Night
from tests.store.world import (
    AGREEMENT,
    CLINICAL,
    CONSULTATION,
    COURSE,
    DRUG,
    ISSUE,
    OBSERVATION,
    ORGANISATION,
    PATIENT,
    STAFF,
    Key,
    seen,
)

Facts = dict[str, Counter[tuple[object, ...]]]
Tables = dict[str, dict[Key, Row]]

_KINDS = {"acute": "acute", "repeat": "repeat", "automatic": "repeat"}
_QUERIES = {
    "patient": "SELECT practice_id, patient_id, surname, usual_gp, is_restricted FROM patient",
    "event": "SELECT practice_id, patient_id, source_key, local, is_medicine, is_confidential FROM event "
    "JOIN patient USING (person_row) LEFT JOIN code USING (code_id)",
    "prescription": "SELECT practice_id, patient_id, source_key, local, is_medicine, is_confidential, kind "
    "FROM prescription JOIN patient USING (person_row) LEFT JOIN code USING (code_id)",
}


def facts(con: duckdb.DuckDBPyConnection) -> Facts:
    """The same of a store that is loaded."""
    return {table: Counter(con.execute(query).fetchall()) for table, query in _QUERIES.items()}


def expected(night: Night) -> Facts:
    tables = {table: seen(night.world, table, night.manner.version) for table in night.world.tables}
    practices = dict(_practices(tables))
    return {
        "patient": Counter(_patients(tables, practices)),
        "event": Counter(_events(tables, practices)),
        "prescription": Counter(_prescriptions(tables, practices)),
    }


def _practices(tables: Tables) -> Iterator[tuple[str, str]]:
    """What each organisation is called, of those that are listed and not switched off."""
    for (_, org), row in tables[ORGANISATION].items():
        agreed = tables[AGREEMENT].get(("", org), {"IsActivated": "true"})
        if agreed["IsActivated"] == "true" and "true" not in (agreed.get("Disabled"), agreed.get("Deleted")):
            yield org, row.get("ODSCode", f"CDB{row['CDB']}").upper()


def _patients(tables: Tables, practices: dict[str, str]) -> Iterator[tuple[object, ...]]:
    for key, row in tables[PATIENT].items():
        if key[0] in practices:
            name = (key[1].strip("{}"), row.get("Surname"))
            yield practices[key[0]], *name, _gp(tables, key, row), _says(row, "SpineSensitive")


def _gp(tables: Tables, key: Key, row: Row) -> str | None:
    staff = tables[STAFF].get((key[0], row.get("UsualGpUserInRoleGuid", "")), {})
    return " ".join(staff[name] for name in ("Title", "Surname") if name in staff) or None


def _says(row: Row, column: str) -> int:
    return int(row.get(column) == "true")


def _who(practices: dict[str, str], key: Key, row: Row) -> tuple[str, str, str]:
    return practices[key[0]], row["PatientGuid"].strip("{}"), key[1]


def _code(dictionary: dict[Key, Row], code: str, is_medicine: int) -> tuple[str | None, int | None]:
    return (code, is_medicine) if ("", code) in dictionary else (None, None)


def _is_hidden(tables: Tables, key: Key, row: Row) -> int:
    within = tables[CONSULTATION].get((key[0], row.get("ConsultationGuid", "")), {})
    return max(_says(row, "IsConfidential"), _says(within, "IsConfidential"))


def _events(tables: Tables, practices: dict[str, str]) -> Iterator[tuple[object, ...]]:
    for key, row in tables[OBSERVATION].items():
        if key[0] in practices:
            code = _code(tables[CLINICAL], row.get("CodeId", ""), 0)
            yield *_who(practices, key, row), *code, _is_hidden(tables, key, row)


def _prescriptions(tables: Tables, practices: dict[str, str]) -> Iterator[tuple[object, ...]]:
    for key, row in tables[ISSUE].items():
        if key[0] in practices:
            course = tables[COURSE].get((key[0], row.get("DrugRecordGuid", "")), {})
            code = _code(tables[DRUG], row.get("CodeId") or course.get("CodeId", ""), 1)
            hidden = max(_is_hidden(tables, key, row), _says(course, "IsConfidential"))
            elsewhere = row.get("IssueMethodDescription") == "Outside Hospital"
            kind = "elsewhere" if elsewhere else _KINDS.get(course.get("PrescriptionType", "").lower(), "unknown")
            yield *_who(practices, key, row), *code, hidden, kind
