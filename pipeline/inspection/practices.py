"""What an inspection says about each practice: how many patients, and how new its record is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.people.registration_sql import dead_sql, registered_sql
from pipeline.people.searched_practices import OLDEST_EXTRACT_DAYS, choose_practices, index_date
from pipeline.store.current_sql import live_sql


@dataclass(frozen=True, kw_only=True)
class PracticeSummary:
    """`registered`: regular patients now. `newest`: the day of the newest entry. `is_searched`: it is not too old."""

    practice_id: str
    name: str
    registered: int
    extract_date: date
    newest: date | None
    is_searched: bool


_REGISTERED = f"""
    SELECT practice_id, count(*) FROM patient JOIN practice USING (practice_id)
    WHERE is_test = 0 AND {registered_sql("extract_date")} AND NOT ({dead_sql("extract_date")})
    GROUP BY practice_id
"""  # noqa: S608 -- our own words
# A row recorded or dated after the extract was made says nothing about how new the extract is.
_NEWEST = """
    SELECT practice_id, max(day) FILTER (day <= extract_date) FROM (
        {rows}
    ) JOIN patient USING (person_row) JOIN practice USING (practice_id) GROUP BY practice_id
"""
_DAYS = "SELECT r.person_row, coalesce(r.recorded_on, r.date) AS day {live}"


def summarise_practices(con: duckdb.DuckDBPyConnection) -> Iterator[PracticeSummary]:
    """Every practice, in order. Needs an opened store."""
    rows = " UNION ALL ".join(
        _DAYS.format(live=live_sql(table, f"kept_{table}")) for table in ("event", "prescription")
    )
    registered = dict(con.execute(_REGISTERED).fetchall())
    newest = dict(con.execute(_NEWEST.format(rows=rows)).fetchall())
    for each in choose_practices(con, index_date(con, None), OLDEST_EXTRACT_DAYS):
        day = newest.get(each.practice_id)
        yield PracticeSummary(
            practice_id=each.practice_id,
            name=each.name,
            registered=registered.get(each.practice_id, 0),
            extract_date=each.extract_date,
            newest=date.fromordinal(day) if day else None,
            is_searched=each.is_searched,
        )
