"""Patients whose registrations all bear another organisation's code, as after a merger of practices."""

from __future__ import annotations

import duckdb

from pipeline.extracts.model import Notes
from pipeline.extracts.tpp.tables_people import PATIENT, REGISTRATION

# Patients of other practices are seen by the way; fewer than one in twenty are no surprise.
_SHARE = 0.05


def warn_of_elsewhere(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Say so of each practice where they are many: none of them is on a list."""
    found = con.execute(f"""
        WITH registered AS (
            SELECT org, patient, min(is_elsewhere) AS away, mode(elsewhere) AS there
            FROM {REGISTRATION.stage} WHERE deleted = 0 GROUP BY org, patient
        ), patients AS (
            SELECT p.org, practice, count(*) AS every, count(*) FILTER (r.away = 1) AS away, mode(r.there) FILTER
                (r.away = 1) AS there
            FROM {PATIENT.stage} p LEFT JOIN registered r ON r.org = p.org AND r.patient = p.key
            WHERE p.deleted = 0 GROUP BY ALL
        )
        SELECT practice, every, away, there FROM patients WHERE away > {_SHARE} * every ORDER BY practice
    """).fetchall()
    for practice, every, away, there in found:
        notes.warnings.append(
            f"{practice}: {away:,} of {every:,} patients are registered only at another organisation, most of them at "
            f"{there}, so they are not on the lists. If that practice has become part of {practice}, ask the supplier "
            f"for registrations with the code {practice}."
        )
