"""Writes tiny EMIS-X Explorer folders of either generation, rows given as dicts; the people are invented."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from unittest.mock import patch

import duckdb

from pipeline.extracts.explorer.format import EXPLORER
from pipeline.extracts.model import Extract
from pipeline.extracts.read import Folder
from tests.extracts import emis_folder
from tests.extracts.emis_folder import write

Row = dict[str, str]
Tables = dict[str, list[Row]]

NIGHT = "2026-11-20 02:15:00.000000 UTC"

# The columns of the public schemas that we read, and a few that we do not.
CURRENT = {
    "patient": "is_deleted patient_id nhs_number date_of_birth date_of_death sex age residential_institute_code "
    "registration_start_datetime registration_end_datetime is_active has_died is_consent_93c1 "
    "is_national_data_opted_in organisation transform_datetime model_updated_datetime",
    "observation": "is_deleted observation_id effective_datetime patient_id code_id snomed_concept_id numeric_value "
    "numeric_unit consultation_id is_problem organisation transform_datetime model_updated_datetime",
    "medication_issue_record": "is_deleted issue_record_id drug_record_id consultation_id patient_id is_cancelled "
    "code_id dosage course_duration_in_days effective_datetime issue_method_description prescription_type_description "
    "quantity quantity_unit dmd_product_code_id organisation transform_datetime model_updated_datetime",
    "medication_drug_record": "is_deleted drug_record_id code_id patient_id prescription_type_description "
    "dmd_product_code_id organisation",
    "clinical_code": "is_deleted code_id parent_code_id organisation term read_term_id readv2_code snomed_concept_id",
    "drug_code": "is_deleted code_id old_code term dmd_product_code_id organisation",
}
OLDER = {
    "patient": "age postcode patient_surname patient_givenname date_of_birth date_of_death registration_guid "
    "patient_id gender",
    "observation": "emis_code_id confidential_flag confidential_patient_flag dummy_patient_flag effective_date "
    "effective_date_precision emis_observation_guid non_regular_and_current_active_flag observation_type "
    "opt_out_93c1_flag opt_out_9nu0_flag readv2_code recorded_date registration_guid regular_and_current_active_flag "
    "regular_patient_flag emis_original_term sensitive_flag sensitive_patient_flag snomed_concept_id uom numericvalue",
    "medication": "emis_drug_guid emis_code_id confidential_flag dose dummy_patient_flag duration_in_days "
    "effective_date effective_date_precision emis_issue_method emis_mostrecent_issue_date emis_prescription_type "
    "emis_registration_organisation_guid non_regular_and_current_active_flag number_of_issues opt_out_93c1_flag "
    "opt_out_9nu0_flag quantity recorded_date registration_guid regular_and_current_active_flag regular_patient_flag "
    "emis_original_term sensitive_patient_flag confidential_patient_flag snomed_concept_id uom",
    "clinical_codes": "refset_simple_id parent_code_id code_id snomed_concept_id emis_term",
}
RECRUIT = {
    "patient": "_ingest_time pseudo_registration_guid pseudo_patient_id emis_registration_organisation_guid gender "
    "date_of_birth date_of_death registration_date pseudo_nhs_no emis_no emis_registration_type_description "
    "dummy_patient_flag number_and_street postcode residential_institute_code registration_end_date "
    "sensitive_patient_flag confidential_patient_flag email_flag mobile_number_flag organisation study_id",
    "observation": "_ingest_time emis_observation_guid pseudo_registration_guid pseudo_patient_id "
    "emis_registration_organisation_guid effective_date effective_date_precision entered_date emis_code_id "
    "emis_consultation_guid numericvalue uom confidential_flag _execution_date organisation study_id",
    "medication_issue_record": "issue_record_id drug_record_id pseudo_registration_guid is_cancelled code_id "
    "effective_datetime prescription_type_description organisation",
    "clinical_code": CURRENT["clinical_code"],
    "drug_code": CURRENT["drug_code"],
}


def person(key: str = "JO", **values: str) -> Row:
    return {
        "is_deleted": "false",
        "patient_id": key,
        "nhs_number": "F422B34E0AC397B6F422B34E0AC397B6",
        "date_of_birth": "1980-02-01 00:00:00.000000 UTC",
        "sex": "Female",
        "registration_start_datetime": "2010-05-04 00:00:00.000000 UTC",
        "is_active": "true",
        "has_died": "false",
        "is_consent_93c1": "true",
        "organisation": "CDB-12345",
        "model_updated_datetime": NIGHT,
    } | values


def observation(number: int, of: str = "JO", **values: str) -> Row:
    return {
        "is_deleted": "false",
        "observation_id": f"OBS{number}",
        "effective_datetime": "2026-03-15 00:00:00.000000 UTC",
        "patient_id": of,
        "code_id": "101",
        "snomed_concept_id": "161891005",
        "organisation": "CDB-12345",
        "model_updated_datetime": NIGHT,
    } | values


def issue(number: int, of: str = "JO", **values: str) -> Row:
    return {
        "is_deleted": "false",
        "issue_record_id": f"ISS{number}",
        "drug_record_id": "DRUG1",
        "patient_id": of,
        "is_cancelled": "false",
        "code_id": "201",
        "effective_datetime": "2026-04-01 10:30:00.000000 UTC",
        "prescription_type_description": "Repeat",
        "quantity": "56.000",
        "quantity_unit": "tablet(s)",
        "course_duration_in_days": "28",
        "dmd_product_code_id": "376689003",
        "organisation": "CDB-12345",
    } | values


def clinical_code(code: str = "101", **values: str) -> Row:
    return {
        "is_deleted": "false",
        "code_id": code,
        "organisation": "EMIS",
        "term": "Backache",
        "read_term_id": "16C2",
        "readv2_code": "16C2.00",
        "snomed_concept_id": "161891005",
    } | values


def drug_code(code: str = "201", **values: str) -> Row:
    return {
        "is_deleted": "false",
        "code_id": code,
        "term": "Codeine 30mg tablets",
        "dmd_product_code_id": "376689003",
        "organisation": "EMIS",
    } | values


def older_person(key: str = "{A1}", **values: str) -> Row:
    return {
        "age": "46",
        "postcode": "XX1 1AA",
        "patient_surname": "Testcase",
        "patient_givenname": "Jo",
        "date_of_birth": "1980-02-29T00:00:00.000Z",
        "registration_guid": key,
        "patient_id": "4711",
        "gender": "F",
    } | values


def marks(**values: str) -> Row:
    return {
        "regular_patient_flag": "true",
        "regular_and_current_active_flag": "true",
        "non_regular_and_current_active_flag": "false",
        "dummy_patient_flag": "false",
        "sensitive_patient_flag": "false",
        "confidential_patient_flag": "false",
        "opt_out_9nu0_flag": "false",
        "opt_out_93c1_flag": "false",
        "confidential_flag": "false",
    } | values


def older_observation(number: int, of: str = "{A1}", **values: str) -> Row:
    return (
        marks()
        | {
            "emis_observation_guid": f"B{number}",
            "registration_guid": of,
            "effective_date": "2026-03-15T00:00:00.000Z",
            "effective_date_precision": "YMD",
            "recorded_date": "2026-03-16T11:00:00.000Z",
            "emis_code_id": "101",
            "snomed_concept_id": "161891005",
            "readv2_code": "16C2.00",
            "emis_original_term": "Backache",
        }
        | values
    )


def course(number: int, of: str = "{A1}", **values: str) -> Row:
    return (
        marks()
        | {
            "emis_drug_guid": f"C{number}",
            "registration_guid": of,
            "emis_code_id": "201",
            "snomed_concept_id": "376689003",
            "emis_original_term": "Codeine 30mg tablets",
            "emis_mostrecent_issue_date": "2026-04-01T00:00:00.000Z",
            "effective_date": "2025-01-01T00:00:00.000Z",
            "effective_date_precision": "YM",
            "recorded_date": "2025-01-01T00:00:00.000Z",
            "emis_prescription_type": "Repeat",
            "number_of_issues": "12",
            "quantity": "56",
            "uom": "tablet",
            "duration_in_days": "28",
            "emis_registration_organisation_guid": "0000000a-aaaa-4bbb-8ccc-0000000000dd",
        }
        | values
    )


def older_code(code: str = "101", **values: str) -> Row:
    return {"code_id": code, "snomed_concept_id": "161891005", "emis_term": "Backache"} | values


def current(**tables: list[Row]) -> Tables:
    """One patient, one observation, one issue; any table given by name instead."""
    return {
        "patient": [person()],
        "observation": [observation(1)],
        "medication_issue_record": [issue(1)],
        "clinical_code": [clinical_code()],
        "drug_code": [drug_code()],
    } | tables


def older(**tables: list[Row]) -> Tables:
    """The same in the older generation."""
    return {
        "patient": [older_person()],
        "observation": [older_observation(1)],
        "medication": [course(1)],
        "clinical_codes": [older_code()],
    } | tables


def csv_text(columns: str, rows: list[Row], with_header: bool = True) -> str:
    """A table as CSV. A column that the rows have and the header has not is a mistake of the test."""
    names = columns.split()
    assert not {name for row in rows for name in row} - {*names}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if with_header:
        writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue()


def write_tables(folder: Path, tables: Tables, columns: dict[str, str] = CURRENT) -> Path:
    folder.mkdir(exist_ok=True)
    for table, rows in tables.items():
        write(folder / f"{table}.csv", csv_text(columns[table], rows))
    return folder


def read(folder: Path) -> tuple[duckdb.DuckDBPyConnection, Extract]:
    """The folder read into a store by the Explorer reader, and the whole store into a new database."""
    with patch("pipeline.store.apply.open_folder", open_explorer):
        return emis_folder.read(folder)


def open_explorer(path: Path) -> Folder:
    """What `open_folder` gives where the folder is an Explorer export."""
    return Folder(path, EXPLORER, tuple(EXPLORER.find(path)))
