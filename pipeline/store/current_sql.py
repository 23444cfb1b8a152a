"""SQL for the rows of a store that count now: those that nothing later has replaced.

A row no longer counts once a later delivery names its key again, or once its patient has left. What it takes from its
encounter and its course was settled when it was written; later segments say what has changed since.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from pipeline.store.history_sql import course_changes, encounter_changes
from pipeline.store.segment_tables import DETAILS, NO_CODE

# Only rows of later segments can replace others, and they are few.
LIVE_PATIENT = """
    CREATE OR REPLACE TEMP VIEW live_patient AS SELECT p.* FROM kept_patient p
    ANTI JOIN later_patient l ON l.person_row = p.person_row AND l.seq > p.seq WHERE p.deleted = 0
"""
LIVE_CODE = """
    CREATE OR REPLACE TEMP VIEW live_code AS SELECT c.* FROM kept_code c
    ANTI JOIN later_code l ON l.code_id = c.code_id AND l.seq > c.seq
"""
LIVE_PARENT = f"""
    CREATE OR REPLACE TEMP VIEW live_parent AS SELECT p.* FROM kept_code_parent p
    ANTI JOIN later_code_parent l
        ON l.code_id = p.code_id AND l.parent_id IN (p.parent_id, {NO_CODE}) AND l.seq > p.seq
    WHERE p.deleted = 0
"""
_LIVE_DETAIL = """
    CREATE OR REPLACE TEMP VIEW live_{table} AS SELECT p.* FROM kept_{table} p
    ANTI JOIN later_{table} l ON l.org_row = p.org_row AND l.key = p.key AND l.seq > p.seq
    ANTI JOIN later_departure d ON d.person_row = p.person_row AND d.seq > p.seq
    WHERE p.deleted = 0
"""
_CHANGES = (
    "CREATE OR REPLACE TEMP TABLE encounter_change AS "
    + encounter_changes("kept_encounter", "later_encounter", "later_departure"),
    "CREATE OR REPLACE TEMP TABLE course_change AS " + course_changes("kept_course", "later_course", "later_departure"),
)
_LIVE = """
    ANTI JOIN later_gone_{table} g ON g.org_row = r.org_row AND g.key = r.key AND g.seq > r.seq
    ANTI JOIN later_departure d ON d.person_row = r.person_row AND d.seq > r.seq
"""
_HIDDEN_NOW = "coalesce(e.hidden, r.hidden)"
_ENCOUNTER = "LEFT JOIN encounter_change e ON e.org_row = r.org_row AND e.key = r.encounter AND e.seq > r.seq"
_COURSE = "LEFT JOIN course_change c ON c.org_row = r.org_row AND c.key = r.course AND c.seq > r.seq"


def _of_course(said: str, bound: str, nothing: str) -> str:
    """What a row takes from its course, with any later change; a deleted course gives nothing."""
    return f"CASE WHEN c.seq IS NULL THEN r.{bound} WHEN c.deleted = 1 THEN {nothing} ELSE c.{said} END"


COURSE_CODE = _of_course("code_id", "course_code", str(NO_CODE))
COURSE_KIND = _of_course("kind", "course_kind", "NULL")
COURSE_HIDDEN = _of_course("is_confidential", "course_hidden", "0")


def settle_changes(con: duckdb.DuckDBPyConnection) -> None:
    """Create views of the current patients, details, codes and parents, and tables of what later segments change."""
    details = (_LIVE_DETAIL.format(table=table) for table in DETAILS)
    for sql in (LIVE_PATIENT, LIVE_CODE, LIVE_PARENT, *details, *_CHANGES):
        con.execute(sql)


def live_sql(table: str, rows: str, also: str = "") -> str:
    """FROM clause: the live rows (alias r) of a SELECT or table with the columns of a kept table."""
    return f"FROM {rows} r {also} {_LIVE.format(table=table)}"


def settled_events(rows: str, also: str = "") -> str:
    """A SELECT of kept event rows as they are now."""
    return f"SELECT r.* REPLACE ({_HIDDEN_NOW} AS hidden) {live_sql('event', rows, also)} {_ENCOUNTER}"


def settled_prescriptions(rows: str, also: str = "") -> str:
    """A SELECT of kept prescription rows as they are now."""
    return (
        f"SELECT r.* REPLACE ({_HIDDEN_NOW} AS hidden, {COURSE_CODE} AS course_code, {COURSE_KIND} AS course_kind, "
        f"{COURSE_HIDDEN} AS course_hidden) {live_sql('prescription', rows, also)} {_ENCOUNTER} {_COURSE}"
    )


def fill_numbers(con: duckdb.DuckDBPyConnection, table: str, column: str, numbers: Iterable[int]) -> None:
    """Create a temporary table of numbers."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest(CAST(? AS INTEGER[])) AS {column}", [list(numbers)]
    )
