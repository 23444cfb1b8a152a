"""One invented population in every supplier's format, and whom a rule finds in each, by the number of truth.csv."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.extracts.model import Extract
from pipeline.files.private import private_folder
from pipeline.people.own_registration import patient_records, settle
from pipeline.people.searched_practices import index_date
from pipeline.rules.check import CheckedRule
from pipeline.search.compile import Plan
from pipeline.search.engine import DuckDbEngine
from pipeline.search.inputs import resolve_rule
from pipeline.search.run import found_people, search
from pipeline.store.apply import Settings, build_store
from pipeline.store.open import load_rows, open_store
from synthetic_data.generate import generate

TABLES = ("practice", "patient", "code", "code_parent", "event", "prescription", "source_file")
Person = int  # `local_number` of truth.csv: one a registration
Row = dict[str, str]  # of truth.csv
_LOCAL = ("local_number", lambda row, _: row["local_number"])

# A registration's key in each format, as SQL over its patients and from truth.csv: what docs/formats says of each.
# The second argument is the first row with the same `patient_guid`, whose number TPP gives to both registrations.
LINKS: dict[str, tuple[str, Callable[[Row, Row], str]]] = {
    "emis": _LOCAL,
    "plain": _LOCAL,
    "tpp": (
        "practice_id || CAST(CAST(substr(patient_id, 2) AS BIGINT) AS VARCHAR)",
        lambda row, first: row["practice"] + first["local_number"],
    ),
    "explorer": (
        "replace(lower(patient_id), '-', '')",
        lambda row, _: hashlib.md5(f"{row['practice']}:{row['patient_guid']}".encode()).hexdigest(),
    ),
    "aurum": ("CAST(CAST(substr(patient_id, 2, 12) AS BIGINT) AS VARCHAR)", lambda row, _: row["local_number"]),
    "omop": _LOCAL,
}


@dataclass(frozen=True)
class Told:
    """A format's account of the population, every row of it loaded; `number` maps our patients to truth.csv's."""

    con: duckdb.DuckDBPyConnection
    extract: Extract
    number: dict[int, Person]


def write(folder: Path, format: str, seed: int, patients: int) -> Path:
    """The population of a seed in a format; how many registrations there are."""
    out = folder / format
    generate(format, patients=patients, practices=2, seed=seed, out=out)
    return out


@contextmanager
def told(folder: Path, format: str) -> Iterator[Told]:
    """Read through a store, as a search does, into tables that may be changed."""
    with connect(folder / ".told", "1GB") as con:
        store = private_folder(folder / ".told" / "store")
        opened = open_store(con, store, build_store(folder, store, Settings("1GB")))
        extract = load_rows(con, opened)
        con.execute("CREATE TABLE patient_kept AS SELECT * FROM patient; DROP VIEW patient")
        con.execute("ALTER TABLE patient_kept RENAME TO patient")
        yield Told(con, extract, _numbers(con, folder, format))


def _numbers(con: duckdb.DuckDBPyConnection, folder: Path, format: str) -> dict[int, Person]:
    key, link = LINKS[format]
    with (folder / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = list(csv.DictReader(file))
    first = {row["patient_guid"]: row for row in reversed(truth)}
    by_key = {link(row, first[row["patient_guid"]]): int(row["local_number"]) for row in truth}
    return {row: by_key[named] for row, named in con.execute(f"SELECT person_row, {key} FROM patient").fetchall()}


@contextmanager
def undone(told: Told) -> Iterator[None]:
    """Whatever is done to the tables in the block is undone after it."""
    told.con.execute("BEGIN")
    try:
        yield
    finally:
        told.con.execute("ROLLBACK")


def find(told: Told, checked: CheckedRule) -> set[Person]:
    """Whom the rule lists, one registration each, as `casefinder search` finds them."""
    con, plan = told.con, search_all(told, checked)
    people = set(found_people(DuckDbEngine(con), plan))
    records = patient_records(con, plan.index.toordinal(), sorted(people))
    settled = settle([each for each in records if each.person_row in people], records)
    return {told.number[row] for row, one in settled.items() if one.placement == "listed"}


def search_all(told: Told, checked: CheckedRule) -> Plan:
    """Search every practice. Leaves the plan's tables behind."""
    con = told.con
    uses = [use for criterion in resolve_rule(checked, read_code_index(con)) for use in criterion.uses()]
    practices = [row[0] for row in con.execute("SELECT practice_id FROM practice").fetchall()]
    return search(DuckDbEngine(con), checked.loaded.rule, index_date(con, None), uses, practices)
