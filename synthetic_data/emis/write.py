"""The population as an EMIS Web bulk extract, or as one and the nights that led to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from synthetic_data.emis.care_record import write_events
from synthetic_data.emis.deltas.deltas import REFERENCE, share_among, start_past
from synthetic_data.emis.patients import write_patients
from synthetic_data.emis.prescribing import write_issues
from synthetic_data.emis.reference import write_dictionaries, write_practices
from synthetic_data.emis.tables import PROCESSING_ID, Files, start_delivery
from synthetic_data.order import Order
from synthetic_data.population.chunk import Chunk, Writer


def start_emis(order: Order) -> Writer:
    """Write what is not about patients; return the function that writes a chunk of them."""
    files = _start_files(order)
    write_practices(files(REFERENCE), order.practices, order.extract_date, order.rng)
    write_dictionaries(files(REFERENCE))

    def write(chunk: Chunk) -> None:
        here = files(chunk.number)
        today = chunk.extract_date.toordinal()
        write_patients(here, chunk.rng, chunk.people, chunk.registrations, chunk.keys, chunk.practices)
        write_events(here, chunk.rng, chunk.events, chunk.keys, chunk.practices)
        write_issues(here, chunk.rng, chunk.issues, chunk.keys, chunk.practices, today)

    return write


def _start_files(order: Order) -> Callable[[int], Files]:
    """Where the tables go, by the number of their random stream: one extract, or one and its past."""
    if order.deltas:
        return partial(share_among, start_past(order, order.deltas))
    plain = start_delivery(order.out, PROCESSING_ID, order.extract_date, order.agreement)
    return lambda _: plain.add
