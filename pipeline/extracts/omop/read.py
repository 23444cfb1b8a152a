"""Reads an OMOP Common Data Model 5.4 database, as files or as one DuckDB file: the order of work.

Visits, notes, devices and the derived tables (eras, episodes) are not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.gaps import HIERARCHY, no_column, no_table
from pipeline.extracts.model import Delivery, Earlier, Notes, Variant
from pipeline.extracts.omop.codes import check_concepts, check_source_values, fill_codes, find_codes, note_american
from pipeline.extracts.omop.deliver import count_rows_left, deliver
from pipeline.extracts.omop.files import OmopFiles, files_by_table
from pipeline.extracts.omop.gaps import GAPS
from pipeline.extracts.omop.hierarchy import ANCESTOR_WANTED, climb_ancestors, climb_is_a, fill_parents
from pipeline.extracts.omop.open import Database, Opened, attach_database, detach_database
from pipeline.extracts.omop.practices import find_days, find_registrations, place_people
from pipeline.extracts.omop.stage import create_stage, drop_keyless, fill_stage, open_all
from pipeline.extracts.omop.table import OmopTable
from pipeline.extracts.omop.tables import TABLES
from pipeline.extracts.omop.tables_people import CARE_SITE, DEATH, PERIOD, PERSON, SOURCE
from pipeline.extracts.omop.tables_record import DRUG, DRUG_STAGE, EVENT_STAGE, EVENT_TABLES
from pipeline.extracts.omop.tables_vocabulary import ANCESTOR, CONCEPT, IS_A, RELATIONSHIP
from pipeline.extracts.sql.repeated_keys import keep_all, keep_one_meaning, keep_safest, one_or
from pipeline.extracts.sql.repeated_patients import settle_patients

_MUST_BE_THERE = (PERSON, PERIOD, CONCEPT)
_WHO = ("year", "month", "day", "gender", "source_value", "site")  # that say who a person is


@dataclass(frozen=True)
class _Reading:
    """What every step of the reading needs."""

    con: duckdb.DuckDBPyConnection
    files: OmopFiles
    database: Database | None
    work: Path
    notes: Notes

    def open(self, table: OmopTable) -> list[Opened]:
        return open_all(self.con, table, self.files, self.database, self.work, self.notes)

    def has(self, table: OmopTable) -> bool:
        return table.name in self.files.tables or bool(self.database and table.name in self.database.tables)


def read(
    delivery: Delivery, con: duckdb.DuckDBPyConnection, work: Path, notes: Notes, earlier: Earlier | None
) -> Variant:
    """Read the database into the views of `delivery_tables`. It is always whole, so nothing came `earlier`."""
    files = files_by_table(delivery)
    names = tuple(table.name for table in TABLES)
    database = attach_database(con, files.database, names, notes) if files.database else None
    reading = _Reading(con, files, database, work, notes)
    notes.gaps.extend(GAPS)
    _check_tables(reading)
    version = _read_people(reading)
    _read_rows(reading)
    _read_vocabulary(reading)
    if database:
        detach_database(con)
    count_rows_left(con, notes)
    deliver(con, reading.has(ANCESTOR) or reading.has(RELATIONSHIP))
    return Variant(version)


def _check_tables(reading: _Reading) -> None:
    """Raises ExtractError if a required table is missing; notes a gap for each other table that is."""
    missing = [table.name for table in _MUST_BE_THERE if not reading.has(table)]
    if missing:
        raise ExtractError(
            f"The OMOP database has no table {', '.join(missing)}. Put all its tables into the folder, including "
            "the concept table of the vocabulary it was made with."
        )
    if not any(reading.has(table) for table in EVENT_TABLES):
        raise ExtractError(
            f"The OMOP database has none of the tables {', '.join(table.name for table in EVENT_TABLES)}."
        )
    for table in TABLES:
        if table.without and not reading.has(table):
            reading.notes.gaps.extend(no_table(f"{table.name} table", lost) for lost in table.without)
    if not reading.has(ANCESTOR) and not reading.has(RELATIONSHIP):
        reading.notes.gaps.append(no_table("concept_ancestor or concept_relationship table", HIERARCHY))


def _read_people(reading: _Reading) -> str:
    """Persons, practices and registrations; return the version of the model, as the database gives it."""
    con, notes = reading.con, reading.notes
    for table in (SOURCE, CARE_SITE, PERSON, PERIOD, DEATH):
        create_stage(con, table)
        _fill(reading, table)
    for table in (CARE_SITE, PERSON, PERIOD, DEATH):
        drop_keyless(con, table.stage, notes, "key")
    settle_patients(con, PERSON.stage, "key", PERSON.name, notes, _WHO)
    code = {"source_value": one_or("source_value")}
    keep_safest(con, CARE_SITE.stage, "key", CARE_SITE.name, notes, code, "A code that differs is not known.")
    _refuse_empty(reading, PERSON)
    _refuse_empty(reading, PERIOD)
    place_people(con, notes)
    find_days(con, notes)
    find_registrations(con, notes)
    row = con.execute("SELECT max(version) FROM omop_source").fetchone()
    return str(row[0]).lower().removeprefix("v") if row and row[0] else "not said"


def _read_rows(reading: _Reading) -> None:
    create_stage(reading.con, EVENT_TABLES[0])
    create_stage(reading.con, DRUG)
    for table in (*EVENT_TABLES, DRUG):
        _fill(reading, table)
    for stage, what in ((EVENT_STAGE, "clinical rows"), (DRUG_STAGE, DRUG.name)):
        drop_keyless(reading.con, stage, reading.notes, "key", "person")
        keep_all(reading.con, stage, "key", what, reading.notes)
    if keyless := reading.notes.left_out["rows without a key or a person"]:
        reading.notes.warnings.append(f"{keyless} rows have no key or no person, and were not used.")


def _read_vocabulary(reading: _Reading) -> None:
    """Find the concepts above those in use, then what they all mean. Nothing else of the vocabulary is kept."""
    con = reading.con
    find_codes(con)
    check_source_values(con)
    for table in (RELATIONSHIP, ANCESTOR, CONCEPT):
        create_stage(con, table)
    relationships, ancestors, concepts = (_open_whole(reading, table) for table in (RELATIONSHIP, ANCESTOR, CONCEPT))
    fill_stage(con, RELATIONSHIP, relationships, IS_A)
    climb_is_a(con)
    fill_stage(con, ANCESTOR, ancestors, ANCESTOR_WANTED)
    climb_ancestors(con)
    con.execute(f"DELETE FROM {ANCESTOR.stage}")
    fill_stage(con, ANCESTOR, ancestors, ANCESTOR_WANTED)
    fill_stage(con, CONCEPT, concepts, "try_cast(concept_id AS BIGINT) IN (SELECT id FROM omop_wanted)")
    keep_one_meaning(con, CONCEPT.stage, "id", CONCEPT.name, reading.notes, ("vocabulary", "code"))
    _refuse_empty(reading, CONCEPT)
    check_concepts(con, concepts[0].file.name, reading.notes)
    fill_codes(con)
    note_american(con, reading.notes)
    fill_parents(con)


def _open_whole(reading: _Reading, table: OmopTable) -> list[Opened]:
    """Raises ExtractError where a line is lost: it may hold the code of a diagnosis, or what is below it."""
    opened = reading.open(table)
    for lost in (each.file for each in opened if each.file.rejected):
        raise ExtractError(
            f"{lost.name}: {lost.rejected} lines cannot be read, the first on {reading.notes.first_faults[lost.name]}. "
            "Ask for the vocabulary's own file again."
        )
    return opened


def _fill(reading: _Reading, table: OmopTable) -> None:
    """Read the table into its stage; note a gap for each missing optional column."""
    opened = reading.open(table)
    fill_stage(reading.con, table, opened)
    for column, lost in table.losses.items():
        if any(column not in each.columns for each in opened):
            reading.notes.gaps.append(no_column(table.name, column, lost))


def _refuse_empty(reading: _Reading, table: OmopTable) -> None:
    """Raises ExtractError where a required table has no usable row."""
    if not reading.con.execute(f"SELECT 1 FROM {table.stage} LIMIT 1").fetchone():
        raise ExtractError(f"{table.name} has no rows that can be read, or none that the other tables refer to.")
