"""What a reader makes of one delivery of a supplier's files, for the store to keep: views `new_<table>` in a database.

A delivery says only what is new: rows to put in the place of earlier ones of the same key, and keys that are gone. It
names things by the supplier's own keys; the store numbers them. A key is a UUID: a GUID itself, or the MD5 of any other
text, which then stands in `odd_key`. Each view holds a key once.
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
    # An organisation: `code` its ODS code, `other_number` what to call it by where it has none. `in_passing`, here and
    # of codes: said by some row only; what is known of it already stays.
    "new_organisation": {
        "org": "UUID",
        "code": "VARCHAR",
        "other_number": "VARCHAR",
        "name": "VARCHAR",
        "supplier": "VARCHAR",
        "in_passing": "TINYINT",
    },
    "new_agreement": {"org": "UUID", "usable": "TINYINT"},  # whether its records may be used; unsaid is yes
    # `feed`: the agreement under which an organisation's files come; `patients`: its patients too, not only rows of
    # theirs. `day`: of the files; `typed`: of the newest row.
    "new_seen": {"org": "UUID", "feed": "VARCHAR", "patients": "TINYINT", "day": "INTEGER", "typed": "INTEGER"},
    "new_staff": {"org": "UUID", "key": "UUID", "name": "VARCHAR"},
    # A dictionary's code by its key there.
    "new_code": {
        **_CODED,
        **{name: "VARCHAR" for name in ("snomed", "read2", "ctv3", "dmd", "bnf", "local", "term")},
        "is_medicine": "TINYINT",
        "in_passing": "TINYINT",
    },
    # `parent`: a code above it, in the same dictionary. Deleted: no longer; and where it is NULL, none said before is.
    "new_parent": {**_CODED, "parent": "VARCHAR", "deleted": "TINYINT"},
    "new_patient": {**_KEYED, "gp": "UUID", **_of(PATIENT, "person_row", "practice_id")},
    # Patients who left the extract in this delivery, even if they came back in it: what came before is gone.
    "new_departure": {"org": "UUID", "key": "UUID"},
    # Of patients, where the supplier sends it apart, with changes of its own: it goes before what their row says.
    "new_registration": {
        **_KEYED,
        "patient": "UUID",
        **_some(PATIENT, "registered_from", "registered_to", "registration_type"),
    },
    # `rank`: the lowest is the one to write to; then the newest `day`. An address that has ended is deleted.
    "new_address": {**_KEYED, "patient": "UUID", "rank": "TINYINT", "day": "INTEGER", **_some(PATIENT, *ADDRESS)},
    # One of the two a row; of each the newest `day` counts.
    "new_contact": {**_KEYED, "patient": "UUID", "day": "INTEGER", **_some(PATIENT, "mobile", "sms_consent")},
    "new_encounter": {**_KEYED, "patient": "UUID", "is_confidential": "TINYINT"},
    # A course of medicines: what its issues take from it.
    "new_course": {**_KEYED, "patient": "UUID", **_CODED, "kind": "VARCHAR", "is_confidential": "TINYINT"},
    "new_event": {**_ROW, **_of(EVENT, *_ROW_IDS)},
    # `kind` is empty where the course says it.
    "new_prescription": {**_ROW, **_of(PRESCRIPTION, *_ROW_IDS), "course": "UUID"},
}


def empty_select(columns: Columns) -> str:
    """A SELECT without a row, for a table that a format does not have."""
    return f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {name}' for name, kind in columns.items())} WHERE false"


def view_sql(name: str, select: str) -> str:
    """The statement that offers `select` to the store as `name`, columns by name and of the right types."""
    columns = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in NEW_TABLES[name].items())
    return f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT {columns} FROM ({select})"


def offer(con: duckdb.DuckDBPyConnection, selects: Mapping[str, str]) -> None:
    """Create every view: `selects` by the view's name; one that a format has no rows for is empty."""
    for name, columns in NEW_TABLES.items():
        con.execute(view_sql(name, selects.get(name) or empty_select(columns)))
