"""Somebody who receives a bulk and the deltas after it: dictionaries of rows, as the EMIS notes say and no more."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]
Key = tuple[str, str, str]  # table, organisation, the table's own key

PATIENTS = "Admin_Patient"
CHILDREN = (
    "CareRecord_Consultation",
    "CareRecord_Observation",
    "CareRecord_Problem",
    "Prescribing_DrugRecord",
    "Prescribing_IssueRecord",
)
DICTIONARIES = ("Coding_ClinicalCode", "Coding_DrugCode")
TABLES = (
    PATIENTS,
    *CHILDREN,
    *DICTIONARIES,
    "Admin_Organisation",
    "Admin_UserInRole",
    "Agreements_SharingOrganisation",
)


def read(folder: Path, table: str) -> list[Row]:
    """The table's rows without their processing number."""
    with next(folder.glob(f"*_{table}_*.csv")).open(encoding="utf-8", newline="") as file:
        return [row | {"ProcessingId": ""} for row in csv.DictReader(file, strict=True)]


def key_of(table: str, row: Row) -> Key:
    return table, row.get("OrganisationGuid", ""), next(iter(row.values()))


def patient_of(row: Row) -> tuple[str, str]:
    return row["OrganisationGuid"], row["PatientGuid"]


@dataclass
class Receiver:
    """`seen` counts what it went through. A `careless` one leaves out one thing that a receiver must do."""

    careless: str = ""
    held: dict[Key, Row] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def apply(self, folder: Path, tables: Iterable[str] = TABLES) -> None:
        """One delivery, its tables in this order."""
        owners = {key: patient_of(row) for key, row in self.held.items() if key[0] in CHILDREN}
        gone: set[tuple[str, str]] = set()
        for table in tables:
            rows = read(folder, table)
            for row in reversed(rows) if self.careless == "file order" else rows:
                if row.get("Deleted") == "true":
                    self.delete(table, row)
                    gone |= {patient_of(row)} if table == PATIENTS else set()
                else:
                    self.upsert(table, row)
        if self.careless == "cascade by old owner":
            self.drop(key for key, owner in owners.items() if owner in gone)

    def upsert(self, table: str, row: Row) -> None:
        old = self.held.get(key_of(table, row))
        if old is None or self.careless != "changes":
            self.held[key_of(table, row)] = row
        if old is not None:
            for column in [name for name in row if row[name] != old[name]] or ["nothing"]:
                self.seen[f"{table}.{column}"] += 1

    def delete(self, table: str, row: Row) -> None:
        assert table not in DICTIONARIES
        blank = "blank" if sum(value != "" for value in row.values()) <= 4 else "full"
        known = self.held.get(key_of(table, row)) is not None
        self.seen[f"{table} deleted, {blank}"] += known
        if self.careless != "deletions":
            self.held.pop(key_of(table, row), None)
        if table == PATIENTS and self.careless != "cascade":
            theirs = [key for key in self.held if key[0] in CHILDREN]
            theirs = [key for key in theirs if patient_of(self.held[key]) == patient_of(row)]
            self.seen["rows cascaded"] += len(theirs)
            self.drop(theirs)

    def drop(self, keys: Iterable[Key]) -> None:
        for key in list(keys):
            self.held.pop(key, None)
