"""The record of a run: what `explain` needs to decide any one person again. Written and read here."""

from __future__ import annotations

import duckdb

from pipeline.casefinding.find import SearchResult
from pipeline.files.private import create_private, private_folder
from pipeline.files.publish import write_table
from pipeline.rules.load import load_rule
from pipeline.rules.model import Rule
from pipeline.runs.paths import RunPaths
from pipeline.search.compile import Plan
from pipeline.search.engine import DuckDbEngine

EVIDENCE = "evidence"  # the rows behind every list, for a person who checks a run; `explain` finds them again itself

# The people, every row that a criterion could use, and what its codes are called.
KEPT = ("patient", "person", "hits", "code", "source_file", "role", "outcome", EVIDENCE)


def _kept(plan: Plan) -> dict[str, str]:
    """The SELECT of each of them."""
    codes = f"code WHERE code_id IN (SELECT code_id FROM {plan.table('code_use')})"  # noqa: S608
    return {
        "patient": "SELECT person_row, practice_id, patient_id, nhs_number, local_number FROM patient "
        "ORDER BY person_row",
        "person": _every_row(plan.table("person"), "person_row"),
        "hits": _every_row(plan.table("hits"), "person_row, criterion, kind, source_file, source_key"),
        "code": _every_row(codes, "code_id"),
        "source_file": _every_row("source_file", "file_id"),
        "role": _every_row(plan.table("role"), "number"),
        "outcome": _every_row(plan.table("outcome"), "person_row"),
        EVIDENCE: _every_row(plan.table("evidence"), "ALL"),
    }


def _every_row(table: str, order: str) -> str:
    return f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608


def write_record(con: duckdb.DuckDBPyConnection, run: RunPaths, result: SearchResult) -> None:
    """Needs the search's tables in `con`. Writes nothing that is not in the extract or the rule."""
    private_folder(run.record)
    roles = [(number, role) for role, number in result.plan.roles.items()]
    engine, plan = DuckDbEngine(con), result.plan
    engine.fill(plan.table("role"), ("number INTEGER", "role VARCHAR"), roles)
    outcomes = [(person, one.placement) for person, one in result.identities.items()]
    engine.fill(plan.table("outcome"), ("person_row BIGINT", "outcome VARCHAR"), outcomes)
    for name, sql in _kept(plan).items():
        write_table(con, sql, run.kept(name))
    _write_rule(run, result)


def _write_rule(run: RunPaths, result: SearchResult) -> None:
    own, *extended = result.checked.loaded.sources
    for path, source in ((run.rule, own), *((run.record / source.path.name, source) for source in extended)):
        with create_private(path) as file:
            file.write(source.data)


def open_record(con: duckdb.DuckDBPyConnection, run: RunPaths) -> None:
    """The tables as views, all but the evidence."""
    for name in KEPT:
        if name != EVIDENCE:
            con.read_parquet(str(run.kept(name))).create_view(name)


def read_rule(run: RunPaths) -> tuple[Rule, str]:
    """The rule that made the run, and its SHA-256."""
    loaded = load_rule(run.rule)
    return loaded.rule, loaded.sha256
