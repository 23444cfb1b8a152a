"""One count of the profile, and the profile as a lookup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Count(NamedTuple):
    """`n` of `of`, in a practice (empty: all of them) and table, by measure, item and month (empty: all time)."""

    practice: str
    table: str
    measure: str
    item: str
    month: str
    n: int
    of: int


COLUMNS = Count._fields


@dataclass(frozen=True)
class Profile:
    """All counts of an extract. None of them is a patient's value."""

    rows: tuple[Count, ...]

    def where(self, table: str, measure: str) -> Iterator[Count]:
        return (row for row in self.rows if row.table == table and row.measure == measure)

    def totals(self, table: str, measure: str) -> dict[tuple[str, str], Count]:
        """The counts for all time, by practice and item."""
        return {(row.practice, row.item): row for row in self.where(table, measure) if not row.month}


def join_counts(*parts: Iterable[Count]) -> Profile:
    return Profile(tuple(row for part in parts for row in part))
