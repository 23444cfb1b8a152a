"""The history of a table of patients' rows: added, changed, removed or sent again. Rows follow their patients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Floats, Ints, Rng, chance, choose
from synthetic_data.emis.deltas import scope
from synthetic_data.emis.deltas.copies import copy_of_leavers, copy_removed
from synthetic_data.emis.deltas.fates import (
    NEVER,
    Fates,
    draw_nights,
    draw_spans,
    join_fates,
    no_fates,
)
from synthetic_data.emis.deltas.scope import Scope, draw_partners, find_theirs
from synthetic_data.emis.deltas.share_out import History, remember
from synthetic_data.population import rates

_NOTHING, ADDED, CHANGED, MERGED, REMOVED, GONE_AND_BACK, AGAIN, TWICE = range(8)
_MERGED_TABLES = ("CareRecord_Observation", "Prescribing_IssueRecord")


@dataclass(frozen=True)
class Nights:
    """How many deltas there are, when the last is, and the share of rows to which something happens in all of them."""

    count: int
    last: date
    touched: float


@dataclass(frozen=True)
class _Events:
    """What happens to each row of a table, and when; `theirs` are the rows of special patients, see find_theirs."""

    kind: Ints
    night: Ints
    until: Ints
    live: Bools  # not among the rows to which nothing may happen
    theirs: pl.DataFrame
    patient: Ints  # of each row, its position in `theirs`, or -1

    def of_patient(self, name: str, chosen: Ints, otherwise: int) -> Ints:
        """What `theirs` says about the chosen rows."""
        values = np.append(self.theirs[name].to_numpy(), otherwise)
        found: Ints = values[self.patient[chosen]]
        return found


def draw_rows(rng: Rng, table: str, rows: pl.DataFrame, known: Scope, nights: Nights) -> tuple[Bools, History]:
    """Which rows of a chunk's table have no history, and the history of the others and of rows gone at the end."""
    events = draw_events(rng, table, rows, known, nights)
    everyone = np.arange(len(rows))
    fate = events.of_patient("fate", everyone, scope.PLAIN)
    moving = np.isin(fate, (scope.ARRIVES, scope.RETURNS))
    events = replace(events, kind=allow_merges(table, events.kind, moving))
    past = events.live & (moving | ~np.isin(events.kind, (_NOTHING, REMOVED)))
    touched, removed = np.flatnonzero(past), np.flatnonzero(events.live & (events.kind == REMOVED))
    left = np.flatnonzero(events.live & (fate == scope.LEAVES))
    now = pl.concat([rows[touched], copy_removed(table, rows[removed]), copy_of_leavers(rows[left])])
    gone = replace(no_fates(len(left)), leaves=events.of_patient("night", left, NEVER))
    fates = join_fates([touch(rng, events, touched), remove(rng, events, removed), gone])
    merged = np.flatnonzero(events.kind[touched] == MERGED)
    return ~past, merge(rng, table, now, fates, merged, known)


def draw_events(rng: Rng, table: str, rows: pl.DataFrame, known: Scope, nights: Nights) -> _Events:
    """Nothing happens to rows that are deleted in the extract itself, or to those of deleted patients."""
    count, theirs = len(rows), find_theirs(rows, known.special)
    patient = np.full(count, -1)
    patient[theirs["row"].to_numpy()] = np.arange(len(theirs))
    night, until = draw_nights(rng, nights.count, count), np.full(count, NEVER)
    kind = np.where(chance(rng, nights.touched, count), choose_kinds(rng, table, nights.count, count), _NOTHING)
    if nights.count > 1:
        start, end = draw_spans(rng, nights.count, count)
        night, until = np.where(kind == GONE_AND_BACK, start, night), np.where(kind == GONE_AND_BACK, end, until)
    live = ~rows["Deleted"].to_numpy()
    live[theirs.filter(fate=scope.FROZEN)["row"].to_numpy()] = False
    events = enter_on_their_night(_Events(kind, night, until, live, theirs, patient), rows, nights)
    return happen_while_out(rng, events)


def choose_kinds(rng: Rng, table: str, nights: int, size: int) -> Ints:
    weights = {
        ADDED: rates.ROW_ADDED,
        CHANGED: rates.ROW_CHANGED * rates.CHANGED_OFTEN.get(table, 1.0),
        MERGED: rates.ROW_MERGED,
        REMOVED: rates.ROW_REMOVED,
        GONE_AND_BACK: rates.ROW_GONE_AND_BACK if nights > 1 else 0.0,
        AGAIN: rates.ROW_AGAIN,
        TWICE: rates.ROW_TWICE,
    }
    shares: Floats = np.array(list(weights.values()))
    return choose(rng, np.array(list(weights)), shares, size)


def enter_on_their_night(events: _Events, rows: pl.DataFrame, nights: Nights) -> _Events:
    """Rows entered on the days of the deltas come with them. (Those entered after the last have a wrong clock.)"""
    if "EnteredDate" not in rows.columns:
        return events
    age = (pl.lit(nights.last) - rows["EnteredDate"]).dt.total_days()
    night = nights.count - pl.select(age).to_series().fill_null(NEVER).to_numpy()
    fresh = (night >= 1) & (night <= nights.count)
    return replace(events, kind=np.where(fresh, ADDED, events.kind), night=np.where(fresh, night, events.night))


def happen_while_out(rng: Rng, events: _Events) -> _Events:
    """Some rows of patients who return are added, changed or removed at the source while they are out of scope."""
    back = events.theirs.filter(fate=scope.RETURNS)
    back = back.filter(pl.Series(chance(rng, rates.RETURNING_ROW, len(back)), dtype=pl.Boolean))
    row = back["row"].to_numpy()
    kind, night = events.kind.copy(), events.night.copy()
    kind[row] = rng.choice([ADDED, CHANGED, REMOVED], len(row))
    night[row] = rng.integers(back["leaves"].to_numpy(), back["returns"].to_numpy() + 1)
    return replace(events, kind=kind, night=night)


def allow_merges(table: str, kind: Ints, moving: Bools) -> Ints:
    """In other tables a merge is a plain change, and so it is if the patient comes or goes."""
    barred = moving | (table not in _MERGED_TABLES)
    return np.where((kind == MERGED) & barred, CHANGED, kind)


def touch(rng: Rng, events: _Events, chosen: Ints) -> Fates:
    """The fates of rows that are there at the end."""
    kind, night, count = events.kind[chosen], events.night[chosen], len(chosen)
    away = kind == GONE_AND_BACK
    early = chance(rng, rates.EARLY_CHILD, count)
    return Fates(
        first=np.where(kind == ADDED, night, 0),
        away=np.where(away, night, NEVER),
        back=np.where(away, events.until[chosen], NEVER),
        enters=np.maximum(events.of_patient("enters", chosen, 0) - early, 0),
        leaves=events.of_patient("leaves", chosen, NEVER),
        returns=events.of_patient("returns", chosen, NEVER),
        changed=np.where((kind == CHANGED) | (kind == MERGED), night, 0),
        again=np.where((kind == AGAIN) | (kind == TWICE), night, 0),
        twice=kind == TWICE,
    )


def remove(rng: Rng, events: _Events, chosen: Ints) -> Fates:
    """The fates of the copies that are gone at the end: their patients', and a night on which they are deleted."""
    night, count = events.night[chosen], len(chosen)
    late = chance(rng, rates.REMOVED_LATE_COMER, count)
    return replace(
        no_fates(count),
        first=np.where(late, rng.integers(0, night), 0),
        away=night,
        enters=events.of_patient("enters", chosen, 0),
        leaves=events.of_patient("leaves", chosen, NEVER),
        returns=events.of_patient("returns", chosen, NEVER),
        twice=chance(rng, rates.REMOVED_TWICE, count),
    )


def merge(rng: Rng, table: str, now: pl.DataFrame, fates: Fates, merged: Ints, known: Scope) -> History:
    """The history of the rows; before their night the `merged` ones were another patient's of the same practice.

    Some belonged to a patient who falls out of scope on that night or later, and must not take them along.
    """
    rows = now[merged]
    settled, leaver = draw_partners(rng, rows, known.settled), draw_partners(rng, rows, known.leavers)
    of_leaver = (leaver >= 0) & (chance(rng, rates.MERGED_FROM_LEAVER, len(rows)) | (settled < 0))
    latest = np.append(known.leavers["night"].to_numpy(), NEVER)[leaver]
    changed = fates.changed.copy()
    changed[merged] = np.where(of_leaver, np.minimum(changed[merged], latest), changed[merged])
    pool = pl.concat([known.settled, known.leavers.select("PatientGuid", "OrganisationGuid")])["PatientGuid"]
    place = np.where(of_leaver, len(known.settled) + leaver, settled)
    other = pl.Series(place >= 0)
    was = pl.select(pl.when(other).then(pool.gather(np.maximum(place, 0))).otherwise(rows["PatientGuid"])).to_series()
    history = remember(rng, table, now, replace(fates, changed=changed))
    before = rows.with_columns(was.alias("PatientGuid"))
    position = history.place.copy()
    position[merged] = len(history.before) + np.arange(len(merged))
    return replace(history, before=pl.concat([history.before, before]), place=position)
