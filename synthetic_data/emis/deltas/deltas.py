"""The history of an extract: the bulk of an earlier night, and what each night since has sent.

The generator makes what is true on the last night, as it does without deltas. Here each of its tables is given a
history, from separate random streams, and shared out. Nothing is kept from one chunk to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from synthetic_data.emis.deltas.reference_history import AGREEMENTS, draw_reference, share_agreements
from synthetic_data.emis.deltas.row_history import Nights, draw_rows
from synthetic_data.emis.deltas.scope import Scope, draw_scope
from synthetic_data.emis.deltas.share_out import share_out
from synthetic_data.emis.tables import HEADERS, PROCESSING_ID, Delivery, Files, start_delivery
from synthetic_data.order import Deltas, Order

_TABLES = tuple(HEADERS)
REFERENCE = 0  # the number of the stream of what belongs to no chunk; a chunk's is 1 more than its own


@dataclass(frozen=True)
class Past:
    """Where everything goes: the bulk and the deltas in order, and the end if it is wanted."""

    seed: int
    nights: Nights
    deliveries: tuple[Delivery, ...]
    final: Delivery | None


def start_past(order: Order, asked: Deltas) -> Past:
    """Start every delivery: the bulk with the first number, then one delta for each night."""
    out, agreement = order.out, order.agreement
    first = order.extract_date - timedelta(days=asked.count)
    (out / "deltas").mkdir(mode=0o700)
    folders = [out / "bulk", *(out / "deltas" / f"{night:03}" for night in range(1, asked.count + 1))]
    deliveries = tuple(
        start_delivery(folder, PROCESSING_ID + night, first + timedelta(days=night), agreement)
        for night, folder in enumerate(folders)
    )
    final = start_delivery(out / "final", PROCESSING_ID, order.extract_date, agreement) if asked.final else None
    nights = Nights(asked.count, order.extract_date, touched=1 - (1 - asked.share) ** asked.count)
    return Past(order.seed, nights, deliveries, final)


def share_among(past: Past, stream: int) -> Files:
    """Where the tables of a chunk, or of REFERENCE, go. Patients must come first, because their rows depend on them."""
    scopes: list[Scope] = []

    def share(table: str, rows: pl.DataFrame) -> None:
        if past.final:
            past.final.add(table, rows)
        rng = np.random.default_rng([past.seed, stream, 1 + _TABLES.index(table)])
        if table == AGREEMENTS:
            share_agreements(rng, rows, past.nights, past.deliveries)
            return
        if stream == REFERENCE:
            untouched, history = draw_reference(rng, table, rows, past.nights)
        elif table == "Admin_Patient":
            scope, untouched, history = draw_scope(rng, rows, past.nights.count, past.nights.touched, stream - 1)
            scopes.append(scope)
        else:
            untouched, history = draw_rows(rng, table, rows, scopes[0], past.nights)
        share_out(rng, table, rows, untouched, history, past.deliveries)

    return share
