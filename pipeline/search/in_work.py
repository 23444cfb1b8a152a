"""The in-work evidence: what the record last said about a person's work. It decides nothing unless told to."""

from __future__ import annotations

from pipeline.dates import Duration, shift
from pipeline.rules.model import InWork
from pipeline.search.basis import Basis, in_work_number
from pipeline.search.doubt.days import OLDEST, newest_day
from pipeline.search.doubt.readings import Reading
from pipeline.search.doubt.windows import Window
from pipeline.search.kinds.kind import EVIDENCE_COLUMNS
from pipeline.search.step import Step

STATES = ("in_work", "out_of_work", "conflicting", "other", "none")
IN_WORK = 0  # stands in place of a variant's number for rows about employment

# Work speaks against a letter, so such a row counts whenever it possibly lies in its look-back, and as if on the
# last day it can be of; the others count only when they certainly do, as if on the first.
READINGS: dict[str, Reading] = {"in_work": "against", "out_of_work": "for", "other": "for"}


def in_work_steps(in_work: InWork, basis: Basis) -> tuple[Step, ...]:
    """Tables `work_side` (the rows that are believed, each with its side) and `work` (one state a person)."""
    rows, work, hits = basis.table("work_side"), basis.table("work"), basis.table("hits")
    believed = "The rows about employment that are still believed: which side each is on, and the day that counts."
    states = "What the record last said about each person's work: the newest row's side, or that the sides tie."
    return (
        Step(rows, (hits,), believed, _believed_rows(in_work, hits, basis)),
        Step(work, (rows,), states, _state(rows)),
    )


def in_work_evidence(basis: Basis) -> Step:
    """Table `work_reason`: the rows that decided what the record says about work, the newest of all sides."""
    rows, chosen = basis.table("work_side"), basis.table("chosen")
    columns = ", ".join(f"h.{column}" for column in EVIDENCE_COLUMNS)
    newest = f"SELECT person_row, MAX(newest) AS newest FROM {rows} GROUP BY person_row"
    return Step(
        basis.table("work_reason"),
        (rows, chosen),
        "The rows behind what the record says about work.",
        f"SELECT {IN_WORK} AS variant, {columns} FROM {rows} h JOIN {chosen} c ON c.person_row = h.person_row "
        f"JOIN ({newest}) n ON n.person_row = h.person_row AND n.newest = h.newest",
    )


def _believed_rows(in_work: InWork, hits: str, basis: Basis) -> str:
    back = in_work.look_back
    sides = (
        ("in_work", in_work.in_work, back.in_work),
        ("out_of_work", in_work.out_of_work, back.out_of_work),
        ("other", in_work.other, back.other or back.in_work),
    )
    whens = [f"WHEN {_is_believed(side, roles, length, basis)} THEN '{side}'" for side, roles, length in sides if roles]
    days = " ".join(f"WHEN '{side}' THEN {newest_day(reading)}" for side, reading in READINGS.items())
    return (
        f"SELECT b.*, CASE side {days} END AS newest FROM (SELECT h.*, CASE {' '.join(whens)} END AS side "
        f"FROM {hits} h WHERE criterion = {in_work_number(basis.rule)} AND left_out = '') b WHERE side IS NOT NULL"
    )


def _is_believed(side: str, roles: tuple[str, ...], look_back: Duration, basis: Basis) -> str:
    window = Window(shift(basis.index, look_back, -1).toordinal(), basis.index.toordinal(), ever=False)
    return f"role IN ({basis.role_list(roles)}) AND {window.sql(READINGS[side])}"


def _state(rows: str) -> str:
    newest = ", ".join(
        f"COALESCE(MAX(CASE WHEN side = '{side}' THEN newest END), {OLDEST - 1}) AS {side}" for side in READINGS
    )
    return (
        "SELECT person_row, CASE "
        "WHEN in_work > out_of_work AND in_work > other THEN 'in_work' "
        "WHEN out_of_work > in_work AND out_of_work > other THEN 'out_of_work' "
        "WHEN other > in_work AND other > out_of_work THEN 'other' "
        f"ELSE 'conflicting' END AS state FROM (SELECT person_row, {newest} FROM {rows} GROUP BY person_row) n"
    )
