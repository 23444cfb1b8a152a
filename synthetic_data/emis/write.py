"""The population as an EMIS Web bulk extract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from synthetic_data.arrays import Rng
from synthetic_data.emis.care_record import write_events
from synthetic_data.emis.deltas.deltas import REFERENCE
from synthetic_data.emis.patients import write_patients
from synthetic_data.emis.prescribing import write_issues
from synthetic_data.emis.tables import Files
from synthetic_data.population.chunk import Chunk, Writer
from synthetic_data.population.practices import Practices, write_dictionaries, write_practices


def start_emis(files: Callable[[int], Files], practices: Practices, extract_date: date, rng: Rng) -> Writer:
    """Write what is not about patients; return what writes a chunk of them. `files`: where to, by chunk number."""
    write_practices(files(REFERENCE), practices, extract_date, rng)
    write_dictionaries(files(REFERENCE))

    def write(chunk: Chunk) -> None:
        here = files(chunk.number)
        today = chunk.extract_date.toordinal()
        write_patients(here, chunk.rng, chunk.people, chunk.registrations, chunk.keys, chunk.practices)
        write_events(here, chunk.rng, chunk.events, chunk.keys, chunk.practices)
        write_issues(here, chunk.rng, chunk.issues, chunk.keys, chunk.practices, today)

    return write
