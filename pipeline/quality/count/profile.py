"""The profile of an opened store: counts by practice and month, worked out in DuckDB or kept since a delivery came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.codes.code_index import CodeIndex
from pipeline.quality.count.code_lists import find_note_items, find_wanted_items, list_codelists
from pipeline.quality.count.codes import count_codes, count_lists, find_codes
from pipeline.quality.count.kept import are_kept, hash_notes, read_counts, with_certificates, write_counts
from pipeline.quality.count.people import count_people
from pipeline.quality.count.profile_model import Count, Profile, join_counts
from pipeline.quality.count.rows import count_certificates, count_rows, fill_codes, fill_periods
from pipeline.rules.check import CheckedRule
from pipeline.store.manifest import KeptCounts
from pipeline.store.open import Opened

Item = tuple[str, str]  # a code list, and a role or nothing


@dataclass(frozen=True)
class CheckedPractice:
    """A practice as the check sees it. `periods`: the names of the periods its rows are counted in, oldest first."""

    practice_id: str
    name: str
    supplier: str
    extract_date: date
    periods: tuple[str, ...]


def count_everything(
    con: duckdb.DuckDBPyConnection,
    opened: Opened,
    rules: Sequence[CheckedRule],
    dictionary: CodeIndex,
    today: date | None,
) -> tuple[tuple[CheckedPractice, ...], Profile]:
    """The practices and their counts. `today` None: the extract's age is not counted.

    Leaves no table behind in `con`.
    """
    found, notes = _find_codes(rules, dictionary)
    with _periods(con) as names:
        places = _places(con, names)
        counts = _counts(con, opened, notes)
        lists = count_lists(con, found, find_wanted_items(rules))
        return places, join_counts(_ages(places, today), counts, lists)


def keep_counts(con: duckdb.DuckDBPyConnection, opened: Opened, dictionary: CodeIndex) -> KeptCounts:
    """Write what every search would count, whatever its rule, in files that a manifest may name."""
    _, notes = _find_codes((), dictionary)
    with _periods(con):
        return write_counts(con, opened.store, opened.manifest, _count(con, notes), notes)


def _find_codes(rules: Sequence[CheckedRule], dictionary: CodeIndex) -> tuple[dict[Item, list[int]], set[int]]:
    """The codes of each code list and role, and those that are fit notes."""
    codelists = list_codelists(rules)
    found = find_codes(codelists.values(), dictionary)
    return found, {code for item in find_note_items(rules, codelists) for code in found.get(item, ())}


def _counts(con: duckdb.DuckDBPyConnection, opened: Opened, notes: set[int]) -> list[Count]:
    """Kept or counted. Kept ones are counted again only for the fit notes of a list of the rule's own."""
    kept = opened.manifest.counts
    if kept is None or not are_kept(opened.manifest):
        return _count(con, notes)
    counts = read_counts(con, opened.store, kept)
    return counts if kept.notes == hash_notes(notes) else with_certificates(counts, count_certificates(con, notes))


def _count(con: duckdb.DuckDBPyConnection, notes: set[int]) -> list[Count]:
    fill_codes(con)
    return [*count_people(con), *count_rows(con), *count_certificates(con, notes), *count_codes(con)]


@contextmanager
def _periods(con: duckdb.DuckDBPyConnection) -> Iterator[dict[str, list[str]]]:
    """The tables that counting needs, while the block runs; the names of each practice's periods."""
    yield fill_periods(con)
    tables = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE starts_with(table_name, 'quality_') AND temporary"
    ).fetchall()
    for (table,) in tables:
        con.execute(f"DROP TABLE {table}")


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
