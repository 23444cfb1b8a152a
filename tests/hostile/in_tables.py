"""The nine people's records as tables: canonical ones and OMOP's, in text, Parquet and one DuckDB file."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import duckdb

from tests.extracts import omop_folder
from tests.hostile.people import (
    CANARIES,
    CANCER,
    CODEINE,
    DECLINED,
    NIGHT,
    PAIN,
    PEOPLE,
    PRACTICES,
    TERMS,
    Person,
    Row,
    events,
    issues,
)

Files = dict[str, bytes]

_CODES = {PAIN: "101", CANCER: "102", DECLINED: "103"}


def _csv(columns: str, rows: list[dict[str, str]]) -> bytes:
    names = columns.split()
    return "".join(",".join(line) + "\n" for line in (names, *([row[name] for name in names] for row in rows))).encode()


def _plain_patient(person: Person) -> dict[str, str]:
    return {
        "person_row": str(person.number),
        "practice_id": person.practice,
        "patient_id": f"{CANARIES[1]}{person.number}",
        "nhs_number": person.nhs_number,
        "surname": person.surname,
        "date_of_birth": person.born,
        "birth_precision": "day",
        "registered_from": "2010-05-04",
        "registered_to": person.left,
        "registration_type": "regular",
        "is_test": str(int(person.is_test)),
        "is_restricted": str(int(person.is_restricted)),
        "date_of_death": person.died,
    }


def _plain_row(row: Row, code: str) -> dict[str, str]:
    return {
        "person_row": str(row.person.number),
        "code_id": code,
        "date": row.day,
        "date_precision": "day",
        "recorded_on": row.day,
        "kind": "acute",
        "is_confidential": str(int(row.hidden)),
        "source_key": f"{CANARIES[1]}-{row.key}",
    }


def plain() -> Files:
    kept = [row for row in events() if not row.gone]  # deleted rows have no place in it
    coded = [
        {"code_id": _CODES[code], "snomed": code, "term": term, "is_medicine": "0"} for code, term in TERMS.items()
    ]
    coded.append({"code_id": "201", "snomed": "", "term": CODEINE, "is_medicine": "1"})
    rows = "person_row code_id date date_precision recorded_on source_key is_confidential"
    return {
        "practice.csv": _csv(
            "practice_id name supplier extract_date",
            [{"practice_id": i, "name": "Surgery", "supplier": "Test", "extract_date": NIGHT} for i in PRACTICES],
        ),
        # The dates that keep people off the list come last, where a file that is cut short is cut.
        "patient.csv": _csv(" ".join(_plain_patient(PEOPLE[0])), [_plain_patient(person) for person in PEOPLE]),
        "code.csv": _csv("code_id snomed term is_medicine", coded),
        "event.csv": _csv(rows, [_plain_row(row, _CODES[row.code]) for row in kept]),
        "prescription.csv": _csv(f"{rows} kind", [_plain_row(row, "201") for row in issues()]),
    }


def plain_parquet() -> Files:
    return {name.replace(".csv", ".parquet"): content for name, content in _as_parquet(plain()).items()}


@cache
def _parquet_of(content: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        text, made = Path(folder) / "text.csv", Path(folder) / "made.parquet"
        text.write_bytes(content)
        con.sql("FROM read_csv(?, all_varchar = true)", params=[str(text)]).write_parquet(str(made))
        return made.read_bytes()


def _as_parquet(files: Files) -> Files:
    return {name: _parquet_of(content) for name, content in files.items()}


def _omop_tables() -> dict[str, list[dict[str, str]]]:
    make = omop_folder
    concepts = {PAIN: 1001, CANCER: 1002, DECLINED: 1003}
    left = {person.number: person.left or NIGHT for person in PEOPLE}
    coded = [row for row in events() if not row.gone]
    return {
        "cdm_source": [make.source()],
        "care_site": [make.site(7 + n, care_site_source_value=ods) for n, ods in enumerate(PRACTICES)],
        "person": [
            make.person(
                person.number,
                care_site_id=str(7 + PRACTICES.index(person.practice)),
                person_source_value=f"{CANARIES[1]}{person.number}",
                day_of_birth="15",
            )
            for person in PEOPLE
        ],
        "observation_period": [make.period(number, end=day) for number, day in left.items()],
        "death": [{"person_id": str(one.number), "death_date": one.died} for one in PEOPLE if one.died],
        "condition_occurrence": [
            make.condition(
                row.key, row.person.number, condition_concept_id=str(concepts[row.code]), condition_start_date=row.day
            )
            for row in coded
            if row.code != DECLINED
        ],
        "observation": [
            make.observation(
                row.key, row.person.number, observation_concept_id=str(concepts[row.code]), observation_date=row.day
            )
            for row in coded
            if row.code == DECLINED
        ],
        "drug_exposure": [make.drug(row.key, row.person.number, drug_exposure_start_date=row.day) for row in issues()],
        "concept": [
            *(make.concept(number, TERMS[code], "SNOMED", code) for code, number in concepts.items()),
            make.concept(make.CODEINE, "codeine phosphate 30 MG Oral Tablet", "RxNorm", "993837"),
            make.concept(make.DMD_CODEINE, CODEINE, "dm+d", "42010411000001105"),
        ],
        "concept_ancestor": [make.ancestor(1001, 1001, 0)],
    }


def omop() -> Files:
    return {f"{name}.csv": omop_folder.csv_text(rows).encode() for name, rows in _omop_tables().items()}


def omop_parquet() -> Files:
    return {name.replace(".csv", ".parquet"): content for name, content in _as_parquet(omop()).items()}


@cache
def _database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = omop_folder.write_duckdb(Path(folder) / "made", _omop_tables()) / "cdm.duckdb"
        return path.read_bytes()


def omop_duckdb() -> Files:
    return {"cdm.duckdb": _database()}
