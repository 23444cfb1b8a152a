"""One drawn population as EMIS bulk files and as both generations of Explorer exports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from synthetic_data.emis.write import start_emis
from synthetic_data.explorer.write import start_explorer
from synthetic_data.files import open_private
from synthetic_data.generate import draw_chunk
from synthetic_data.order import Order
from synthetic_data.population.chunk import Chunk
from synthetic_data.population.practices import draw_practices
from synthetic_data.population.referee import find_qualifying
from synthetic_data.population.truth import HEADER, write_truth

EXTRACT_DATE = date(2026, 11, 20)
GENERATIONS: tuple[Literal["current", "older"], ...] = ("current", "older")
_AGREEMENT = "45E7CD20-EE37-41AB-90D6-DC9D4B03D102"


def write_population(out: Path, size: int, practices: int = 3, chunks: int = 2, part_rows: int = 40_000) -> list[Chunk]:
    """The same people in the folders `emis`, `current` and `older` of `out`, and truth.csv in the first."""
    drawn = draw_practices(np.random.default_rng(5), practices)
    rng = partial(np.random.default_rng, 6)
    orders = {name: Order(out / name, drawn, EXTRACT_DATE, rng(), 0, _AGREEMENT) for name in ("emis", *GENERATIONS)}
    writers = [
        start_emis(orders["emis"]),
        *(start_explorer(orders[name], generation=name, part_rows=part_rows) for name in GENERATIONS),
    ]
    made = [
        draw_chunk(np.random.default_rng([7, 1 + chunk]), chunk, size, 1 + chunk * size, drawn, EXTRACT_DATE)
        for chunk in range(chunks)
    ]
    with open_private(out / "emis" / "truth.csv") as truth:
        truth.write(",".join(HEADER).encode() + b"\n")
        for chunk in made:
            for write_chunk in writers:
                write_chunk(replace(chunk, rng=np.random.default_rng([9, chunk.number])))
            qualifies = find_qualifying(chunk.registrations, chunk.events, chunk.issues, EXTRACT_DATE)
            first = 1 + (chunk.number - 1) * size
            write_truth(truth, chunk.people, chunk.registrations, chunk.keys, drawn, qualifies, first)
    return made
