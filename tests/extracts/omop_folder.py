"""Writes tiny OMOP databases: tables as rows given as dicts, as CSV, Parquet or one DuckDB file.

Columns are those of the Common Data Model 5.4; people and concept numbers are invented, the codes are real ones.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb

from pipeline.extracts.model import Extract
from tests.extracts import emis_folder
from tests.extracts.emis_folder import rows as rows

Row = dict[str, str]
Tables = dict[str, list[Row]]

BACKACHE, FIBROMYALGIA, READ_FIBROMYALGIA, FIT_NOTE, CODEINE, DMD_CODEINE = 1001, 1002, 2002, 1003, 1005, 2005
ABOVE, TOP = 1010, 1011


def concept(number: int, name: str, vocabulary: str, code: str, **values: str) -> Row:
    return {
        "concept_id": str(number),
        "concept_name": name,
        "domain_id": "Condition",
        "vocabulary_id": vocabulary,
        "concept_class_id": "Clinical Finding",
        "standard_concept": "S",
        "concept_code": code,
        "valid_start_date": "20020131",
        "valid_end_date": "20991231",
        "invalid_reason": "",
    } | values


CONCEPTS = [
    concept(BACKACHE, "Backache", "SNOMED", "161891005"),
    concept(FIBROMYALGIA, "Fibromyalgia", "SNOMED", "203082005"),
    concept(READ_FIBROMYALGIA, "Fibromyalgia (Read)", "Read", "N239.00"),
    concept(FIT_NOTE, "eMED3 new statement issued, not fit for work", "SNOMED", "751481000000104"),
    concept(CODEINE, "codeine phosphate 30 MG Oral Tablet", "RxNorm", "993837"),
    concept(DMD_CODEINE, "Codeine 30mg tablets", "dm+d", "42010411000001105"),
    concept(ABOVE, "Pain", "SNOMED", "22253000"),
    concept(TOP, "Clinical finding", "SNOMED", "404684003"),
    concept(8876, "millimeter mercury column", "UCUM", "mm[Hg]"),
]


def person(number: int = 1, **values: str) -> Row:
    return {
        "person_id": str(number),
        "gender_concept_id": "8532",
        "year_of_birth": "1980",
        "month_of_birth": "2",
        "day_of_birth": "29",
        "birth_datetime": "",
        "race_concept_id": "0",
        "ethnicity_concept_id": "0",
        "care_site_id": "7",
        "person_source_value": f"p{number}",
        "gender_source_value": "F",
    } | values


def period(number: int = 1, start: str = "2010-05-04", end: str = "2026-11-20") -> Row:
    return {
        "observation_period_id": str(number),
        "person_id": str(number),
        "observation_period_start_date": start,
        "observation_period_end_date": end,
        "period_type_concept_id": "32880",
    }


def condition(number: int, of: int = 1, /, **values: str) -> Row:
    return {
        "condition_occurrence_id": str(number),
        "person_id": str(of),
        "condition_concept_id": str(BACKACHE),
        "condition_start_date": "2026-03-15",
        "condition_type_concept_id": "32840",
        "visit_occurrence_id": "",
        "condition_source_value": "",
        "condition_source_concept_id": "0",
    } | values


def observation(number: int, of: int = 1, /, **values: str) -> Row:
    return {
        "observation_id": str(number),
        "person_id": str(of),
        "observation_concept_id": str(FIT_NOTE),
        "observation_date": "2026-04-01",
        "observation_type_concept_id": "32840",
        "value_as_number": "",
        "unit_concept_id": "0",
        "visit_occurrence_id": "",
        "observation_source_value": "",
        "observation_source_concept_id": "0",
        "unit_source_value": "",
    } | values


def drug(number: int, of: int = 1, /, **values: str) -> Row:
    return {
        "drug_exposure_id": str(number),
        "person_id": str(of),
        "drug_concept_id": str(CODEINE),
        "drug_exposure_start_date": "2026-05-01",
        "drug_exposure_end_date": "2026-05-28",
        "drug_type_concept_id": "32838",
        "quantity": "56",
        "days_supply": "28",
        "visit_occurrence_id": "",
        "drug_source_value": "42010411000001105",
        "drug_source_concept_id": str(DMD_CODEINE),
        "dose_unit_source_value": "tablet",
    } | values


def site(number: int = 7, **values: str) -> Row:
    return {
        "care_site_id": str(number),
        "care_site_name": "The Surgery",
        "place_of_service_concept_id": "8977",
        "care_site_source_value": "A81001",
    } | values


def source(**values: str) -> Row:
    return {
        "cdm_source_name": "Invented",
        "cdm_source_abbreviation": "INV",
        "source_release_date": "2026-11-20",
        "cdm_release_date": "2026-12-24",
        "cdm_version": "v5.4",
    } | values


def is_a(child: int, parent: int, **values: str) -> Row:
    related = {"concept_id_1": str(child), "concept_id_2": str(parent), "relationship_id": "Is a"}
    return related | {"valid_start_date": "20020131", "valid_end_date": "20991231", "invalid_reason": ""} | values


def ancestor(child: int, parent: int, levels: int) -> Row:
    return {
        "ancestor_concept_id": str(parent),
        "descendant_concept_id": str(child),
        "min_levels_of_separation": str(levels),
        "max_levels_of_separation": str(levels),
    }


HIERARCHY = [
    ancestor(BACKACHE, BACKACHE, 0),
    ancestor(BACKACHE, ABOVE, 1),
    ancestor(BACKACHE, TOP, 2),
    ancestor(ABOVE, TOP, 1),
    ancestor(FIBROMYALGIA, ABOVE, 1),
    ancestor(FIBROMYALGIA, TOP, 2),
]


def small_database(**tables: list[Row]) -> Tables:
    """One practice, one person, a row of each kind; any table given by name instead."""
    return {
        "cdm_source": [source()],
        "care_site": [site()],
        "person": [person()],
        "observation_period": [period()],
        "death": [{"person_id": "99", "death_date": "2020-01-01"}],
        "condition_occurrence": [condition(1)],
        "observation": [observation(1)],
        "drug_exposure": [drug(1)],
        "concept": CONCEPTS,
        "concept_ancestor": HIERARCHY,
    } | tables


def csv_text(rows: list[Row], upper: bool = False) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    names = list(rows[0])
    writer.writerow([name.upper() if upper else name for name in names])
    writer.writerows([row[name] for name in names] for row in rows)
    return out.getvalue()


def athena_text(rows: list[Row]) -> str:
    """Tabs, no quoting, whatever the fields hold."""
    return "".join("\t".join(values) + "\n" for values in [list(rows[0]), *(row.values() for row in rows)])


def write_csv(folder: Path, tables: Tables, upper: bool = False) -> Path:
    folder.mkdir(exist_ok=True)
    for table, given in tables.items():
        name = f"{table.upper() if upper else table}.csv"
        (folder / name).write_text(csv_text(given, upper), encoding="utf-8", newline="")
    return folder


def write_parquet(folder: Path, tables: Tables) -> Path:
    """Numbers as numbers, dates as dates, as a tool would write them."""
    folder.mkdir(exist_ok=True)
    with duckdb.connect() as con:
        _load(con, folder.parent / f"{folder.name}-text", tables)
        for table in tables:
            con.execute(f"COPY {table} TO '{folder / table}.parquet'")
    return folder


def write_duckdb(folder: Path, tables: Tables, *extra: str) -> Path:
    """One file, its tables in the schema `cdm`. `extra`: statements to run in it afterwards."""
    folder.mkdir(exist_ok=True)
    with duckdb.connect(folder / "cdm.duckdb") as con:
        con.execute("CREATE SCHEMA cdm")
        con.execute("USE cdm")
        _load(con, folder.parent / f"{folder.name}-text", tables)
        for statement in extra:
            con.execute(statement)
    return folder


def _load(con: duckdb.DuckDBPyConnection, work: Path, tables: Tables) -> None:
    write_csv(work, tables)
    for table, given in tables.items():
        texts = {name: "VARCHAR" for name in given[0] if name.endswith(("source_value", "concept_code"))}
        path = str(work / f"{table}.csv").replace("'", "''")
        con.execute(f"CREATE TABLE {table} AS SELECT * FROM read_csv('{path}', types = {texts})")


def read_store(folder: Path) -> tuple[duckdb.DuckDBPyConnection, Extract]:
    """The folder read into a store, and the whole store into a new database."""
    return emis_folder.read(folder)
