"""Recruit's variant of Explorer's models, and a store of it; every answer worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import ExtractError
from pipeline.extracts.model import Earlier
from pipeline.extracts.read import open_folder, read_delivery
from tests.extracts.emis_folder import rows
from tests.extracts.explorer_folder import (
    RECRUIT,
    Tables,
    clinical_code,
    current,
    drug_code,
    read,
    write_tables,
)


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def recruit(**tables: list[dict[str, str]]) -> Tables:
    """Jo and Sam as Recruit's anonymous models tell of them: no SNOMED code on a row, months of birth."""
    jo = {
        "_ingest_time": "2026-04-10T12:00:00Z",
        "pseudo_registration_guid": "reg-1",
        "pseudo_patient_id": "pat-1",
        "gender": "F",
        "date_of_birth": "1985-06",
        "registration_date": "2010-03-15",
        "pseudo_nhs_no": "nhs-hashed-99999",
        "emis_no": "12345",
        "emis_registration_type_description": "GMS",
        "dummy_patient_flag": "false",
        "sensitive_patient_flag": "false",
        "confidential_patient_flag": "false",
        "residential_institute_code": "false",
        "organisation": "CDB-0001",
        "study_id": "study-1",
    }
    sam = jo | {
        "pseudo_registration_guid": "reg-2",
        "emis_registration_type_description": "Temporary",
        "dummy_patient_flag": "true",
        "confidential_patient_flag": "true",
        "residential_institute_code": "true",
        "registration_end_date": "2026-01-01",
        "date_of_birth": "1990",
    }
    row = {
        "emis_observation_guid": "123E4567-E89B-12D3-A456-426614174000",
        "pseudo_registration_guid": "reg-1",
        "pseudo_patient_id": "pat-1",
        "effective_date": "2026-03-09",
        "effective_date_precision": "YM",
        "entered_date": "2026-03-10",
        "emis_code_id": "101",
        "confidential_flag": "true",
        "_execution_date": "2026-04-11",
        "organisation": "CDB-0001",
        "study_id": "study-1",
    }
    of_issue = {
        "issue_record_id": "i1",
        "pseudo_registration_guid": "reg-1",
        "code_id": "201",
        "effective_datetime": "2026-03-01",
        "organisation": "CDB-0001",
    }
    return {
        "patient": [jo, sam],
        "observation": [row],
        "medication_issue_record": [of_issue],
        "clinical_code": [clinical_code()],
        "drug_code": [drug_code()],
    } | tables


def test_recruit(tmp_path: Path) -> None:
    con, extract = read(write_tables(tmp_path / "in", recruit(), RECRUIT))
    assert extract.version == "current models for Recruit"
    assert rows(con, "SELECT practice_id, extract_date FROM practice") == [("CDB0001", day(2026, 4, 11))]
    columns = "patient_id, date_of_birth, birth_precision, registration_type, is_test, is_restricted, institution"
    assert rows(con, f"SELECT {columns}, registered_to, local_number FROM patient ORDER BY 1") == [
        ("reg-1", day(1985, 6, 1), "month", "regular", 0, 0, None, None, "12345"),
        ("reg-2", day(1990, 1, 1), "year", "temporary", 1, 1, "true", day(2026, 1, 1), "12345"),
    ]
    columns = "c.snomed, c.read2, date, date_precision, recorded_on, is_confidential, source_key"
    assert rows(con, f"SELECT {columns} FROM event JOIN code c USING (code_id)") == [
        ("161891005", "16C2.00", day(2026, 3, 1), "month", day(2026, 3, 10), 1, "123E4567-E89B-12D3-A456-426614174000")
    ]
    assert extract.pseudonymised_because
    assert "Type 1 objections" in " ".join(gap.text for gap in extract.gaps)


def test_recruit_with_identities_can_be_listed(tmp_path: Path) -> None:
    """The patient file of the identified variant is not published: names and NHS numbers are taken where they are."""
    columns = RECRUIT | {"patient": RECRUIT["patient"] + " nhs_no patient_surname patient_givenname"}
    people = [row | {"nhs_no": "999 000 0018", "patient_surname": "Testcase"} for row in recruit()["patient"]]
    con, extract = read(write_tables(tmp_path / "in", recruit(patient=people), columns))
    assert rows(con, "SELECT DISTINCT nhs_number, surname FROM patient") == [("9990000018", "Testcase")]
    assert extract.pseudonymised_because == ""


def test_a_patient_of_two_studies_is_one(tmp_path: Path) -> None:
    tables = recruit()
    twice = {name: [*tables[name], *({**row, "study_id": "study-2"} for row in tables[name])] for name in ("patient",)}
    con, extract = read(write_tables(tmp_path / "in", recruit(**twice), RECRUIT))
    assert rows(con, "SELECT count(*) FROM patient") == [(2,)]
    assert extract.left_out["rows that say the same as another row with their key"] == 2


def test_a_store_cannot_take_a_second_export(tmp_path: Path) -> None:
    folder = open_folder(write_tables(tmp_path / "in", current()))
    with pytest.raises(ExtractError, match=r"always a whole extract\. Build a new store"):
        read_delivery(folder, folder.deliveries[0], duckdb.connect(), tmp_path, earlier=Earlier(0, ()))
