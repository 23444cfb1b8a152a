"""Decides one record of a finished run again, to say why it is, or is not, on a list.

A run keeps rows, not reasons: the steps of the search run once more over this one record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import UsageError
from pipeline.runs.paths import RunPaths
from pipeline.runs.read import RunManifest, changed, open_run, read_manifest
from pipeline.runs.record import open_record, read_rule
from pipeline.runs.software import software_hash
from pipeline.search.by_hand import ByHand
from pipeline.search.compile import Plan, compile_rule
from pipeline.search.decision_sql import decided_from
from pipeline.search.engine import DuckDbEngine, Engine
from pipeline.search.evidence import every_spell, gather
from pipeline.search.evidence_text import EvidenceRow, Spell
from pipeline.search.run import decide
from pipeline.search.seen import Hit
from pipeline.search.table_names import truth_column
from pipeline.vocabulary import Placement


@dataclass(frozen=True)
class Explained:
    """A record and all that decided it. `bits` is 1 or 0 for each stage, empty where the practice was not searched."""

    practice_id: str
    outcome: Placement | None
    plan: Plan
    bits: Sequence[int]
    truth: Mapping[int, bool]
    work: str
    work_strength: str
    work_age: str
    hits: Sequence[Hit]
    rows: Sequence[EvidenceRow]
    spells: Sequence[Spell]
    other_spells: Sequence[Spell]
    is_nominated: bool
    is_stale: bool  # the rule or the software is not the one that made the run

    @property
    def files(self) -> list[str]:
        """The supplier's files that the rows stand in."""
        return sorted({row.file for row in self.rows})


def explain(folder: Path, number: str) -> list[Explained]:
    """Every record of a run with this NHS number or local number. Raises UsageError if there is none."""
    run = open_run(folder)
    try:
        with duckdb.connect() as con:
            open_record(con, run)
            plan, is_stale = _load_plan(con, run)
            found = [_decide(con, plan, is_stale, *record) for record in _find_records(con, number)]
    except duckdb.Error:
        raise changed(run) from None
    if not found:
        raise UsageError("No record of this run has that NHS number or local number.")
    return found


def _load_plan(con: duckdb.DuckDBPyConnection, run: RunPaths) -> tuple[Plan, bool]:
    """The run's plan, made again, and whether anything it is made from has changed since."""
    manifest = read_manifest(run)
    roles = {role: number for number, role in con.execute("SELECT number, role FROM role").fetchall()}
    rule, sha256 = read_rule(run)
    is_stale = (manifest.rule.sha256, manifest.software.sha256) != (sha256, software_hash())
    return compile_rule(rule, manifest.index_date, roles, _by_hand(manifest)), is_stale


def _by_hand(manifest: RunManifest) -> ByHand:
    """In which ways people were named to the run. Which people is in the table `person`."""
    return ByHand(*(frozenset() if way in manifest.by_hand else None for way in ("only", "nominated")))


def _find_records(con: duckdb.DuckDBPyConnection, number: str) -> list[tuple[int, str, Placement | None]]:
    sql = """
        SELECT p.person_row, p.practice_id, o.outcome FROM patient p LEFT JOIN outcome o ON o.person_row = p.person_row
        WHERE p.nhs_number = $digits OR p.local_number = $number ORDER BY p.practice_id, p.person_row
    """
    asked = {"digits": number.replace(" ", "").replace("-", ""), "number": number.strip()}
    return con.execute(sql, asked).fetchall()


def _decide(
    con: duckdb.DuckDBPyConnection, plan: Plan, is_stale: bool, person: int, practice: str, outcome: Placement | None
) -> Explained:
    engine = DuckDbEngine(con)
    engine.make(plan.table("person"), f"SELECT * FROM person WHERE person_row = {person:d}")  # noqa: S608
    engine.make(plan.table("hits"), f"SELECT * FROM hits WHERE person_row = {person:d}")  # noqa: S608
    decide(engine, plan, has_coded_months=True)
    rows, spells = gather(engine, plan, [person])
    decision = next(engine.fetch_dicts(f"SELECT * FROM {plan.table('decision')}"), None)  # noqa: S608
    return Explained(
        practice,
        outcome,
        plan,
        bits=_stage_bits(engine, plan),
        truth={v.number: bool(decision and decision[truth_column(v)]) for v in plan.variants},
        work=str(decision["work"]) if decision else "none",
        work_strength=str(decision["work_strength"]) if decision else "none",
        work_age=str(decision["work_age"]) if decision else "none",
        hits=_read_hits(engine, plan),
        rows=rows.get(person, []),
        spells=spells.get(person, []),
        other_spells=every_spell(engine, plan),
        is_nominated=plan.by_hand.nominated is not None and _is_nominated(engine, plan),
        is_stale=is_stale,
    )


def _read_hits(engine: Engine, plan: Plan) -> list[Hit]:
    sql = (
        "SELECT h.criterion, r.role, h.first_day, h.last_day, h.is_confidential = 1, h.left_out, "  # noqa: S608
        f"h.may_help = 1, h.impossible_day FROM {plan.table('hits')} h LEFT JOIN role r ON r.number = h.role"
    )
    return [Hit(*row) for row in engine.fetch(sql)]


def _is_nominated(engine: Engine, plan: Plan) -> bool:
    return bool(engine.fetch(f"SELECT 1 FROM {plan.table('person')} WHERE is_nominated = 1"))  # noqa: S608


def _stage_bits(engine: Engine, plan: Plan) -> Sequence[int]:
    bits = ", ".join(stage.sql for stage in plan.stages)
    tables, _ = decided_from(plan)
    return next(iter(engine.fetch(f"SELECT {bits} {tables}")), ())
