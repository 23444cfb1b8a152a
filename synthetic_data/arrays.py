"""Names for the arrays used everywhere here, and the random draws that several modules share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rng = np.random.Generator

YEAR = 365.25  # mean days in a year


def chance(rng: Rng, share: float | Floats, size: int) -> Bools:
    """True with this probability, `size` times."""
    return rng.random(size) < share


def choose(rng: Rng, options: Ints, weights: Floats, size: int) -> Ints:
    """`size` of the options, by weight."""
    chosen: Ints = options[np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random(size), side="right")]
    return chosen


def by_age(table: Sequence[tuple[int, float]], age: Floats) -> Floats:
    """The value of the band each age falls in; `table` is (first age, value), ascending."""
    first, values = np.array([row[0] for row in table]), np.array([row[1] for row in table])
    found: Floats = values[np.searchsorted(first, age, side="right") - 1]
    return found


def by_level(values: Sequence[float], level: Ints) -> Floats:
    """The value of each pain level."""
    return np.array(values)[level]


def days_between(rng: Rng, first: Ints, last: Ints) -> Ints:
    """A random day from each first to its last, both included; the last if the first is later."""
    width = np.maximum(last - first + 1, 1)
    day: Ints = last - (rng.random(len(last)) * width).astype(np.int64)
    return day


def exponential_days(rng: Rng, years: float | Floats, size: int) -> Ints:
    """At least one day; exponential with this mean in years."""
    return 1 + (rng.exponential(1.0, size) * years * YEAR).astype(np.int64)


def runs(counts: Ints) -> Ints:
    """0, 1, 2 ... within each run of `counts` items: [2, 3] -> 0 1 0 1 2."""
    starts = np.cumsum(counts) - counts
    return np.arange(counts.sum()) - np.repeat(starts, counts)
