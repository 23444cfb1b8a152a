"""The in-work evidence: what the record last said about a person's work. It decides nothing unless told to.

The newest row about work decides, whatever its side; only then is it asked whether it is still believed. Work
speaks against a letter, so a row that says in work counts in doubt, and as if on the last day it can be of. Any other
row counts only if it may help the person, and as if on the first day it can be of.
"""

from __future__ import annotations

from typing import get_args

from pipeline.dates import shift
from pipeline.rules.model import InWork
from pipeline.search.basis import Basis, in_work_number
from pipeline.search.doubt.days import OLDEST, day_of_work
from pipeline.search.kinds.kind import EVIDENCE_COLUMNS
from pipeline.search.overtaken import overtaken_sql, overtaking_notes
from pipeline.search.step import Step
from pipeline.search.work_weight import STRENGTHS, age_bands, strength_of
from pipeline.vocabulary import WorkState

STATES: tuple[WorkState, ...] = get_args(WorkState)
IN_WORK = 0  # stands in place of a variant's number for rows about employment
SIDES = ("in_work", "out_of_work", "other")
NEVER = OLDEST - 1  # of a side without a row: before any day


def in_work_steps(in_work: InWork, basis: Basis) -> tuple[Step, ...]:
    """Tables `work_side` (the rows about work), `work_day` (whose rows decide) and `work` (one row each)."""
    hits, rows = basis.table("hits"), basis.table("work_side")
    newest, work = basis.table("work_day"), basis.table("work")
    notes = overtaking_notes(basis.rule, basis)
    said = "The rows about work: which side each is on, the day that counts, and whether it is still believed."
    days = "Of each person, the newest day of each side: of all its rows, of those believed, and of those with a date."
    told = "What the record last said about each person's work, from which day, and what kind of row says so."
    return (
        *((notes,) if notes else ()),
        Step(rows, (hits, notes.writes) if notes else (hits,), said, _speaking_rows(in_work, notes, basis)),
        Step(newest, (rows,), days, _newest_days(rows)),
        Step(work, (rows, newest), told, _weigh(rows, newest, basis)),
    )


def in_work_evidence(basis: Basis) -> Step:
    """Table `work_reason`: the rows that decided what the record says about work."""
    rows, work, chosen = basis.table("work_side"), basis.table("work"), basis.table("chosen")
    columns = ", ".join(f"h.{column}" for column in EVIDENCE_COLUMNS)
    return Step(
        basis.table("work_reason"),
        (rows, work, chosen),
        "The rows behind what the record says about work.",
        f"SELECT {IN_WORK} AS variant, {columns} FROM {rows} h JOIN {chosen} c ON c.person_row = h.person_row "
        f"JOIN {work} w ON w.person_row = h.person_row AND {_decides('h', 'w')}",
    )


def _speaking_rows(in_work: InWork, notes: Step | None, basis: Basis) -> str:
    sides = (in_work.in_work, in_work.out_of_work, in_work.other)
    whens = " ".join(
        f"WHEN role IN ({basis.role_list(roles)}) THEN '{side}'"
        for side, roles in zip(SIDES, sides, strict=True)
        if roles
    )
    overtaken, join = overtaken_sql(in_work, notes, basis) if notes else ("1 = 0", "")
    return (
        f"SELECT b.*, CASE WHEN {overtaken} OR b.newest < {_believed_from(in_work, basis)} THEN 0 ELSE 1 END "
        f"AS believed FROM (SELECT a.*, {day_of_work(basis.index.toordinal())} AS newest "
        f"FROM (SELECT h.*, CASE {whens} END AS side FROM {basis.table('hits')} h "
        f"WHERE criterion = {in_work_number(basis.rule)} AND left_out = '') a "
        f"WHERE side = 'in_work' OR (side IS NOT NULL AND may_help = 1)) b{join}"
    )


def _believed_from(in_work: InWork, basis: Basis) -> str:
    """The first day on which a row (b) is believed, by its role."""
    days = {
        role: shift(basis.index, length, -1).toordinal() if length else OLDEST
        for role, length in in_work.look_backs.items()
    }
    whens = " ".join(f"WHEN {basis.roles[role]} THEN {day}" for role, day in sorted(days.items()))
    return f"CASE b.role {whens} END"


def _newest_days(rows: str) -> str:
    """For each side: `_all`, `_kept` (believed) and `_dated` (believed, with a date)."""
    conditions = {"all": "", "kept": " AND believed = 1", "dated": " AND believed = 1 AND first_day IS NOT NULL"}
    columns = ", ".join(
        f"COALESCE(MAX(CASE WHEN side = '{side}'{condition} THEN newest END), {NEVER}) AS {side}_{name}"
        for side in SIDES
        for name, condition in conditions.items()
    )
    return f"SELECT person_row, {columns} FROM {rows} GROUP BY person_row"


def _weigh(rows: str, newest: str, basis: Basis) -> str:
    """The state, the day of the rows that decided it, the strongest of them, and their age."""
    ranks = " ".join(f"WHEN {number} THEN {STRENGTHS.index(strength_of(role))}" for role, number in basis.roles.items())
    words = " ".join(f"WHEN {n} THEN '{word}'" for n, word in enumerate(STRENGTHS))
    ages = " ".join(f"WHEN day >= {first} THEN '{band}'" for first, band in age_bands(basis.index))
    return (
        f"SELECT person_row, state, day, CASE strongest {words} END AS strength, "
        f"CASE WHEN dated = 0 THEN 'undated' {ages} ELSE 'over_24_months' END AS age "
        f"FROM (SELECT d.person_row, d.state, d.day, MIN(CASE r.role {ranks} END) AS strongest, "
        f"MAX(CASE WHEN r.first_day IS NULL THEN 0 ELSE 1 END) AS dated FROM ({_decide(newest)}) d "
        f"JOIN {rows} r ON r.person_row = d.person_row AND {_decides('r', 'd')} "
        "GROUP BY d.person_row, d.state, d.day) x"
    )


def _decide(newest: str) -> str:
    """The side whose newest row is newer than any other's, if some row of it since the others' is believed.

    A dated row of that side is named before an undated one. Sides that tie conflict, while any of those rows is
    believed. What is too old, or overtaken, never gives way to an older row of another side.
    """
    states, days = [], []
    for side in SIDES:
        one, two = (other for other in SIDES if other != side)
        wins = " AND ".join(f"{side}_all > {other}_all" for other in (one, two))
        kept = " AND ".join(f"{side}_kept > {other}_all" for other in (one, two))
        dated = " AND ".join(f"{side}_dated > {other}_all" for other in (one, two))
        states.append(f"WHEN {wins} THEN CASE WHEN {kept} THEN '{side}' ELSE 'not_recent' END")
        days.append(f"WHEN {wins} AND {dated} THEN {side}_dated WHEN {wins} AND {kept} THEN {side}_kept")
    top = _greatest("all")
    return (
        f"SELECT person_row, CASE {' '.join(states)} WHEN {_greatest('kept')} = {top} THEN 'conflicting' "
        f"ELSE 'not_recent' END AS state, CASE {' '.join(days)} ELSE {top} END AS day FROM {newest}"
    )


def _decides(row: str, work: str) -> str:
    """Whether a row is one of those that decided: of their day, and believed, where what it says is."""
    doubtful = "('conflicting', 'not_recent')"
    return f"{row}.newest = {work}.day AND ({row}.believed = 1 OR {work}.state IN {doubtful})"


def _greatest(which: str) -> str:
    """The newest day of any side."""
    a, b, c = (f"{side}_{which}" for side in SIDES)
    return f"CASE WHEN {a} >= {b} AND {a} >= {c} THEN {a} WHEN {b} >= {c} THEN {b} ELSE {c} END"
