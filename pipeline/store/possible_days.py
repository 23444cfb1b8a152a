"""Days of birth and of registration that cannot be: each is an unknown day. Rows of the record are the search's own."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipeline.dates import LAST_STAND_IN

AS_GIVEN = "patient_as_given"  # the view of patients before their impossible days are taken away
_PATIENTS = f"{AS_GIVEN} g JOIN practice e ON e.practice_id = g.practice_id"
_BORN = f"(g.date_of_birth <= {LAST_STAND_IN} OR g.date_of_birth > e.extract_date)"
_BEFORE_BIRTH = f"(g.registered_from < g.date_of_birth AND NOT {_BORN})"
_BEGUN = f"(g.registered_from <= {LAST_STAND_IN} OR g.registered_from > e.extract_date OR {_BEFORE_BIRTH})"


def create_patients(con: duckdb.DuckDBPyConnection) -> None:
    """Create the view `patient` from `patient_as_given` and the table `practice`."""
    con.execute(
        f"CREATE VIEW patient AS SELECT g.* REPLACE (CASE WHEN {_BORN} THEN NULL ELSE g.date_of_birth END AS "
        f"date_of_birth, CASE WHEN {_BORN} THEN 'unknown' ELSE g.birth_precision END AS birth_precision, "
        f"CASE WHEN {_BEGUN} THEN NULL ELSE g.registered_from END AS registered_from) FROM {_PATIENTS}"
    )


def say_impossible_patients(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """How many patients not known to have died have such days. Someone who has died may well be born before 1900."""
    row = con.execute(
        f"SELECT count(*) FILTER ({_BORN}), count(*) FILTER ({_BEGUN}) FROM {_PATIENTS} WHERE g.date_of_death IS NULL"
    ).fetchone()
    born, begun = row or (0, 0)
    if born:
        yield (
            f"{_patients(born)} a date of birth that cannot be: on or before 1 January 1900, or after the extract was "
            "made. It is treated as not known."
        )
    if begun:
        yield (
            f"{_patients(begun)} a start of registration that cannot be: before birth, on or before 1 January 1900, or "
            "after the extract was made. It is treated as not known, so they are not listed."
        )


def _patients(number: int) -> str:
    return "1 patient has" if number == 1 else f"{number:,} patients have"
