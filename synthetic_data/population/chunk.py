"""What every format is written from: a chunk of people and their whole records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from synthetic_data.arrays import Rng
from synthetic_data.population.keys import Keys
from synthetic_data.population.people import People
from synthetic_data.population.practices import Practices
from synthetic_data.population.registrations import Registrations
from synthetic_data.population.rows import Rows


@dataclass(frozen=True)
class Chunk:
    """`number` counts from 1. A writer may draw from `rng`, because everything that matters has already been drawn."""

    number: int
    rng: Rng
    people: People
    registrations: Registrations
    events: Rows
    issues: Rows
    keys: Keys
    practices: Practices
    extract_date: date


Writer = Callable[[Chunk], None]
