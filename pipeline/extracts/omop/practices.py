"""OMOP: which practices there are, how recent their records are, and who is registered there."""

from __future__ import annotations

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.model import Notes
from pipeline.extracts.sql.expressions import ordinal_sql

NO_SITE = "CAST(md5('no care site') AS UUID)"  # for persons without a practice, and rows without a person
_OPEN_END = 766280  # 1 January 2099: so late a date means that there is no end
_CODE = (
    "regexp_full_match(source_value, '[0-9A-Za-z]{1,20}') "
    "AND NOT regexp_matches(upper(source_value), '^(CS[0-9X]|NOSITE$)')"
)


def place_people(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Make `omop_place`, each person's key and practice, and `omop_practice`, the practices that have persons.

    A practice is called by its number if its source value cannot be a code, or if another practice has the same.
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE omop_place AS SELECT key, coalesce(CAST(md5('care site ' || site) AS UUID), "
        f"{NO_SITE}) AS org, site FROM omop_person"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE omop_practice AS SELECT org, any_value(p.site) AS site, "
        f"any_value(s.name) AS name, any_value(CASE WHEN {_CODE} THEN upper(source_value) END) AS given, "
        "count(*) AS persons FROM omop_place p LEFT JOIN omop_site s ON s.site = p.site GROUP BY org"
    )
    con.execute(
        "UPDATE omop_practice SET given = NULL WHERE given IN "
        "(SELECT given FROM omop_practice GROUP BY given HAVING count(*) > 1)"
    )
    _warn_of_names(con, notes)


def _warn_of_names(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    counts = con.execute(
        "SELECT count(*) FILTER (given IS NULL AND site IS NOT NULL), "
        "coalesce(sum(persons) FILTER (site IS NULL), 0) FROM omop_practice"
    ).fetchone()
    numbered, homeless = counts or (0, 0)
    if numbered:
        notes.warnings.append(
            f"{numbered} practices have no code of their own in care_site_source_value and are called CS and a number."
        )
    if homeless:
        notes.warnings.append(f"{homeless} persons have no care_site_id. They are grouped under one practice, NOSITE.")


PRACTICE_CODE = (
    "CASE WHEN site IS NULL THEN 'NOSITE' WHEN given IS NOT NULL THEN given "
    "WHEN regexp_full_match(site, '\\d{1,18}') THEN 'CS' || site ELSE 'CSX' || upper(left(md5(site), 16)) END"
)


def find_days(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Make `omop_day`: the last day of each practice's records. Raises ExtractError where nothing shows it.

    A practice may have stopped sending long before the database was made; its newest observation period shows when.
    """
    row = con.execute("SELECT max(released) FROM omop_source").fetchone()
    released = row[0] if row else None
    con.execute(
        "CREATE OR REPLACE TEMP TABLE omop_day AS SELECT org, least(max(last) FILTER (last < ?), ?) AS day "
        "FROM omop_practice LEFT JOIN omop_place USING (org) LEFT JOIN omop_period USING (key) GROUP BY org",
        [_OPEN_END, released],
    )
    unsaid = con.execute("SELECT count(*) FROM omop_day WHERE day IS NULL").fetchone()
    if unsaid and unsaid[0]:
        raise ExtractError(
            "The database does not say when its records were taken: cdm_source has no source_release_date, and a "
            "practice has no end of an observation period. Fill in one of the two."
        )
    if released is None:
        notes.warnings.append(
            "cdm_source gives no release date: each practice's newest observation period is used instead."
        )


def find_registrations(con: duckdb.DuckDBPyConnection, notes: Notes) -> None:
    """Make `omop_registration`, each person's latest observation period: open if it reaches the practice's day."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE omop_registration AS SELECT DISTINCT ON (key) key, first, "
        "CASE WHEN last < day THEN last END AS last, last IS NULL OR last >= day AS is_open "
        "FROM omop_period JOIN omop_place USING (key) JOIN omop_day USING (org) "
        "ORDER BY key, first DESC NULLS LAST, last DESC NULLS FIRST"
    )
    counts = con.execute(
        "SELECT (SELECT count(*) FROM omop_period SEMI JOIN omop_place USING (key)), count(*), "
        "count(*) FILTER (is_open), (SELECT count(*) FROM omop_person) FROM omop_registration"
    ).fetchone()
    periods, registered, still_open, persons = counts or (0, 0, 0, 0)
    notes.left_out["observation periods: before the person's latest one"] += periods - registered
    notes.left_out["persons: without an observation period, kept as not registered"] += persons - registered
    if still_open * 2 < registered:
        notes.warnings.append(
            f"Only {still_open} of {registered} observation periods reach the end of their practice's records. If a "
            "period runs from a person's first row to their last, it is not a registration, and few people count as "
            "registered."
        )


_BIRTH = "make_date({0}, coalesce({1}, 1), coalesce({2}, 1))"
_WHOLE, _IN_MONTH, _IN_YEAR = (
    f"TRY({_BIRTH.format('p.year', *parts)})" for parts in (("p.month", "p.day"), ("p.month", "1"), ("1", "1"))
)
_KNOWS_DAY = f"p.month IS NOT NULL AND p.day IS NOT NULL AND {_WHOLE} IS NOT NULL"
_BORN = f"CASE WHEN {_KNOWS_DAY} THEN {_WHOLE} WHEN p.month IS NOT NULL THEN {_IN_MONTH} ELSE {_IN_YEAR} END"
_GENDERS = "CASE p.gender WHEN 8507 THEN 'M' WHEN 8532 THEN 'F' WHEN 8551 THEN 'U' WHEN 8521 THEN 'I' END"

# In the form of `new_patient`. What the CDM has no place for is 0 or NULL, and reported as a gap.
PATIENTS = f"""
    SELECT l.org, p.key, 0 AS deleted, NULL AS gp, p.person_id AS patient_id, NULL AS nhs_number,
        {ordinal_sql(_BORN)} AS date_of_birth,
        CASE WHEN p.year IS NULL THEN 'unknown' WHEN {_KNOWS_DAY} THEN 'day' WHEN p.month IS NOT NULL THEN 'month'
            ELSE 'year' END AS birth_precision,
        coalesce({_GENDERS}, CASE WHEN p.gender_text IN ('M', 'F', 'U', 'I') THEN p.gender_text END, 'U') AS sex,
        d.died AS date_of_death,
        CASE WHEN p.is_doubted = 0 THEN r.first END AS registered_from, r.last AS registered_to,
        CASE WHEN p.is_doubted = 0 THEN 'regular' ELSE 'other' END AS registration_type,
        0 AS is_test, 0 AS is_restricted, NULL AS institution, NULL AS usual_gp,
        p.source_value AS local_number, NULL AS title, NULL AS given_name, NULL AS surname,
        {", ".join(f"NULL AS address_{n}" for n in range(1, 6))},
        NULL AS postcode, NULL AS mobile, NULL AS email, NULL AS sms_consent
    FROM omop_person p JOIN omop_place l ON l.key = p.key LEFT JOIN omop_registration r ON r.key = p.key
    LEFT JOIN (SELECT key, min(died) AS died FROM omop_death GROUP BY key) d ON d.key = p.key
"""
