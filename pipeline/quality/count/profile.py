"""The profile of an opened store: counts by practice and month, worked out in DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.codes.code_index import CodeIndex
from pipeline.quality.count.code_lists import find_note_items, find_wanted_items, list_codelists
from pipeline.quality.count.codes import count_codes, count_lists, find_codes
from pipeline.quality.count.people import count_people
from pipeline.quality.count.profile_model import Count, Profile, join_counts
from pipeline.quality.count.rows import count_rows, fill_codes, fill_periods
from pipeline.rules.check import CheckedRule


@dataclass(frozen=True)
class CheckedPractice:
    """A practice as the check sees it. `periods`: the names of the periods its rows are counted in, oldest first."""

    practice_id: str
    name: str
    supplier: str
    extract_date: date
    periods: tuple[str, ...]


def count_everything(
    con: duckdb.DuckDBPyConnection, rules: Sequence[CheckedRule], dictionary: CodeIndex, today: date | None
) -> tuple[tuple[CheckedPractice, ...], Profile]:
    """The practices and their counts. `today` None: the extract's age is not counted.

    Needs an opened store; leaves no table behind in `con`.
    """
    names = fill_periods(con)
    fill_codes(con)
    codelists = list_codelists(rules)
    found = find_codes(codelists.values(), dictionary)
    notes = {code for item in find_note_items(rules, codelists) for code in found.get(item, ())}
    places = _places(con, names)
    profile = join_counts(
        _ages(places, today),
        count_people(con),
        count_rows(con, notes),
        count_codes(con),
        count_lists(con, found, find_wanted_items(rules)),
    )
    _forget(con)
    return places, profile


def _places(con: duckdb.DuckDBPyConnection, names: dict[str, list[str]]) -> tuple[CheckedPractice, ...]:
    rows = con.execute("SELECT practice_id, coalesce(name, ''), supplier, extract_date FROM practice ORDER BY 1")
    return tuple(
        CheckedPractice(
            practice_id=practice,
            name=name,
            supplier=supplier or "",
            extract_date=date.fromordinal(day),
            periods=tuple(names[practice]),
        )
        for practice, name, supplier, day in rows.fetchall()
    )


def _ages(places: Iterable[CheckedPractice], today: date | None) -> list[Count]:
    return [
        Count(
            practice=each.practice_id,
            table="practice",
            measure="age_days",
            item="",
            month="",
            n=(today - each.extract_date).days,
            of=0,
        )
        for each in (places if today else ())
        if today
    ]


def _forget(con: duckdb.DuckDBPyConnection) -> None:
    tables = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'quality_') AND temporary"
    ).fetchall()
    for (table,) in tables:
        con.execute(f"DROP TABLE {table}")
