"""One drawn population as EMIS bulk files and as both generations of Explorer exports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from synthetic_data.emis.tables import PROCESSING_ID, open_private, start_delivery
from synthetic_data.emis.write import start_emis
from synthetic_data.explorer.write import start_explorer
from synthetic_data.generate import draw_chunk
from synthetic_data.population.chunk import Chunk
from synthetic_data.population.practices import draw_practices
from synthetic_data.population.qualifies import find_qualifying
from synthetic_data.population.truth import HEADER, write_truth

EXTRACT_DATE = date(2026, 11, 20)
_AGREEMENT = "45E7CD20-EE37-41AB-90D6-DC9D4B03D102"


def write_population(out: Path, size: int, practices: int = 3, chunks: int = 2, part_rows: int = 40_000) -> list[Chunk]:
    """The same people in the folders `emis`, `current` and `older` of `out`, and truth.csv in the first."""
    drawn = draw_practices(np.random.default_rng(5), practices)
    rng = partial(np.random.default_rng, 6)
    delivery = start_delivery(out / "emis", PROCESSING_ID, EXTRACT_DATE, _AGREEMENT)
    start = partial(start_explorer, practices=drawn, extract_date=EXTRACT_DATE, part_rows=part_rows)
    writers = [
        start_emis(lambda _: delivery.add, drawn, EXTRACT_DATE, rng()),
        start(out / "current", rng=rng()),
        start(out / "older", rng=rng(), generation="older"),
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
