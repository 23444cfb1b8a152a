"""The nine people's records as EMIS writes them: bulk files, and Explorer's of both generations."""

from __future__ import annotations

from tests.extracts import emis_folder, explorer_folder
from tests.hostile.people import (
    CANARIES,
    CANCER,
    CODEINE,
    CODEINE_DMD,
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
_TRUE = ("false", "true")


def _orgs() -> list[str]:
    return [emis_folder.guid(number, "0") for number in range(len(PRACTICES))]


def _emis_row(row: Row) -> dict[str, str]:
    return {
        "of": emis_folder.guid(row.person.number, "A"),
        "org": _orgs()[PRACTICES.index(row.person.practice)],
        "EffectiveDate": row.day,
        "EnteredDate": row.day,
        "Deleted": _TRUE[row.gone],
        "IsConfidential": _TRUE[row.hidden],
        "ProcessingId": str(row.key),
    }


def _emis_patient(person: Person) -> dict[str, str]:
    return emis_folder.patient(
        emis_folder.guid(person.number, "A"),
        _orgs()[PRACTICES.index(person.practice)],
        NhsNumber=person.nhs_number,
        PatientNumber=str(4700 + person.number),
        Surname=person.surname,
        DateOfBirth=person.born,
        DateOfDeath=person.died,
        DateOfDeactivation=person.left,
        DummyType=_TRUE[person.is_test],
        SpineSensitive=_TRUE[person.is_restricted],
        ProcessingId=str(person.number),
    )


def emis() -> Files:
    make = emis_folder
    tables = {
        "Admin_Patient": [_emis_patient(person) for person in PEOPLE],
        "Admin_Organisation": [make.organisation(org, ods) for org, ods in zip(_orgs(), PRACTICES, strict=True)],
        "Admin_UserInRole": [],
        "Agreements_SharingOrganisation": [
            {"OrganisationGuid": org, "IsActivated": "true", "Disabled": "false", "Deleted": "false"} for org in _orgs()
        ],
        "CareRecord_Consultation": [],
        "CareRecord_Observation": [
            make.observation(row.key, **_emis_row(row), CodeId=_CODES[row.code], AssociatedText=CANARIES[2])
            for row in events()
        ],
        "Coding_ClinicalCode": [
            make.clinical_code(_CODES[code], Term=term, ReadTermId="", SnomedCTConceptId=code)
            for code, term in TERMS.items()
        ],
        "Coding_DrugCode": [make.drug_code("201", Term=CODEINE, DmdProductCodeId=CODEINE_DMD)],
        "Prescribing_DrugRecord": [],
        "Prescribing_IssueRecord": [make.issue(row.key, **_emis_row(row), CodeId="201") for row in issues()],
    }
    name = "291_{}_20261120013000_45E7CD20-EE37-41AB-90D6-DC9D4B03D102.csv"
    return {name.format(table): make.csv_text(table, rows).encode() for table, rows in tables.items()}


def _explorer_day(day: str) -> str:
    return f"{day} 00:00:00.000000 UTC" if day else ""


def _explorer_row(row: Row) -> dict[str, str]:
    return {
        "of": f"{CANARIES[1]}{row.person.number}",
        "organisation": f"CDB-{row.person.practice}",
        "effective_datetime": _explorer_day(row.day),
        "is_deleted": _TRUE[row.gone],
    }


def _explorer_patient(person: Person) -> dict[str, str]:
    return explorer_folder.person(
        f"{CANARIES[1]}{person.number}",
        nhs_number=f"{person.number}422B34E0AC397B6F422B34E0AC397B{person.number}",
        date_of_birth=_explorer_day(person.born),
        date_of_death=_explorer_day(person.died),
        has_died=_TRUE[bool(person.died)],
        registration_end_datetime=_explorer_day(person.left),
        is_active=_TRUE[not person.left],
        organisation=f"CDB-{person.practice}",
    )


def explorer() -> Files:
    make = explorer_folder
    tables = {
        "patient": [_explorer_patient(person) for person in PEOPLE],
        "observation": [
            make.observation(row.key, **_explorer_row(row), code_id=_CODES[row.code], snomed_concept_id=row.code)
            for row in events()
        ],
        "medication_issue_record": [make.issue(row.key, **_explorer_row(row), code_id="201") for row in issues()],
        "medication_drug_record": [],
        "clinical_code": [
            make.clinical_code(_CODES[code], term=term, snomed_concept_id=code, read_term_id="", readv2_code="")
            for code, term in TERMS.items()
        ],
        "drug_code": [make.drug_code("201", term=CODEINE, dmd_product_code_id=CODEINE_DMD)],
    }
    return {f"{name}.csv": make.csv_text(make.CURRENT[name], rows).encode() for name, rows in tables.items()}


def _older_patient(person: Person) -> dict[str, str]:
    return explorer_folder.older_person(
        emis_folder.guid(person.number, "A"),
        patient_surname=person.surname,
        date_of_birth=f"{person.born}T00:00:00.000Z",
        date_of_death=f"{person.died}T00:00:00.000Z" if person.died else "",
        patient_id=str(4700 + person.number),
    )


def _older_row(row: Row) -> dict[str, str]:
    return {
        "of": emis_folder.guid(row.person.number, "A"),
        "effective_date": f"{row.day}T00:00:00.000Z",
        "recorded_date": f"{NIGHT}T00:00:00.000Z",
        "confidential_flag": _TRUE[row.hidden],
        "dummy_patient_flag": _TRUE[row.person.is_test],
        "regular_and_current_active_flag": _TRUE[not row.person.left],
        "sensitive_patient_flag": _TRUE[row.person.is_restricted],
    }


def explorer_older() -> Files:
    make = explorer_folder
    tables = {
        "patient": [_older_patient(person) for person in PEOPLE],
        "observation": [
            make.older_observation(
                row.key,
                **_older_row(row),
                emis_code_id=_CODES[row.code],
                snomed_concept_id=row.code,
                readv2_code="",
                emis_original_term=TERMS[row.code],
            )
            for row in events()
            if not row.gone
        ],
        "medication": [
            make.course(row.key, **_older_row(row), emis_mostrecent_issue_date=f"{row.day}T00:00:00.000Z")
            for row in issues()
        ],
        "clinical_codes": [
            make.older_code(_CODES[code], snomed_concept_id=code, emis_term=term) for code, term in TERMS.items()
        ],
    }
    return {f"{name}.csv": make.csv_text(make.OLDER[name], rows).encode() for name, rows in tables.items()}
