"""What happens to rows and to their patients over the nights, as arrays of one length.

Night 0 is the bulk, night `count` the last delta. Everything has happened by the last night, so what is held then is
the extract as the generator makes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np

from synthetic_data.arrays import Bools, Ints, Rng

NEVER = 1_000_000  # later than any night


@dataclass(frozen=True)
class Fates:
    """Nights. At its source a row is there from `first`, but not from `away` until `back`.

    Its patient is in scope from `enters`, but not from `leaves` until `returns`. `changed` is the night from which the
    row says what it says at the end, `again` one on which it is sent though nothing changed; 0 for none.
    """

    first: Ints
    away: Ints
    back: Ints
    enters: Ints
    leaves: Ints
    returns: Ints
    changed: Ints
    again: Ints
    twice: Bools  # whether a file shows the row twice, on the night of `again` or of the deletion

    def take(self, chosen: Ints | Bools) -> Fates:
        return Fates(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def at_source(self, night: int) -> Bools:
        return (self.first <= night) & ((night < self.away) | (night >= self.back))

    def in_scope(self, night: int) -> Bools:
        return (self.enters <= night) & ((night < self.leaves) | (night >= self.returns))

    def held(self, night: int) -> Bools:
        """Whether a receiver who has applied this night holds the row."""
        return self.at_source(night) & self.in_scope(night)

    def sent(self, night: int) -> Bools:
        """Whether this night's delta shows the row as it is."""
        news: Bools = ~self.held(night - 1) | (self.changed == night) | (self.again == night)
        return self.held(night) & news

    def deleted(self, night: int) -> Bools:
        """Whether this night's delta deletes the row. It never does so because the patient fell out of scope."""
        return self.held(night - 1) & self.in_scope(night) & ~self.at_source(night)


def no_fates(count: int) -> Fates:
    """Rows to which nothing ever happens."""
    zero, never = np.zeros(count, np.int64), np.full(count, NEVER)
    return Fates(zero, never, never, zero, never, never, zero, zero, np.zeros(count, bool))


def join_fates(parts: Iterable[Fates]) -> Fates:
    kept = list(parts)
    return Fates(*(np.concatenate([getattr(part, field.name) for part in kept]) for field in fields(Fates)))


def draw_nights(rng: Rng, nights: int, size: int) -> Ints:
    """One night of the deltas for each."""
    return rng.integers(1, nights + 1, size)


def draw_spans(rng: Rng, nights: int, size: int) -> tuple[Ints, Ints]:
    """Two nights of the deltas for each, the second later. There must be at least two nights."""
    start = rng.integers(1, nights, size)
    return start, rng.integers(start + 1, nights + 1)
