"""Columns as a file shows them, made from arrays: GUIDs, dates, and values looked up in a short table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, Rng

_EPOCH = date(1970, 1, 1).toordinal()
_SCATTER = 2654435761  # odd, so that multiplying by it modulo 2**32 gives every number once


@cache
def _four_hex_digits() -> pl.Series:
    return pl.Series([f"{number:04X}" for number in range(65536)])


def guids(rng: Rng, count: int) -> pl.Series:
    """Upper-case GUIDs in braces, unique among themselves: the first eight digits come from the row's number.

    The rest is drawn once, so that two calls give different GUIDs.
    """
    numbers = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_SCATTER) % np.uint64(2**32)
    tail = rng.bytes(12).hex().upper()
    tail = f"-{tail[:4]}-4{tail[5:8]}-A{tail[9:12]}-{tail[12:]}}}"
    digits = _four_hex_digits()
    high, low = digits.gather(numbers >> np.uint64(16)), digits.gather(numbers & np.uint64(0xFFFF))
    return pl.select(pl.concat_str(pl.lit("{"), high, low, pl.lit(tail))).to_series()


def look_up(table: pl.Series | Sequence[str | None], index: Ints) -> pl.Series:
    """The entries of a table at these positions; empty where the position is negative."""
    values = table if isinstance(table, pl.Series) else pl.Series(table, dtype=pl.String)
    with_empty = values.extend_constant(None, 1)
    return with_empty.gather(np.where(index < 0, len(values), index))


def dates(day: Ints) -> pl.Series:
    """Dates of ordinals; empty for 0."""
    shown = pl.Series((day - _EPOCH).astype(np.int32)).cast(pl.Date)
    return pl.select(pl.when(pl.Series(day > 0)).then(shown)).to_series()


def numbers(values: Ints, shown: Bools) -> pl.Series:
    """Whole numbers, empty where not shown."""
    return pl.select(pl.when(pl.Series(shown)).then(pl.Series(values))).to_series()
