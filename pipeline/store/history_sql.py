"""SQL for encounters and courses as they are now: the last row of each, unless its patient has left since.

If one delivery has both a row and a departure, the row came with the patient's return, so it is the later.
"""

from __future__ import annotations

_ROW, _DEPARTURE = "2 * seq + 1", "2 * left_in"  # the order of events within a delivery


def hidden_encounters(rows: str, departures: str) -> str:
    """The confidential encounters, each with its patient."""
    return (
        f"SELECT org_row, key, arg_max(person_row, turn) AS person_row FROM ({_said(rows, departures)}) "
        "GROUP BY org_row, key HAVING arg_max(is_confidential * (1 - deleted), turn) = 1"
    )


def live_courses(rows: str, departures: str) -> str:
    """The current courses, each with its patient."""
    return (
        "SELECT org_row, key, arg_max(person_row, turn) AS person_row, arg_max(code_id, turn) AS course_code, "
        "arg_max(kind, turn) AS course_kind, arg_max(is_confidential, turn) AS course_hidden "
        f"FROM ({_said(rows, departures)}) GROUP BY org_row, key HAVING arg_max(deleted, turn) = 0"
    )


def encounter_changes(rows: str, later: str, departures: str) -> str:
    """How later rows and departures change encounters; `seq` is that of the change."""
    return (
        "SELECT org_row, key, max(turn) // 2 AS seq, arg_max(is_confidential * (1 - deleted), turn) AS hidden "
        f"FROM ({_changed(rows, later, departures)}) GROUP BY org_row, key"
    )


def course_changes(rows: str, later: str, departures: str) -> str:
    """How later rows and departures change courses; `seq` is that of the change."""
    return (
        "SELECT org_row, key, max(turn) // 2 AS seq, arg_max(deleted, turn) AS deleted, "
        "arg_max(code_id, turn) AS code_id, arg_max(kind, turn) AS kind, "
        f"arg_max(is_confidential, turn) AS is_confidential FROM ({_changed(rows, later, departures)}) "
        "GROUP BY org_row, key"
    )


def _said(rows: str, departures: str) -> str:
    return f"SELECT *, {_ROW} AS turn FROM {rows} UNION ALL {_left(rows, departures)}"


def _changed(rows: str, later: str, departures: str) -> str:
    return f"SELECT *, {_ROW} AS turn FROM {later} UNION ALL {_left(rows, departures)}"


def _left(rows: str, departures: str) -> str:
    """Rows of patients who left later, as deleted by the departure; not those that another row had replaced by then."""
    return (
        f"(WITH left_rows AS (SELECT r.*, d.seq AS left_in FROM {rows} r "
        f"JOIN {departures} d ON d.person_row = r.person_row AND d.seq > r.seq), "
        f"newer AS (SELECT n.org_row, n.key, n.seq FROM {rows} n "
        "SEMI JOIN left_rows l ON l.org_row = n.org_row AND l.key = n.key) "
        f"SELECT r.* EXCLUDE (left_in) REPLACE (1 AS deleted), {_DEPARTURE} AS turn FROM left_rows r "
        "ANTI JOIN newer n ON n.org_row = r.org_row AND n.key = r.key AND n.seq > r.seq AND n.seq <= r.left_in)"
    )
