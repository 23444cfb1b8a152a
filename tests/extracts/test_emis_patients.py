"""What becomes of an EMIS patient, and which rows are confidential; every answer worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.extracts.emis_folder import (
    JO,
    ORG,
    OTHER_ORG,
    SAM,
    clinical_code,
    drug_record,
    guid,
    issue,
    observation,
    organisation,
    patient,
    read,
    rows,
    small_extract,
    write_extract,
)


def test_a_guid_belongs_to_its_organisation(tmp_path: Path) -> None:
    """The same patient and row GUIDs in two practices are two people and two rows."""
    folder = write_extract(
        tmp_path / "in",
        small_extract(
            Admin_Patient=[patient(org=OTHER_ORG, Surname="Second"), patient(Surname="First")],
            Admin_Organisation=[organisation(), organisation(OTHER_ORG, "B82002")],
            CareRecord_Observation=[observation(1, CodeId="101"), observation(1, org=OTHER_ORG, CodeId="102")],
            Coding_ClinicalCode=[clinical_code("101"), clinical_code("102")],
        ),
    )
    con, _ = read(folder)
    assert rows(con, "SELECT person_row, practice_id, surname FROM patient ORDER BY 1") == [
        (1, "A81001", "First"),
        (2, "B82002", "Second"),
    ]
    assert rows(con, "SELECT person_row, code_id FROM event ORDER BY 1") == [(1, 1), (2, 2)]


def test_a_patient(tmp_path: Path) -> None:
    jo = patient(
        NhsNumber="999 000-0018",
        Title="Ms",
        GivenName="Jo",
        HouseNameFlatNumber="Flat 2",
        NumberAndStreet='3 "The Row", North',
        Village="Vale",
        Town="Town",
        County="Shire",
        Postcode="ZZ99 3VZ",
        MobilePhone="07700900123",
        EmailAddress="jo@example.org",
        ResidentialInstituteCode="NH",
        UsualGpUserInRoleGuid=guid(1, "E"),
        DateOfDeath="2026-03-01",
    )
    gp = {"UserInRoleGuid": guid(1, "E").lower(), "OrganisationGuid": ORG, "Title": "Dr", "Surname": "Able"}
    con, _ = read(write_extract(tmp_path / "in", small_extract(Admin_Patient=[jo], Admin_UserInRole=[gp])))
    columns = (
        "nhs_number, date_of_birth, birth_precision, sex, date_of_death, registered_from, registered_to, "
        "registration_type, is_test, is_restricted, institution, usual_gp, local_number, title, given_name, surname, "
        "address_1, address_2, address_3, address_4, address_5, postcode, mobile, email, sms_consent"
    )
    born, died, joined = (date(*day).toordinal() for day in ((1980, 2, 29), (2026, 3, 1), (2010, 5, 4)))
    who = ("9990000018", born, "day", "F", died, joined, None, "regular", 0, 0, "NH", "Dr Able", "4711")
    address = ("Flat 2", '3 "The Row", North', "Vale", "Town", "Shire", "ZZ99 3VZ", "07700900123", "jo@example.org")
    assert rows(con, f"SELECT {columns} FROM patient") == [(*who, "Ms", "Jo", "Testcase", *address, None)]


@pytest.mark.parametrize(
    ("values", "kind", "is_test", "is_restricted"),
    [
        ({}, "regular", 0, 0),
        ({"PatientTypeDescription": "temporary"}, "temporary", 0, 0),
        ({"PatientTypeDescription": "Private"}, "other", 0, 0),
        ({"PatientTypeDescription": "Dummy"}, "other", 1, 0),
        ({"DummyType": "TRUE"}, "regular", 1, 0),
        ({"SpineSensitive": "True"}, "regular", 0, 1),
        ({"IsConfidential": "true"}, "regular", 0, 1),
        ({"IsConfidential": "perhaps"}, "regular", 0, 1),  # doubt protects
        ({"IsConfidential": ""}, "regular", 0, 0),
    ],
)
def test_marks_on_a_patient(
    tmp_path: Path, values: dict[str, str], kind: str, is_test: int, is_restricted: int
) -> None:
    con, extract = read(write_extract(tmp_path / "in", small_extract(Admin_Patient=[patient(**values)])))
    assert rows(con, "SELECT registration_type, is_test, is_restricted FROM patient") == [
        (kind, is_test, is_restricted)
    ]
    assert extract.left_out == ({"patients: dummy patients, kept and marked": 1} if is_test else {})


def test_a_death_or_departure_that_cannot_be_read_still_happened(tmp_path: Path) -> None:
    """Its first possible day is the birth or the registration; with neither, the first day there is."""
    people = [
        patient(JO, DateOfDeath="last May", DateOfDeactivation="2026-13-01"),
        patient(SAM, DateOfDeath="??", DateOfBirth="", DateOfDeactivation="", DateOfRegistration=""),
        patient(guid(3)),
    ]
    con, extract = read(write_extract(tmp_path / "in", small_extract(Admin_Patient=people)))
    born, joined = date(1980, 2, 29).toordinal(), date(2010, 5, 4).toordinal()
    assert rows(con, "SELECT date_of_birth, birth_precision, date_of_death, registered_to FROM patient") == [
        (born, "day", born, joined),
        (None, "unknown", 1, None),
        (born, "day", None, None),
    ]
    assert sum(extract.left_out.values()) == 3


def test_confidential_rows(tmp_path: Path) -> None:
    """By their own mark, their consultation's, or their drug record's."""
    hidden = {"ConsultationGuid": guid(1, "F"), "OrganisationGuid": ORG, "IsConfidential": "true", "Deleted": "false"}
    folder = write_extract(
        tmp_path / "in",
        small_extract(
            CareRecord_Consultation=[hidden, hidden | {"ConsultationGuid": guid(2, "F"), "IsConfidential": "false"}],
            CareRecord_Observation=[
                observation(1, IsConfidential="true"),
                observation(2, ConsultationGuid=guid(1, "F").lower()),
                observation(3, ConsultationGuid=guid(2, "F")),
            ],
            Prescribing_DrugRecord=[drug_record(1, IsConfidential="true")],
            Prescribing_IssueRecord=[issue(1, DrugRecordGuid=guid(1, "D")), issue(2)],
        ),
    )
    con, _ = read(folder)
    assert rows(con, "SELECT is_confidential FROM event ORDER BY source_key") == [(1,), (1,), (0,)]
    assert rows(con, "SELECT is_confidential FROM prescription ORDER BY source_key") == [(1,), (0,)]
