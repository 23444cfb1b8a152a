"""SQL for the in-work evidence: what the record last said of a person's work. It decides nothing unless told to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.dates import Duration, shift
from pipeline.rules.model import InWork
from pipeline.search.doubt.windows import Window
from pipeline.search.role_numbers import role_list

STATES = ("in_work", "out_of_work", "conflicting", "other", "none")


def evidence_rows(in_work: InWork, criterion_number: int, roles: Mapping[str, int], index: date) -> str:
    """The rows of employment that are believed, each with its side and the day that counts.

    Work speaks against a letter, so such a row counts whenever it possibly lies in its look-back, and is as new as it
    can be; the others count only when they certainly do, and are as old as they can be. An undated row is oldest.
    """
    sides = (
        ("in_work", in_work.in_work, in_work.look_back.in_work),
        ("out_of_work", in_work.out_of_work, in_work.look_back.out_of_work),
        ("other", in_work.other, in_work.look_back.other or in_work.look_back.in_work),
    )
    cases = [_side(side, names, length, roles, index) for side, names, length in sides if names]
    whens = " ".join(f"WHEN {condition} THEN '{side}'" for side, condition in cases)
    newest = "CASE WHEN side = 'in_work' THEN COALESCE(last_day, 0) ELSE first_day END AS newest"
    return (
        f"SELECT b.*, {newest} FROM (SELECT h.*, CASE {whens} END AS side FROM hits h "
        f"WHERE criterion = {criterion_number} AND left_out = '') b WHERE side IS NOT NULL"
    )


def _side(
    side: str, names: tuple[str, ...], look_back: Duration, roles: Mapping[str, int], index: date
) -> tuple[str, str]:
    window = Window(shift(index, look_back, -1).toordinal(), index.toordinal(), ever=False)
    reading = window.sql("against" if side == "in_work" else "for")
    return side, f"role IN ({role_list(names, roles)}) AND {reading}"


def state() -> str:
    """One state per person with evidence: the newest row's side, or `conflicting` when sides tie."""
    newest = ", ".join(
        f"COALESCE(MAX(CASE WHEN side = '{side}' THEN newest END), -1) AS {side}"
        for side in ("in_work", "out_of_work", "other")
    )
    return (
        "SELECT person_row, CASE "
        "WHEN in_work > out_of_work AND in_work > other THEN 'in_work' "
        "WHEN out_of_work > in_work AND out_of_work > other THEN 'out_of_work' "
        "WHEN other > in_work AND other > out_of_work THEN 'other' "
        f"ELSE 'conflicting' END AS state FROM (SELECT person_row, {newest} FROM work_rows GROUP BY person_row) n"
    )
