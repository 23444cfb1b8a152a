"""What identifies a registration in the files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from synthetic_data.arrays import Ints, Rng
from synthetic_data.columns import guids
from synthetic_data.population.registrations import Registrations


@dataclass(frozen=True)
class Keys:
    """What identifies a registration in the files. `patient` has one extra entry, for the missing patient."""

    patient: pl.Series
    practice: Ints  # of each registration, then of the missing patient
    local_number: pl.Series


def draw_keys(rng: Rng, registrations: Registrations, first_number: int) -> Keys:
    """GUIDs, and the numbers a practice sees, from `first_number` on. A GUID may be that of the first registration."""
    count = len(registrations)
    position = np.arange(count + 1)
    shared = np.flatnonzero(registrations.shares_guid)
    position[shared] = registrations.person[shared]
    return Keys(
        patient=guids(rng, count + 1).gather(position),
        practice=np.append(registrations.practice, 0),
        local_number=pl.Series(np.arange(first_number, first_number + count)),
    )
