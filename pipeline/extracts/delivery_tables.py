"""The views `new_<table>` in which a reader offers one delivery of a supplier's files to the store.

A delivery holds only what is new: rows that replace earlier ones with the same key, and keys that are gone. It uses the
supplier's own keys; the store numbers them. A key is a UUID: a GUID itself, or the MD5 of any other text, which is then
kept in `odd_key`. Each view holds a key once.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipeline.tables import EVENT, PATIENT, PRESCRIPTION, SQL_TYPE, Table

Columns = dict[str, str]


def _of(table: Table, *left_out: str) -> Columns:
    return {column.name: SQL_TYPE[column.kind] for column in table.columns if column.name not in left_out}


def _some(table: Table, *names: str) -> Columns:
    return {column.name: SQL_TYPE[column.kind] for column in table.columns if column.name in names}


ADDRESS = ("address_1", "address_2", "address_3", "address_4", "address_5", "postcode")
_KEYED = {"org": "UUID", "key": "UUID", "deleted": "TINYINT"}
_CODED = {"dictionary": "TINYINT", "code_key": "VARCHAR"}
_ROW = {**_KEYED, "odd_key": "VARCHAR", "patient": "UUID", **_CODED, "encounter": "UUID", "file_id": "INTEGER"}
_ROW_IDS = ("person_row", "code_id", "encounter", "course", "source_file", "source_key")

NEW_TABLES: dict[str, Columns] = {
    # An organisation. `code`: its ODS code; `other_number`: what to call it if it has none. `in_passing`, here and for
    # codes: only a row mentions it, so what is already known about it stays.
    "new_organisation": {
        "org": "UUID",
        "code": "VARCHAR",
        "other_number": "VARCHAR",
        "name": "VARCHAR",
        "supplier": "VARCHAR",
        "in_passing": "TINYINT",
    },
    "new_agreement": {"org": "UUID", "usable": "TINYINT"},  # whether its records may be used; yes if not given
    # `feed`: the agreement under which an organisation's files come. `patients`: 1 if its patients came too, not only
    # their rows. `day`: when the files were made. `typed`: when the newest row was entered.
    "new_seen": {"org": "UUID", "feed": "VARCHAR", "patients": "TINYINT", "day": "INTEGER", "typed": "INTEGER"},
    "new_staff": {"org": "UUID", "key": "UUID", "name": "VARCHAR"},
    # A code, by its key in a dictionary.
    "new_code": {
        **_CODED,
        **{name: "VARCHAR" for name in ("snomed", "read2", "ctv3", "dmd", "bnf", "local", "term")},
        "is_medicine": "TINYINT",
        "in_passing": "TINYINT",
    },
    # `parent`: a code above it, in the same dictionary. Deleted: it is no longer above it; if `parent` is NULL, none of
    # those given before is.
    "new_parent": {**_CODED, "parent": "VARCHAR", "deleted": "TINYINT"},
    "new_patient": {**_KEYED, "gp": "UUID", **_of(PATIENT, "person_row", "practice_id")},
    # Patients who left the extract in this delivery, even if they came back in it: all their earlier rows are gone.
    "new_departure": {"org": "UUID", "key": "UUID"},
    # Registrations, where the supplier sends them and their changes separately: they override the patient's own row.
    "new_registration": {
        **_KEYED,
        "patient": "UUID",
        **_some(PATIENT, "registered_from", "registered_to", "registration_type"),
    },
    # Write to the address with the lowest `rank`, then the newest `day`. An address that has ended is deleted.
    "new_address": {**_KEYED, "patient": "UUID", "rank": "TINYINT", "day": "INTEGER", **_some(PATIENT, *ADDRESS)},
    # Each row holds one of the two; for each, the newest `day` counts.
    "new_contact": {**_KEYED, "patient": "UUID", "day": "INTEGER", **_some(PATIENT, "mobile", "sms_consent")},
    "new_encounter": {**_KEYED, "patient": "UUID", "is_confidential": "TINYINT"},
    # A course of medicines: the details that its issues take from it.
    "new_course": {**_KEYED, "patient": "UUID", **_CODED, "kind": "VARCHAR", "is_confidential": "TINYINT"},
    "new_event": {**_ROW, **_of(EVENT, *_ROW_IDS)},
    # `kind` is empty where the course gives it.
    "new_prescription": {**_ROW, **_of(PRESCRIPTION, *_ROW_IDS), "course": "UUID"},
}


def empty_select(columns: Columns) -> str:
    """A SELECT with no rows, for a table that a format does not have."""
    return f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {name}' for name, kind in columns.items())} WHERE false"


def view_sql(name: str, select: str) -> str:
    """The statement that offers `select` to the store as the view `name`, with its columns in the right types."""
    columns = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in NEW_TABLES[name].items())
    return f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {columns} FROM ({select})"


def offer(con: duckdb.DuckDBPyConnection, selects: Mapping[str, str]) -> None:
    """Create every view. `selects`: the SELECT of each view, by name; a view without one is empty."""
    for name, columns in NEW_TABLES.items():
        con.execute(view_sql(name, selects.get(name) or empty_select(columns)))
