"""Counts about patients, by practice. Test patients are not among them."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from pipeline.quality.counts import Count
from pipeline.tables import INVALID_PSEUDONYM, VALID_PSEUDONYM

# What may be blank: columns of `patient`. Several for one thing: blank where all are.
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

_DIGITS = "replace(replace(nhs_number, ' ', ''), '-', '')"
_SUM = " + ".join(f"{11 - place} * CAST(substr({_DIGITS}, {place}, 1) AS INTEGER)" for place in range(1, 10))
# The check digit of ten; a pseudonym says itself whether its number was valid. (A Scottish number holds a day of birth
# besides: that one is not looked at.)
INVALID_NUMBER = f"""
    CASE WHEN starts_with(nhs_number, '{VALID_PSEUDONYM}') THEN 0 WHEN starts_with(nhs_number, '{INVALID_PSEUDONYM}')
    THEN 1 WHEN NOT regexp_full_match({_DIGITS}, '[0-9]{{10}}') THEN 1
    ELSE CAST((11 - ({_SUM}) % 11) % 11 <> CAST(substr({_DIGITS}, 10, 1) AS INTEGER) AS INTEGER) END
"""
_CURRENT = (
    "registration_type = 'regular' AND coalesce(registered_to, extract_date + 1) > extract_date "
    "AND coalesce(registered_from, extract_date) <= extract_date AND date_of_death IS NULL"
)
_IMPOSSIBLE = "date_of_birth > extract_date OR date_of_death < date_of_birth OR registered_to < registered_from"
_MEASURES = {
    "registered": f"count(*) FILTER ({_CURRENT})",
    "unregistered": "count(*) FILTER (registered_from IS NULL)",
    "dates": f"count(*) FILTER ({_IMPOSSIBLE})",
}
_PEOPLE = f"""
    SELECT practice_id, count(*), count(nhs_number), coalesce(sum({INVALID_NUMBER}) FILTER (nhs_number IS NOT NULL), 0),
        count(nhs_number) FILTER ({_CURRENT}),
        count(nhs_number) FILTER ({_CURRENT}) - count(DISTINCT nhs_number) FILTER ({_CURRENT}),
        {", ".join(_MEASURES.values())}, {", ".join(f"count(*) - count({sql})" for sql in BLANK.values())}
    FROM patient JOIN practice USING (practice_id) WHERE is_test = 0 GROUP BY practice_id ORDER BY practice_id
"""


def count_people(con: duckdb.DuckDBPyConnection) -> Iterator[Count]:
    """Needs the views and tables of an opened store."""
    for row in con.execute(_PEOPLE).fetchall():
        practice, records, numbers, invalid, own, repeated, *others = row

        def count(measure: str, n: int, of: int, item: str = "", practice: str = practice) -> Count:
            return Count(practice, "patient", measure, item, "", int(n), int(of))

        yield count("records", records, records)
        yield count("nhs_invalid", invalid, numbers)
        yield count("nhs_repeated", repeated, own)
        for measure, n in zip(_MEASURES, others, strict=False):
            yield count(measure, n, records)
        for item, n in zip(BLANK, others[len(_MEASURES) :], strict=True):
            yield count("blank", n, records, f"patient.{item}")
