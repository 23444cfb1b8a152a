"""The same search on each engine: what becomes of everybody, as `Decision`s that can be compared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import duckdb

from pipeline.rules.model import Rule
from pipeline.search.by_hand import NOBODY, ByHand
from pipeline.search.compile import Plan
from pipeline.search.engine import DuckDbEngine, Engine, SqliteEngine
from pipeline.search.in_memory.find import Decision, find
from pipeline.search.in_memory.in_work import Work
from pipeline.search.input_tables import CodeUse
from pipeline.search.run import search
from pipeline.search.table_names import truth_column
from pipeline.tables import EVENT, PATIENT, PRACTICE, PRESCRIPTION, SQL_TYPE

SQL_ENGINES = ("duckdb", "sqlite")
ENGINES = (*SQL_ENGINES, "in_memory")
CANONICAL = (PRACTICE, PATIENT, EVENT, PRESCRIPTION)

Tables = Mapping[str, Sequence[Mapping[str, object]]]


def complete(tables: Mapping[str, Iterable[Mapping[str, object]]], made: date) -> dict[str, list[dict[str, object]]]:
    """The tables a search reads, every row with every column. Every practice's extract was made on one day."""
    practices = sorted({str(row["practice_id"]) for row in tables.get("patient", ())})
    given = {**tables, "practice": [{"practice_id": one, "extract_date": made.toordinal()} for one in practices]}
    return {
        table.name: [{name: row.get(name) for name in table.names} for row in given.get(table.name, ())]
        for table in CANONICAL
    }


def open_database(engine: str, tables: Tables) -> DuckDbEngine | SqliteEngine:
    """A new database of this engine with these tables in it."""
    opened = (
        DuckDbEngine(duckdb.connect(config={"threads": 1}))
        if engine == "duckdb"
        else SqliteEngine(sqlite3.connect(":memory:"))
    )
    write_tables(opened, tables)
    return opened


def write_tables(engine: Engine, tables: Tables) -> None:
    for table in CANONICAL:
        columns = [f"{column.name} {SQL_TYPE[column.kind]}" for column in table.columns]
        engine.fill(table.name, columns, [tuple(row.values()) for row in tables[table.name]])


def decide(
    engine: str,
    rule: Rule,
    index: date,
    tables: Tables,
    uses: Iterable[CodeUse],
    practices: Iterable[str],
    by_hand: ByHand = NOBODY,
) -> dict[int, Decision]:
    """What this engine makes of everybody, by `person_row`."""
    if engine == "in_memory":
        return find(rule, index, tables, uses, practices, by_hand)
    opened = open_database(engine, tables)
    try:
        return read_decisions(opened, search(opened, rule, index, uses, practices, by_hand))
    finally:
        opened.con.close()


def read_decisions(engine: Engine, plan: Plan) -> dict[int, Decision]:
    rows = engine.fetch_dicts(f"SELECT * FROM {plan.table('decision')}")
    return {int(str(row["person_row"])): _decision(plan, row) for row in rows}


def _decision(plan: Plan, row: Mapping[str, object]) -> Decision:
    truth = {(v.name, v.reading): bool(row[truth_column(v)]) for v in plan.variants}
    work = Work(*(str(row[name]) for name in ("work", "work_strength", "work_age")))  # type: ignore[arg-type]
    return Decision(int(str(row["passed"])), len(plan.stages), truth, work)
