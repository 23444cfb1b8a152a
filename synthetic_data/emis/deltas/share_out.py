"""Shares a table's rows out among the deliveries: the bulk holds the first night, each delta what has changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, Rng, chance
from synthetic_data.emis.deltas.earlier_values import say_otherwise
from synthetic_data.emis.deltas.fates import Fates
from synthetic_data.emis.tables import HEADERS, Delivery
from synthetic_data.population.rates import DELETED_BLANK

_SLICE = 250_000  # rows of a large table copied at a time; bounds the memory
_KEPT = ("PatientGuid", "OrganisationGuid", "Deleted", "ProcessingId")  # in a blank deletion, with the row's own key


@dataclass(frozen=True)
class History:
    """Rows with a history. `now` as they are at the end; `before` what those at `place` said earlier (-1: the same)."""

    now: pl.DataFrame
    fates: Fates
    before: pl.DataFrame
    place: Ints

    def versions(self, chosen: Bools, night: int) -> pl.DataFrame:
        """The chosen rows as they are on this night."""
        old = chosen & (self.fates.changed > night)
        return pl.concat([self.earlier(old), self.latest(chosen & ~old)])

    def earlier(self, chosen: Bools) -> pl.DataFrame:
        return self.before[self.place[chosen]]

    def latest(self, chosen: Bools) -> pl.DataFrame:
        return self.now[np.flatnonzero(chosen)]


def remember(rng: Rng, table: str, now: pl.DataFrame, fates: Fates) -> History:
    """The history of rows with these fates; what they said before is drawn."""
    differs = np.flatnonzero(fates.changed > 0)
    place = np.full(len(now), -1)
    place[differs] = np.arange(len(differs))
    return History(now, fates, say_otherwise(rng, table, now[differs]), place)


def share_out(
    rng: Rng, table: str, rows: pl.DataFrame, untouched: Bools, history: History, deliveries: Sequence[Delivery]
) -> None:
    """Write the `untouched` rows and the history's first night to the first delivery, then each night to its own."""
    bulk, *deltas = deliveries
    for start in range(0, len(rows), _SLICE):
        here = slice(start, start + _SLICE)
        bulk.add(table, rows[here].filter(pl.Series(untouched[here])))
    bulk.add(table, history.versions(history.fates.held(0), 0))
    for night, delta in enumerate(deltas, start=1):
        changes = changes_of(rng, table, history, night)
        if len(changes):
            delta.add(table, changes)


def changes_of(rng: Rng, table: str, history: History, night: int) -> pl.DataFrame:
    """The night's rows. Some are there twice."""
    fates = history.fates
    sent, gone, again = fates.sent(night), fates.deleted(night), fates.again == night
    return pl.concat(
        [
            history.latest(sent & again & fates.twice),
            history.versions(sent, night),
            delete(rng, table, history.versions(gone & fates.twice, night - 1)),
            delete(rng, table, history.versions(gone, night - 1)),
        ]
    )


def delete(rng: Rng, table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows as deletions, half of them with only their keys. A table without that column has no deletions."""
    if "Deleted" not in rows.columns or not len(rows):
        return rows.clear()
    blank = pl.Series(chance(rng, DELETED_BLANK, len(rows)))
    emptied = [name for name in rows.columns if name not in (*_KEPT, HEADERS[table][0])]
    return rows.with_columns(
        pl.lit(True).alias("Deleted"), *(pl.when(~blank).then(pl.col(name)).alias(name) for name in emptied)
    )
