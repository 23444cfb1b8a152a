"""Days of birth and of registration that cannot be: each is an unknown day. Rows of the record are the search's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from pipeline.dates import LAST_STAND_IN

AS_GIVEN = "patient_as_given"  # the view of patients before their impossible days are taken away
_PATIENTS = f"{AS_GIVEN} g JOIN practice e ON e.practice_id = g.practice_id"
# The conditions on a patient as given (g) and the practice (e).
_BORN = f"(g.date_of_birth <= {LAST_STAND_IN} OR g.date_of_birth > e.extract_date)"
_BEFORE_BIRTH = f"(g.registered_from < g.date_of_birth AND NOT {_BORN})"
IMPOSSIBLE_START = f"(g.registered_from <= {LAST_STAND_IN} OR g.registered_from > e.extract_date OR {_BEFORE_BIRTH})"


def create_patients(con: duckdb.DuckDBPyConnection) -> None:
    """Create the view `patient` from `patient_as_given` and the table `practice`."""
    con.execute(
        f"CREATE VIEW patient AS SELECT g.* REPLACE (CASE WHEN {_BORN} THEN NULL ELSE g.date_of_birth END AS "
        f"date_of_birth, CASE WHEN {_BORN} THEN 'unknown' ELSE g.birth_precision END AS birth_precision, "
        f"CASE WHEN {IMPOSSIBLE_START} THEN NULL ELSE g.registered_from END AS registered_from) FROM {_PATIENTS}"
    )


def say_impossible_patients(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """How many patients not known to have died have such days. Someone who has died may well be born before 1900."""
    practices = con.execute(
        f"SELECT g.practice_id, count(*), count(*) FILTER ({_BORN}), count(*) FILTER ({IMPOSSIBLE_START}) "
        f"FROM {_PATIENTS} WHERE g.date_of_death IS NULL GROUP BY g.practice_id ORDER BY g.practice_id"
    ).fetchall()
    if born := sum(row[2] for row in practices):
        yield (
            f"{_patients(born)} a date of birth that cannot be: on or before 1 January 1900, or after the extract was "
            "made. It is treated as not known."
        )
    if begun := sum(row[3] for row in practices):
        yield (
            f"{_patients(begun)} a start of registration that cannot be: before birth, on or before 1 January 1900, or "
            "after the extract was made. It is treated as not known, so they are not listed. Ask the supplier for the "
            "days on which they registered."
        )
    yield from _say_most([(practice, begun, of) for practice, of, _, begun in practices if 2 * begun > of])


def _say_most(practices: Sequence[tuple[str, int, int]]) -> Iterator[str]:
    """Where that leaves a list empty, or nearly so. One line, however many practices."""
    if practices:
        first, begun, of = practices[0]
        where = first if len(practices) == 1 else f"{len(practices):,} practices, such as {first},"
        yield (
            f"Most patients of {where} have no start of registration that can be ({begun:,} of {of:,}"
            f"{'' if len(practices) == 1 else f' at {first}'}), so hardly anyone there can be listed. A supplier often "
            "writes 1 January 1900 where the day was lost."
        )


def _patients(number: int) -> str:
    return "1 patient has" if number == 1 else f"{number:,} patients have"
