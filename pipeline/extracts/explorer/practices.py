"""EMIS-X Explorer: which practice each patient is at, how recent its records are, and what rows say about patients.

`explorer_home` has one row per patient: `org` and `org_name` of the practice, and `is_alone` if no other patient has
the same key.
"""

from __future__ import annotations

from datetime import date

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.gaps import Topic
from pipeline.extracts.model import Notes
from pipeline.extracts.sql.recency import newest_entries_sql

NOWHERE = "EXPLORER"  # the name given to a practice that the extract does not name
_ORG = "CAST(md5(concat('explorer ', {0})) AS UUID)"
_BARE = "regexp_replace(org_name, '[^0-9A-Za-z]', '', 'g')"
# It is used as a folder name, so it has letters and digits only: `CDB-12345` becomes CDB12345, a GUID its first twelve
# digits.
CODE = (
    f"CASE WHEN {_BARE} = '' OR org_name IS NULL THEN '{NOWHERE}' WHEN length({_BARE}) <= 20 THEN upper({_BARE}) "
    f"WHEN try_cast(org_name AS UUID) IS NOT NULL THEN 'EXA' || upper(left({_BARE}, 12)) "
    "ELSE 'EXA' || upper(left(md5(org_name), 12)) END"
)
# A row belongs to the practice it names. If it or its patient names none, it belongs to the patient's, provided no
# other patient has the key. Any row then left has no patient, and is counted.
OF_HOME = "LEFT JOIN explorer_home h ON h.key = s.patient AND h.is_alone AND (h.org_name IS NULL OR s.org_name IS NULL)"
ORG = f"coalesce(h.org, {_ORG.format('s.org_name')})"
_STAGES = ("explorer_patient", "explorer_observation", "explorer_issue")


def place_patients(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Make `explorer_home`. Call it when everything is staged."""
    _borrow_practice(con, notes)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE explorer_home AS SELECT key, org_name, "
        f"{_ORG.format('org_name')} AS org, count(*) OVER (PARTITION BY key) = 1 AS is_alone "
        "FROM (SELECT DISTINCT key, org_name FROM explorer_patient WHERE deleted = 0)"
    )
    lost = con.execute("SELECT count(*) FROM explorer_patient WHERE org_name IS NULL AND deleted = 0").fetchone()
    if lost and lost[0]:
        notes.warnings.append(
            f"{lost[0]} patients have no practice in the extract. They are grouped under the name {NOWHERE}, and a "
            "person registered at two practices cannot be recognised as one."
        )


def _borrow_practice(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """If the patient table names no practice, take it from the patients' rows: one for all, or one for each patient."""
    if con.execute("SELECT 1 FROM explorer_patient WHERE org_name IS NOT NULL LIMIT 1").fetchone():
        return
    said = " UNION ".join(
        f"SELECT patient, org_name FROM {stage} WHERE org_name IS NOT NULL" for stage in _STAGES if stage != _STAGES[0]
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE explorer_said_home AS {said}")
    only = con.execute("SELECT min(org_name), count(DISTINCT org_name) FROM explorer_said_home").fetchone()
    if only and only[1] == 1:
        con.execute("UPDATE explorer_patient SET org_name = ?", [only[0]])
    elif only and only[1]:
        con.execute(
            "UPDATE explorer_patient p SET org_name = o.org_name FROM (SELECT patient, min(org_name) AS org_name "
            "FROM explorer_said_home GROUP BY patient HAVING count(DISTINCT org_name) = 1) o WHERE o.patient = p.key"
        )
        notes.gap(
            Topic.OTHER,
            "The patient file does not name practices: a patient's practice is known only if their medicines name it.",
        )


def find_days(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """`explorer_seen`: for each practice, the day its records were made (or NULL) and the newest day of entry.

    Raises ExtractError where nothing in the extract shows how recent it is.
    """
    rows = " UNION ALL ".join(
        f"SELECT {ORG} AS org, s.made, s.recorded_on FROM {stage} s {OF_HOME}" for stage in _STAGES[1:]
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE explorer_day AS SELECT org, made, recorded_on, count(*) AS n "
        f"FROM ({rows}) GROUP BY ALL"
    )
    typed = newest_entries_sql("SELECT org, recorded_on, sum(n) AS n FROM explorer_day GROUP BY ALL")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE explorer_seen AS SELECT org, max(made) AS day, max(typed) AS typed FROM ("
        "SELECT h.org, p.made FROM explorer_patient p JOIN explorer_home h "
        "ON h.key = p.key AND h.org_name IS NOT DISTINCT FROM p.org_name "
        f"UNION ALL SELECT org, made FROM explorer_day) LEFT JOIN ({typed}) USING (org) "
        "WHERE org IN (SELECT org FROM explorer_home) GROUP BY org"
    )
    _say_day(con, notes)


def _say_day(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    found = con.execute(
        "SELECT count(*) FILTER (coalesce(day, typed) IS NULL), max(typed) FILTER (day IS NULL) FROM explorer_seen"
    ).fetchone()
    if found and found[0]:
        raise ExtractError(
            "The extract does not say when it was made. Ask for the patient or observation file with one of the "
            "columns _execution_date, model_updated_datetime, _ingest_time, entered_date or recorded_date."
        )
    if found and found[1]:
        notes.warnings.append(
            f"The extract does not say when it was made. {date.fromordinal(found[1]):%d/%m/%Y} is used: the newest "
            "day on which rows were entered as usual. It may be up to a week late."
        )


def read_marks(con: duckdb.DuckDBPyConnection, says_type: bool, notes: Notes) -> None:
    """Older generation: copy what rows say about their patients into `explorer_patient`. Needs `explorer_seen`.

    A patient registered now counts as registered from the day of the extract, because the start is not known.
    `says_type`: rows say who is regular; a patient without a row then has an unknown type.
    """
    columns = ("regular", "now_regular", "now_other", "dummy", "restricted", "out_9nu0", "out_93c1")
    rows = " UNION ALL ".join(f"SELECT patient, {', '.join(columns)} FROM {stage}" for stage in _STAGES[1:])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE explorer_mark AS SELECT patient, "
        f"{', '.join(f'max({name}) AS {name}' for name in columns)} FROM ({rows}) GROUP BY patient"
    )
    kind = "CASE WHEN m.regular = 1 THEN 'regular' ELSE 'other' END" if says_type else "'regular'"
    con.execute(
        f"UPDATE explorer_patient p SET registration_type = {kind}, is_test = greatest(is_test, m.dummy), "
        "is_restricted = greatest(is_restricted, m.restricted), registered_from = "
        "CASE WHEN greatest(m.now_regular, m.now_other) = 1 THEN coalesce(d.day, d.typed) END "
        "FROM explorer_mark m, explorer_home h, explorer_seen d "
        "WHERE m.patient = p.key AND h.key = p.key AND h.is_alone AND d.org = h.org"
    )
    silent = con.execute(
        "UPDATE explorer_patient SET registration_type = 'other' WHERE key NOT IN (SELECT patient FROM explorer_mark "
        "WHERE patient IS NOT NULL)"
    ).fetchone()
    notes.left_out["patients: without a row that says whether they are registered, kept as not"] += (
        int(silent[0]) if silent else 0
    )
