"""What a format's writer is asked for: which practices to write and where, on what day, and perhaps as nights."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from synthetic_data.arrays import Rng
from synthetic_data.population import rates
from synthetic_data.population.chunk import Writer
from synthetic_data.population.practices import Practices

MOST_DELTAS = 365
HIGHEST_SHARE = 0.5


@dataclass(frozen=True)
class Deltas:
    """What to write: how many nights, the share of rows affected each night, and whether to write the final extract."""

    count: int
    share: float = rates.DELTA_SHARE
    final: bool = True


@dataclass(frozen=True)
class Order:
    """`rng` draws what is not about patients. `seed`, `agreement` and `deltas` are for formats that have deltas."""

    out: Path
    practices: Practices
    extract_date: date
    rng: Rng
    seed: int = 0
    agreement: str = ""
    deltas: Deltas | None = None


@dataclass(frozen=True)
class FormatWriter:
    """A format that the population can be written in. `key`: its name in commands.

    `start`: writes what is not about patients, and returns the function that writes a chunk of them.
    """

    key: str
    start: Callable[[Order], Writer]
    has_deltas: bool = False


def draw_agreement(rng: Rng) -> str:
    """The sharing agreement, as file names show it. It is drawn for every format, so that all hold the same people."""
    return str(uuid.UUID(bytes=rng.bytes(16), version=4)).upper()
