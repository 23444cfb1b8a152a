"""A supplier in plain Python: what its practices' records say each night, and what it would send of that.

The supplier knows nothing but its tables. Every night each is compared with itself the night before, and the difference
is sent (Extract Service specification): a row that is new or other; a key that is gone, as deleted. A patient who falls
out of scope is sent as deleted, and nothing is said of their rows; when they come back, all their rows are new.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from tests.extracts.emis_folder import (
    Row,
    Tables,
    clinical_code,
    drug_code,
    guid,
    header,
    observation,
    organisation,
    patient,
)

Key = tuple[str, str]  # the organisation's GUID, then the row's own

PATIENT, ORGANISATION, AGREEMENT = "Admin_Patient", "Admin_Organisation", "Agreements_SharingOrganisation"
STAFF, CLINICAL, DRUG = "Admin_UserInRole", "Coding_ClinicalCode", "Coding_DrugCode"
CONSULTATION, OBSERVATION = "CareRecord_Consultation", "CareRecord_Observation"
COURSE, ISSUE = "Prescribing_DrugRecord", "Prescribing_IssueRecord"

KEY_COLUMN = {
    PATIENT: "PatientGuid",
    ORGANISATION: "OrganisationGuid",
    STAFF: "UserInRoleGuid",
    AGREEMENT: "OrganisationGuid",
    CLINICAL: "CodeId",
    DRUG: "CodeId",
    CONSULTATION: "ConsultationGuid",
    OBSERVATION: "ObservationGuid",
    COURSE: "DrugRecordGuid",
    ISSUE: "IssueRecordGuid",
}
OF_PATIENTS = (CONSULTATION, OBSERVATION, COURSE, ISSUE)  # sent only while their patient is in scope

# Practice FIRST, its patient ANCHOR and their one observation are always there: an extract without any is refused.
FIRST, SECOND, THIRD = guid(1, "0"), guid(2, "0"), guid(3, "0")
ANCHOR = guid(99, "A")


@dataclass(frozen=True)
class World:
    """The truth of one night. `scope`: the patients whom the sharing agreement covers."""

    tables: dict[str, dict[Key, Row]]
    scope: frozenset[Key]

    def put(self, table: str, key: Key, values: Row) -> World:
        """Change columns of a row, or add one. A patient who is new is in scope."""
        rows = self.tables[table]
        blank = {"OrganisationGuid": key[0], KEY_COLUMN[table]: key[1]} if key[0] else {KEY_COLUMN[table]: key[1]}
        changed = {**self.tables, table: {**rows, key: rows.get(key, blank) | values}}
        is_new = table == PATIENT and key not in rows
        return World(changed, self.scope | {key} if is_new else self.scope)

    def remove(self, table: str, key: Key) -> World:
        rows = {other: row for other, row in self.tables[table].items() if other != key}
        return replace(self, tables={**self.tables, table: rows})

    def toggle(self, key: Key) -> World:
        """A patient leaves the scope, or comes back into it."""
        return replace(self, scope=self.scope ^ {key}) if key in self.tables[PATIENT] else self

    def content(self, table: str) -> dict[Key, Row]:
        """What the supplier's table holds this night."""
        rows = self.tables[table]
        if table == PATIENT:
            return {key: row for key, row in rows.items() if key in self.scope}
        if table in OF_PATIENTS:
            return {key: row for key, row in rows.items() if (key[0], row.get("PatientGuid", "")) in self.scope}
        return rows


def first_world() -> World:
    """Two practices, of which the first has a patient."""
    tables: dict[str, dict[Key, Row]] = {
        PATIENT: {(FIRST, ANCHOR): patient(ANCHOR, FIRST, NhsNumber="")},
        ORGANISATION: {
            ("", FIRST): organisation(FIRST, "A81001", CDB="1"),
            ("", SECOND): organisation(SECOND, "B82002", CDB="2"),
        },
        CLINICAL: {("", code): clinical_code(code, ParentCodeId="0") for code in ("101", "102")},
        DRUG: {("", code): drug_code(code) for code in ("201", "202")},
        OBSERVATION: {(FIRST, guid(99, "B")): observation(99, ANCHOR, FIRST)},
    }
    return World({table: tables.get(table, {}) for table in KEY_COLUMN}, frozenset(tables[PATIENT]))


@cache
def _columns(table: str, version: str) -> frozenset[str]:
    return frozenset(name.lower() for name in header(table, version))


def visible(table: str, row: Row, version: str) -> Row:
    """A row as a version of the layout can say it."""
    return {name: value for name, value in row.items() if value and name.lower() in _columns(table, version)}


def seen(world: World, table: str, version: str) -> dict[Key, Row]:
    return {key: visible(table, row, version) for key, row in world.content(table).items()}


def bulk(world: World, version: str) -> Tables:
    """A full extract: all that is in scope, once."""
    return {table: list(seen(world, table, version).values()) for table in KEY_COLUMN}


@dataclass(frozen=True)
class Manner:
    """How a night is sent. `again`: tables sent whole. `blank`: a deleted row says only its key.

    `twice`: what is sent is there twice. `numbered`: rows name their delivery.
    """

    version: str = "5.4"
    again: frozenset[str] = frozenset()
    blank: bool = True
    twice: bool = False
    numbered: bool = True


def difference(table: str, before: tuple[World, str], after: World, manner: Manner) -> Iterator[Row]:
    """What is sent of a table. `before`: the night before, and the version of the layout then."""
    old, new = seen(before[0], table, before[1]), seen(after, table, manner.version)
    for key, row in new.items():
        if old.get(key) != row or table in manner.again:
            yield from (row, row) if manner.twice else (row,)
    for key in sorted(old.keys() - new.keys()):
        if _is_told(table, key, old[key], after):
            if manner.twice:
                yield _deleted(table, key, {})
            yield _deleted(table, key, {} if manner.blank else old[key])


def _is_told(table: str, key: Key, row: Row, after: World) -> bool:
    return table not in OF_PATIENTS or (key[0], row.get("PatientGuid", "")) in after.scope


def _deleted(table: str, key: Key, row: Row) -> Row:
    return row | {KEY_COLUMN[table]: key[1], "OrganisationGuid": key[0], "Deleted": "true"}
