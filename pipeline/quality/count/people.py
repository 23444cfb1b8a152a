"""Counts about patients, by practice. Test patients are not among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import duckdb

from pipeline.codes.nhs_number import is_valid_number
from pipeline.people.registration_sql import dead_sql, registered_sql
from pipeline.quality.count.profile_model import Count
from pipeline.store.possible_days import AS_GIVEN, IMPOSSIBLE_START

# The columns of `patient`, as given, that are checked for blanks. Several for one thing: blank if all are.
BLANK = {
    "nhs_number": "nhs_number",
    "date_of_birth": "date_of_birth",
    "sex": "sex",
    "registered_from": "registered_from",
    "local_number": "local_number",
    "surname": "surname",
    "given_name": "given_name",
    "address": "coalesce(address_1, address_2, address_3, address_4, address_5)",
    "postcode": "postcode",
    "mobile": "mobile",
    "usual_gp": "usual_gp",
}

AT_ONCE = 100_000  # numbers in memory at a time
_CURRENT = f"{registered_sql('extract_date')} AND NOT ({dead_sql('extract_date')})"
_IMPOSSIBLE = "date_of_birth > extract_date OR date_of_death < date_of_birth OR registered_to < registered_from"
_MEASURES = {
    "registered": f"count(*) FILTER ({_CURRENT})",
    "unregistered": f"count(*) FILTER (registered_from IS NULL OR {IMPOSSIBLE_START})",
    "dates": f"count(*) FILTER ({_IMPOSSIBLE})",
}
_PEOPLE = f"""
    SELECT practice_id, count(*), count(nhs_number),
        count(nhs_number) FILTER ({_CURRENT}),
        count(nhs_number) FILTER ({_CURRENT}) - count(DISTINCT nhs_number) FILTER ({_CURRENT}),
        {", ".join(_MEASURES.values())}, {", ".join(f"count(*) - count({sql})" for sql in BLANK.values())}
    FROM {AS_GIVEN} g JOIN practice e USING (practice_id) WHERE is_test = 0 GROUP BY practice_id ORDER BY practice_id
"""


def count_people(con: duckdb.DuckDBPyConnection) -> Iterator[Count]:
    """Needs the views and tables of an opened store."""
    invalid = _count_invalid(con)
    for row in con.execute(_PEOPLE).fetchall():
        practice, records, numbers, own, repeated, *others = row

        def count(measure: str, n: int, of: int, item: str = "", practice: str = practice) -> Count:
            return Count(practice=practice, table="patient", measure=measure, item=item, month="", n=int(n), of=int(of))

        yield count("records", records, records)
        yield count("nhs_invalid", invalid[practice], numbers)
        yield count("nhs_repeated", repeated, own)
        for measure, n in zip(_MEASURES, others, strict=False):
            yield count(measure, n, records)
        for item, n in zip(BLANK, others[len(_MEASURES) :], strict=True):
            yield count("blank", n, records, f"patient.{item}")


def _count_invalid(con: duckdb.DuckDBPyConnection) -> Counter[str]:
    """How many records of each practice have an NHS number that fails its check digit."""
    invalid = Counter[str]()
    numbers = con.execute("SELECT practice_id, nhs_number FROM patient WHERE is_test = 0 AND nhs_number IS NOT NULL")
    while rows := numbers.fetchmany(AT_ONCE):
        invalid.update(practice for practice, number in rows if not is_valid_number(_closed_up(number)))
    return invalid


def _closed_up(number: str) -> str:
    """The ten digits of a number that a supplier wrote in three parts."""
    return number.replace(" ", "").replace("-", "")
