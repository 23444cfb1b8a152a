"""Patients over the nights: who comes into scope, falls out of it, comes back, or changes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints, Rng, chance
from synthetic_data.emis.deltas.copies import copy_leavers
from synthetic_data.emis.deltas.fates import (
    NEVER,
    Fates,
    draw_nights,
    draw_spans,
    join_fates,
    no_fates,
)
from synthetic_data.emis.deltas.share_out import History, remember
from synthetic_data.population import rates

# FROZEN: deleted in the extract itself, and so from the start. LEAVES: a copy of the patient is there, and leaves.
PLAIN, FROZEN, ARRIVES, RETURNS, LEAVES, CHANGED, AGAIN, TWICE = range(8)
_KEYS = ["PatientGuid", "OrganisationGuid"]


@dataclass(frozen=True)
class Scope:
    """What a patient's rows in other tables depend on.

    `special`: keys of patients to whose rows it matters, with fate, enters, leaves, returns (as in Fates) and night.
    `settled` and `leavers`: keys, and night, of those in scope always and until that night, by organisation.
    """

    special: pl.DataFrame
    settled: pl.DataFrame
    leavers: pl.DataFrame


@dataclass(frozen=True)
class _Drawn:
    """Of each patient; `until` is the later of two nights, where a fate has two."""

    fate: Ints
    night: Ints
    until: Ints


def draw_scope(
    rng: Rng, patients: pl.DataFrame, nights: int, touched: float, chunk: int
) -> tuple[Scope, Bools, History]:
    """Which of a chunk's patients have no history, and the history of the others. `touched`: the others' share."""
    drawn = draw_patients(rng, patients["Deleted"].to_numpy(), nights, touched)
    leaving = drawn.fate == LEAVES
    copies = copy_leavers(patients.filter(pl.Series(leaving)), chunk)
    past = np.isin(drawn.fate, (ARRIVES, RETURNS, CHANGED, AGAIN, TWICE))
    gone = replace(no_fates(len(copies)), away=drawn.night[leaving])
    fates = join_fates([fates_of_patients(rng, drawn).take(past), gone])
    history = remember(rng, "Admin_Patient", pl.concat([patients.filter(pl.Series(past)), copies]), fates)
    leavers = copies.select(_KEYS).with_columns(pl.Series("night", gone.away))
    return make_scope(patients.select(_KEYS), drawn, leavers), ~past, history


def draw_patients(rng: Rng, deleted: Bools, nights: int, touched: float) -> _Drawn:
    """At least one patient for each fate, while there are enough; none returns unless there are two nights."""
    count = len(deleted)
    shares = {
        CHANGED: rates.PATIENT_CHANGED,
        TWICE: rates.PATIENT_TWICE,
        AGAIN: rates.PATIENT_AGAIN,
        LEAVES: rates.PATIENT_LEAVES,
        RETURNS: rates.PATIENT_RETURNS if nights > 1 else 0.0,
        ARRIVES: rates.PATIENT_ARRIVES,
    }
    wanted = [math.ceil(count * touched * share) for share in shares.values()]
    fates = np.repeat(list(shares), wanted)
    chosen = rng.permutation(np.flatnonzero(~deleted))[: len(fates)]
    fate = np.where(deleted, FROZEN, PLAIN)
    fate[chosen] = fates[: len(chosen)]
    night, until = draw_nights(rng, nights, count), np.full(count, NEVER)
    if nights > 1:
        start, end = draw_spans(rng, nights, count)
        night, until = np.where(fate == RETURNS, start, night), np.where(fate == RETURNS, end, until)
    return _Drawn(fate, night, until)


def fates_of_patients(rng: Rng, drawn: _Drawn) -> Fates:
    """The fates of the rows of Admin_Patient: a patient out of scope has no row."""
    fate, night, count = drawn.fate, drawn.night, len(drawn.fate)
    plain = no_fates(count)
    while_out = (fate == RETURNS) & chance(rng, rates.CHANGED_WHILE_OUT, count)
    changed = np.where(while_out, rng.integers(night, np.maximum(drawn.until, night) + 1), 0)
    return Fates(
        first=np.where(fate == ARRIVES, night, 0),
        away=np.where(fate == RETURNS, night, NEVER),
        back=np.where(fate == RETURNS, drawn.until, NEVER),
        enters=plain.enters,
        leaves=plain.leaves,
        returns=plain.returns,
        changed=np.where(fate == CHANGED, night, changed),
        again=np.where((fate == AGAIN) | (fate == TWICE), night, 0),
        twice=fate == TWICE,
    )


def make_scope(keys: pl.DataFrame, drawn: _Drawn, leavers: pl.DataFrame) -> Scope:
    fate = drawn.fate
    known = keys.with_columns(
        fate=pl.Series(fate),
        enters=pl.Series(np.where(fate == ARRIVES, drawn.night, 0)),
        leaves=pl.Series(np.where(fate == RETURNS, drawn.night, NEVER)),
        returns=pl.Series(drawn.until),
        night=pl.Series(drawn.night),
    )
    moving = pl.col("fate").is_in([FROZEN, ARRIVES, RETURNS])
    return Scope(
        special=known.filter(moving | (pl.col("fate") == LEAVES)),
        settled=known.filter(~moving).select(_KEYS).sort("OrganisationGuid", maintain_order=True),
        leavers=leavers.sort("OrganisationGuid", maintain_order=True),
    )


def find_theirs(rows: pl.DataFrame, special: pl.DataFrame) -> pl.DataFrame:
    """The rows that belong to special patients: their position as `row`, and the patient's columns."""
    placed = rows.select(_KEYS).with_row_index("row")
    return placed.join(special, on=_KEYS, how="inner").drop(_KEYS).sort("row")


def draw_partners(rng: Rng, rows: pl.DataFrame, pool: pl.DataFrame) -> Ints:
    """For each row the position in `pool` of another patient of the same organisation; -1 where there is none."""
    runs = pool.group_by("OrganisationGuid", maintain_order=True).len()
    runs = runs.with_columns(start=pl.col("len").cast(pl.Int64).cum_sum() - pl.col("len"))
    mine = rows.select("OrganisationGuid").join(runs, on="OrganisationGuid", how="left", maintain_order="left")
    start, many = mine["start"].fill_null(0).to_numpy(), mine["len"].fill_null(0).cast(pl.Int64).to_numpy()
    drawn = (rng.random(len(rows)) * many).astype(np.int64)
    owner, patient = rows["PatientGuid"], pool["PatientGuid"].extend_constant(None, 1)

    def is_own(position: Ints) -> Bools:
        return (patient.gather(np.minimum(position, len(pool))) == owner).fill_null(True).to_numpy()

    drawn = np.where(is_own(start + drawn), (drawn + 1) % np.maximum(many, 1), drawn)
    return np.where((many == 0) | is_own(start + drawn), -1, start + drawn)
