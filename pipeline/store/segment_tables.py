"""What a segment of the store holds: its tables, and how each is put in order.

Every row has `seq`, the number of the delivery that brought it. Numbers of ours (`org_row`, `person_row`, `code_id`)
are given at first mention, so a row whose patient or code has not come yet can lie in its place and wait.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.extracts.delivery_tables import NEW_TABLES, Columns
from pipeline.tables import SOURCE_FILE, SQL_TYPE

BUCKETS = 16  # of people: `person_row` modulo 16. One bucket is also the unit of work for many processes
NO_CODE = 0


@dataclass(frozen=True)
class Kept:
    """A table of a segment. `order`: its rows' order, which makes the same input the same bytes."""

    name: str
    columns: Columns
    order: str


def _columns(new: str, ids: Columns, *left_out: str) -> Columns:
    """Our numbers, and what the delivered table says beside the supplier's keys."""
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
# All three as they were when the row was written: what changed since lies in later segments.
EVENT_ROWS = Kept("event", _columns("new_event", {**_ROW, "hidden": "TINYINT"}, *_ROW_KEYS), _ROW_ORDER)
PRESCRIPTION_ROWS = Kept(
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
PATIENT_ROWS = Kept("patient", _columns("new_patient", {"person_row": "INTEGER", **_ORG}, "org"), "person_row")
DETAILS = ("registration", "address", "contact")  # of a patient, each row with a key of its own
_OWNED = {**_ORG, "person_row": "INTEGER"}
ENCOUNTER = Kept("encounter", _columns("new_encounter", _OWNED, "org", "patient"), "org_row, key")
COURSE = Kept("course", _columns("new_course", {**_OWNED, **_CODE}, "org", "patient", *_CODE_KEYS), "org_row, key")

SMALL = (
    Kept("organisation_id", {"org": "UUID", **_ORG}, "org_row"),
    Kept("person_id", {**_ORG, "key": "UUID", "person_row": "INTEGER"}, "person_row"),
    Kept("code_id", {"dictionary": "TINYINT", "code_key": "VARCHAR", **_CODE}, "code_id"),
    Kept("organisation", _columns("new_organisation", _ORG, "org", "in_passing"), "org_row"),
    Kept("agreement", _columns("new_agreement", _ORG, "org"), "org_row"),
    Kept("seen", _columns("new_seen", _ORG, "org"), "org_row, feed"),
    Kept("staff", _columns("new_staff", _ORG, "org"), "org_row, key"),
    Kept("code", _columns("new_code", _CODE, *_CODE_KEYS, "in_passing"), "code_id"),
    Kept(
        "code_parent",
        _columns("new_parent", {**_CODE, "parent_id": "INTEGER"}, *_CODE_KEYS, "parent"),
        "code_id, parent_id",
    ),
    Kept("departure", {"person_row": "INTEGER", "seq": "INTEGER"}, "person_row"),
    *(Kept(name, _columns(f"new_{name}", _OWNED, "org", "patient"), "org_row, key") for name in DETAILS),
    Kept("gone_event", _GONE, "org_row, key"),
    Kept("gone_prescription", _GONE, "org_row, key"),
    Kept("source_file", {column.name: SQL_TYPE[column.kind] for column in SOURCE_FILE.columns}, "file_id"),
    Kept("reject", {"file": "VARCHAR", "line": "BIGINT", "reason": "VARCHAR", "seq": "INTEGER"}, "seq, file, line"),
)
ROWS = (EVENT_ROWS, PRESCRIPTION_ROWS)
KEPT: dict[str, Kept] = {each.name: each for each in (*SMALL, PATIENT_ROWS, ENCOUNTER, COURSE, *ROWS)}
