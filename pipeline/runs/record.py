"""The record of a run: what `explain` needs to decide any one person again. Written and read here."""

from __future__ import annotations

import duckdb

from pipeline.casefinding.find import SearchResult
from pipeline.files.private import create_private, private_folder
from pipeline.files.publish import write_table
from pipeline.rules.load import load_rule
from pipeline.rules.model import Rule
from pipeline.runs.paths import RunPaths
from pipeline.search.engine import fill

EVIDENCE = "evidence"  # the rows behind every list, for a person who checks a run; `explain` finds them again itself

# The people, every row that a criterion could use, and what its codes are called.
KEPT = {
    "patient": "SELECT person_row, practice_id, patient_id, nhs_number, local_number FROM patient ORDER BY person_row",
    "person": "SELECT * FROM person ORDER BY person_row",
    "hits": "SELECT * FROM hits ORDER BY person_row, criterion, kind, source_file, source_key",
    "code": "SELECT * FROM code WHERE code_id IN (SELECT code_id FROM code_use) ORDER BY code_id",
    "source_file": "SELECT * FROM source_file ORDER BY file_id",
    "role": "SELECT * FROM role ORDER BY number",
    "outcome": "SELECT * FROM outcome ORDER BY person_row",
    EVIDENCE: "SELECT * FROM evidence ORDER BY ALL",
}
_WORKED_OUT = ("person", "hits")  # `explain` makes these again, a person at a time


def write_record(con: duckdb.DuckDBPyConnection, run: RunPaths, result: SearchResult) -> None:
    """Needs the search's tables in `con`. Writes nothing that is not in the extract or the rule."""
    private_folder(run.record)
    roles = [(number, role) for role, number in result.plan.roles.items()]
    fill(con, "role", ("number INTEGER", "role VARCHAR"), roles)
    outcomes = [(person, one.placement) for person, one in result.identities.items()]
    fill(con, "outcome", ("person_row BIGINT", "outcome VARCHAR"), outcomes)
    for name, sql in KEPT.items():
        write_table(con, sql, run.kept(name))
    _write_rule(run, result)


def _write_rule(run: RunPaths, result: SearchResult) -> None:
    own, *extended = result.checked.loaded.sources
    for path, source in ((run.rule, own), *((run.record / source.path.name, source) for source in extended)):
        with create_private(path) as file:
            file.write(source.data)


def open_record(con: duckdb.DuckDBPyConnection, run: RunPaths) -> None:
    """The tables as views; those that `explain` makes again are called `every_person` and `every_hits`."""
    for name in KEPT:
        if name != EVIDENCE:
            view = f"every_{name}" if name in _WORKED_OUT else name
            con.read_parquet(str(run.kept(name))).create_view(view)


def read_rule(run: RunPaths) -> tuple[Rule, str]:
    """The rule that made the run, and its SHA-256."""
    loaded = load_rule(run.rule)
    return loaded.rule, loaded.sha256
