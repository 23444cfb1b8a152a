"""A store's canonical tables by the supplier's keys instead of our numbers, and what the truth says they must hold."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.store.manifest import read_manifest
from pipeline.store.open import load_rows, open_store
from pipeline.tables import CODE, CODE_PARENT, EVENT, PATIENT, PRACTICE, PRESCRIPTION, Table

Rows = list[tuple[object, ...]]
_WHO = {"person_row": "p.practice_id, p.patient_id"}
_CODE = {"code_id": "c.local, c.is_medicine"}
_ROW = "LEFT JOIN patient p USING (person_row) LEFT JOIN code c USING (code_id)"


def _select(table: Table, joins: str, instead: dict[str, str], *left_out: str) -> str:
    names = [instead.get(name, f"r.{name}") for name in table.names if name not in left_out]
    return f"SELECT {', '.join(names)} FROM {table.name} r {joins} ORDER BY ALL"


QUERIES = {
    "practice": _select(PRACTICE, "", {}),
    "patient": _select(PATIENT, "", {}, "person_row"),
    "code": _select(CODE, "", {}, "code_id"),
    "code_parent": _select(
        CODE_PARENT,
        "LEFT JOIN code c USING (code_id) LEFT JOIN code a ON a.code_id = r.parent_id",
        _CODE | {"parent_id": "a.local, a.is_medicine"},
    ),
    "event": _select(EVENT, _ROW, _WHO | _CODE, "source_file"),
    "prescription": _select(PRESCRIPTION, _ROW, _WHO | _CODE, "source_file"),
}


def load(store: Path, codes: Iterable[int] | None = None) -> duckdb.DuckDBPyConnection:
    """The whole store, or the rows of some codes."""
    con = duckdb.connect()
    load_rows(con, open_store(con, store, read_manifest(store)), codes)
    return con


def keyed(con: duckdb.DuckDBPyConnection) -> dict[str, Rows]:
    return {table: con.execute(query).fetchall() for table, query in QUERIES.items()}


def read_keyed(store: Path) -> dict[str, Rows] | str:
    """Every canonical table; or why the store cannot be searched."""
    try:
        with load(store) as con:
            return keyed(con)
    except ExtractError as error:
        return str(error)


def differences(found: dict[str, Rows] | str, meant: dict[str, Rows] | str) -> list[str]:
    """What is only in one of them."""
    if isinstance(found, str) or isinstance(meant, str):
        return [] if found == meant else [f"found {str(found)[:80]}, meant {str(meant)[:80]}"]
    said = []
    for table in QUERIES:
        said += [f"{table}: too much {row}" for row in found[table] if row not in meant[table]]
        said += [f"{table}: missing {row}" for row in meant[table] if row not in found[table]]
        if not said and found[table] != meant[table]:
            said.append(f"{table}: a row is there more than once")
    return said
