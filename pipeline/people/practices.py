"""Which practices are searched, and on which index date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.errors import ExtractError

OLDEST_EXTRACT_DAYS = 31  # before the newest; beyond, a practice is left out unless told otherwise
# Records were kept by computer from about the first, and reckoning with months goes no further than the second.
EARLIEST, LATEST = date(1990, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True)
class Practice:
    """A practice of the extract. `is_searched` is False where its extract is older than allowed."""

    practice_id: str
    name: str
    extract_date: date
    is_searched: bool


def index_date(con: duckdb.DuckDBPyConnection, as_of: date | None) -> date:
    """The newest extract date, unless asked for another. A later one is refused: the extract does not know it."""
    found = con.execute("SELECT MAX(extract_date) FROM practice").fetchone()
    if not found or found[0] is None:
        raise ExtractError("The extract holds no practice with patients. Ask your supplier for it again.")
    newest = date.fromordinal(found[0])
    if not EARLIEST <= newest <= LATEST:
        raise ExtractError(
            f"The extract says it was made in the year {newest.year}, which cannot be: a date in it is wrong, or none "
            "can be read. Ask the supplier for it again."
        )
    if as_of and as_of > newest:
        raise ExtractError(
            f"The extract was made on {newest:%d/%m/%Y}, so it cannot say who met the rule as of {as_of:%d/%m/%Y}. "
            "Give that date or an earlier one, or a newer extract."
        )
    return as_of or newest


def choose_practices(con: duckdb.DuckDBPyConnection, index: date, oldest_days: int) -> tuple[Practice, ...]:
    """Every practice, in order; one whose extract is more than `oldest_days` older than the index date is left out."""
    rows = con.execute("SELECT practice_id, COALESCE(name, ''), extract_date FROM practice ORDER BY 1").fetchall()
    return tuple(
        Practice(practice, name, date.fromordinal(day), index.toordinal() - day <= oldest_days)
        for practice, name, day in rows
    )
