"""Which practices are searched, and on which index date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from pipeline.errors import ExtractError

OLDEST_EXTRACT_DAYS = 31  # older than the newest; a practice with an older extract is left out
# Records began to be kept by computer at about the first date. Adding months works up to the second.
EARLIEST, LATEST = date(1990, 1, 1), date(9000, 1, 1)


@dataclass(frozen=True)
class Practice:
    """A practice in the extract. `is_searched` is False if its extract is older than allowed."""

    practice_id: str
    name: str
    extract_date: date
    is_searched: bool


def index_date(con: duckdb.DuckDBPyConnection, as_of: date | None) -> date:
    """The newest extract date, or `as_of` if given. A later date is refused, as the extract cannot know it."""
    found = con.execute("SELECT MAX(extract_date) FROM practice").fetchone()
    if not found or found[0] is None:
        raise ExtractError("The extract has no practice with patients. Ask your supplier for a new extract.")
    newest = date.fromordinal(found[0])
    if not EARLIEST <= newest <= LATEST:
        raise ExtractError(
            f"The extract says it was made in {newest.year}, which is impossible: a date in it is wrong, or its dates "
            "cannot be read. Ask your supplier for a new extract."
        )
    if as_of and as_of > newest:
        raise ExtractError(
            f"The extract was made on {newest:%d/%m/%Y}, so it cannot show who met the rule on {as_of:%d/%m/%Y}. "
            f"Use {newest:%d/%m/%Y} or an earlier date, or a newer extract."
        )
    return as_of or newest


def choose_practices(con: duckdb.DuckDBPyConnection, day: date, oldest_days: int) -> tuple[Practice, ...]:
    """Every practice, in order. One whose extract is over `oldest_days` older than `day` is not searched.

    That is the index date, or where people are named for a past one, the newest day: who has died since is not known.
    """
    rows = con.execute("SELECT practice_id, COALESCE(name, ''), extract_date FROM practice ORDER BY 1").fetchall()
    return tuple(
        Practice(practice, name, date.fromordinal(made), day.toordinal() - made <= oldest_days)
        for practice, name, made in rows
    )
