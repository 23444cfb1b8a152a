"""The history of what is not about patients: code dictionaries, staff, organisations and sharing agreements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Rng
from synthetic_data.emis.deltas.fates import draw_nights, draw_spans, no_fates
from synthetic_data.emis.deltas.row_history import Nights
from synthetic_data.emis.deltas.share_out import History, remember
from synthetic_data.emis.tables import Delivery
from synthetic_data.population import rates
from synthetic_data.population.catalogue import CODES

AGREEMENTS = "Agreements_SharingOrganisation"


def draw_reference(rng: Rng, table: str, rows: pl.DataFrame, nights: Nights) -> tuple[Bools, History]:
    """Which rows have no history, and the history of the others: new or changed on some night. None is ever deleted."""
    least_new, least_changed = rates.REFERENCE_CHANGES[table]
    most = max(len(rows) // 4, 1)
    new, changed = (
        min(most, max(least, round(len(rows) * nights.touched))) if least else 0 for least in (least_new, least_changed)
    )
    headings = sum(code.topic == "chapter" for code in CODES) if table == "Coding_ClinicalCode" else 0
    chosen = headings + rng.permutation(len(rows) - headings)[: new + changed]  # headings do not occur in records
    night, is_new = draw_nights(rng, nights.count, len(chosen)), np.arange(len(chosen)) < new
    fates = replace(no_fates(len(chosen)), first=np.where(is_new, night, 0), changed=np.where(is_new, 0, night))
    past = np.isin(np.arange(len(rows)), chosen)
    return ~past, remember(rng, table, rows[chosen], fates)


def share_agreements(rng: Rng, rows: pl.DataFrame, nights: Nights, deliveries: Sequence[Delivery]) -> None:
    """Every practice is active in the bulk and in the last delta; some are switched off one night and on another."""
    bulk, *deltas = deliveries
    bulk.add(AGREEMENTS, _modified(rows, bulk.night))
    if nights.count > 1:
        some = rng.permutation(len(rows))[: max(1, round(rates.SWITCHED_OFF * len(rows)))]
        starts, ends = draw_spans(rng, nights.count, len(some))
        for row, off, on in zip(some.tolist(), starts.tolist(), ends.tolist(), strict=True):
            how = "Disabled" if rng.random() < 0.5 else "IsActivated"
            practice = rows[row : row + 1]
            switched = practice.with_columns(pl.lit(how == "Disabled").alias(how))
            deltas[off - 1].add(AGREEMENTS, _modified(switched, deltas[off - 1].night))
            if on < nights.count:
                deltas[on - 1].add(AGREEMENTS, _modified(practice, deltas[on - 1].night))
    deltas[-1].add(AGREEMENTS, rows)


def _modified(rows: pl.DataFrame, night: date) -> pl.DataFrame:
    """The rows as modified an hour before the extract of that night."""
    return rows.with_columns(pl.lit(f"{night} 01:00:00").alias("LastModifiedDate"))
