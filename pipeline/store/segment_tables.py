"""The tables of a segment, and the order of the rows in each.

Every row has `seq`, the number of the delivery that brought it. Our numbers (`org_row`, `person_row`, `code_id`) are
given at first mention, so a row can wait in its place until its patient or code arrives.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extracts.delivery_tables import NEW_TABLES, Columns
from pipeline.tables import SOURCE_FILE, SQL_TYPE

BUCKETS = 16  # of people: `person_row` modulo 16. A bucket is also the unit of work for parallel processes
NO_CODE = 0


@dataclass(frozen=True)
class KeptTable:
    """A table of a segment. `order`: of its rows, so that the same input gives the same bytes."""

    name: str
    columns: Columns
    order: str


def _columns(new: str, ids: Columns, *left_out: str) -> Columns:
    """Our numbers, and the columns of the delivered table except the supplier's keys."""
    said = {name: kind for name, kind in NEW_TABLES[new].items() if name not in left_out}
    return {**ids, **said, "seq": "INTEGER"}


_ORG = {"org_row": "INTEGER"}
_CODE = {"code_id": "INTEGER"}
_ROW = {**_CODE, "person_row": "INTEGER", **_ORG}
_CODE_KEYS = ("dictionary", "code_key")
_ROW_KEYS = ("org", "deleted", "patient", *_CODE_KEYS)
_ROW_ORDER = "code_id, person_row, date, key"
_GONE = {**_ORG, "key": "UUID", "seq": "INTEGER"}

# `hidden`: the row's encounter or course is confidential. `course_*`: what a prescription takes from its course.
# All are as they were when the row was written; later segments hold what has changed since.
EVENT_ROWS = KeptTable("event", _columns("new_event", {**_ROW, "hidden": "TINYINT"}, *_ROW_KEYS), _ROW_ORDER)
PRESCRIPTION_ROWS = KeptTable(
    "prescription",
    _columns(
        "new_prescription",
        {
            **_ROW,
            "hidden": "TINYINT",
            "course_code": "INTEGER",
            "course_kind": "VARCHAR",
            "course_hidden": "TINYINT",
        },
        *_ROW_KEYS,
    ),
    _ROW_ORDER,
)
PATIENT_ROWS = KeptTable("patient", _columns("new_patient", {"person_row": "INTEGER", **_ORG}, "org"), "person_row")
DETAILS = ("registration", "address", "contact")  # of a patient; each row has its own key
_OWNED = {**_ORG, "person_row": "INTEGER"}
ENCOUNTER = KeptTable("encounter", _columns("new_encounter", _OWNED, "org", "patient"), "org_row, key")
COURSE = KeptTable("course", _columns("new_course", {**_OWNED, **_CODE}, "org", "patient", *_CODE_KEYS), "org_row, key")

SMALL = (
    KeptTable("organisation_id", {"org": "UUID", **_ORG}, "org_row"),
    KeptTable("person_id", {**_ORG, "key": "UUID", "person_row": "INTEGER"}, "person_row"),
    KeptTable("code_id", {"dictionary": "TINYINT", "code_key": "VARCHAR", **_CODE}, "code_id"),
    KeptTable("organisation", _columns("new_organisation", _ORG, "org", "in_passing"), "org_row"),
    KeptTable("agreement", _columns("new_agreement", _ORG, "org"), "org_row"),
    KeptTable("seen", _columns("new_seen", _ORG, "org"), "org_row, feed"),
    KeptTable("staff", _columns("new_staff", _ORG, "org"), "org_row, key"),
    KeptTable("code", _columns("new_code", _CODE, *_CODE_KEYS, "in_passing"), "code_id"),
    KeptTable(
        "code_parent",
        _columns("new_parent", {**_CODE, "parent_id": "INTEGER"}, *_CODE_KEYS, "parent"),
        "code_id, parent_id",
    ),
    KeptTable("departure", {"person_row": "INTEGER", "seq": "INTEGER"}, "person_row"),
    *(KeptTable(name, _columns(f"new_{name}", _OWNED, "org", "patient"), "org_row, key") for name in DETAILS),
    KeptTable("gone_event", _GONE, "org_row, key"),
    KeptTable("gone_prescription", _GONE, "org_row, key"),
    KeptTable("source_file", {column.name: SQL_TYPE[column.kind] for column in SOURCE_FILE.columns}, "file_id"),
    KeptTable(
        "reject", {"file": "VARCHAR", "line": "BIGINT", "reason": "VARCHAR", "seq": "INTEGER"}, "seq, file, line"
    ),
)
ROWS = (EVENT_ROWS, PRESCRIPTION_ROWS)
KEPT: dict[str, KeptTable] = {each.name: each for each in (*SMALL, PATIENT_ROWS, ENCOUNTER, COURSE, *ROWS)}
