"""The staged OMOP tables as what every reader delivers: the views of `delivery_tables`."""

from __future__ import annotations

import duckdb

from pipeline.extracts.delivery_tables import offer
from pipeline.extracts.left_out import count_left
from pipeline.extracts.model import Notes
from pipeline.extracts.omop.codes import CODE_KEY, DRUGS, EVENTS
from pipeline.extracts.omop.practices import NO_SITE, PATIENTS, PRACTICE_CODE
from pipeline.extracts.omop.tables_record import DRUG_STAGE, EVENT_STAGE


def _row(stage: str, dictionary: int, said: str) -> str:
    """Rows, each with its person's practice; a row whose person is not in the database has none."""
    return f"""
        SELECT coalesce(p.org, {NO_SITE}) AS org, r.key, 0 AS deleted, row_id AS odd_key, r.person AS patient,
            {dictionary} AS dictionary, {CODE_KEY} AS code_key, r.visit AS encounter, r.file_id, r.date,
            CASE WHEN r.date IS NULL THEN 'unknown' ELSE 'day' END AS date_precision, NULL AS recorded_on,
            0 AS is_confidential, {said}
        FROM {stage} r LEFT JOIN omop_place p ON p.key = r.person
    """


_EVENT = _row(
    f"(SELECT s.* REPLACE (coalesce(s.unit, c.code) AS unit) FROM {EVENT_STAGE} s "
    "LEFT JOIN omop_concept c ON c.id = s.unit_concept)",
    EVENTS,
    "r.value, r.unit",
)
_PRESCRIPTION = _row(DRUG_STAGE, DRUGS, "'unknown' AS kind, NULL AS course, r.quantity, r.unit, r.duration_days")
_SELECTS = {
    "new_organisation": f"SELECT org, {PRACTICE_CODE} AS code, NULL AS other_number, name, 'OMOP' AS supplier, "
    "0 AS in_passing FROM omop_practice",
    "new_seen": "SELECT org, '' AS feed, 1 AS patients, day, NULL AS typed FROM omop_day",
    "new_code": "SELECT *, 0 AS in_passing FROM omop_code",
    "new_parent": "SELECT *, 0 AS deleted FROM omop_parent",
    "new_patient": PATIENTS,
    "new_event": _EVENT,
    "new_prescription": _PRESCRIPTION,
}


def deliver(con: duckdb.DuckDBPyConnection, has_hierarchy: bool) -> None:
    """Create every view."""
    offer(con, _SELECTS if has_hierarchy else {name: _SELECTS[name] for name in _SELECTS if name != "new_parent"})


_UNDATED = "with a date that cannot be read, kept without it"
_COUNTS = {
    EVENT_STAGE: {f"clinical rows: {_UNDATED}": "count(*) FILTER (is_undated)"},
    DRUG_STAGE: {f"drug exposures: {_UNDATED}": "count(*) FILTER (is_undated)"},
    "(SELECT faults FROM omop_period UNION ALL SELECT faults FROM omop_death)": {
        "persons: dates that cannot be read (a death or a departure counts as happened)": "sum(faults)"
    },
    "omop_period ANTI JOIN omop_person USING (key)": {"observation periods: of nobody in the person table": "count(*)"},
    "omop_death ANTI JOIN omop_person USING (key)": {"deaths: of nobody in the person table": "count(*)"},
}


def count_rows_left(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Count into `notes.left_out` the rows that are kept in doubt, or whose person is not in the database."""
    for relation, counts in _COUNTS.items():
        count_left(con, notes, relation, counts)
