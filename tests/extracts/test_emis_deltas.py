"""Several files of one table, deletions and their children, and practices that may not be used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import ExtractError
from tests.extracts.emis_folder import (
    JO,
    ORG,
    OTHER_ORG,
    SAM,
    Row,
    clinical_code,
    guid,
    issue,
    observation,
    organisation,
    patient,
    read,
    rows,
    small_extract,
    write_delivery,
    write_extract,
)

KEYS = "SELECT source_key FROM event ORDER BY 1"


def test_a_later_file_replaces_and_deletes(tmp_path: Path) -> None:
    """Processing number 9 comes before 10, though its name sorts after."""
    folder = tmp_path / "in"
    bulk = small_extract(
        CareRecord_Observation=[observation(n) for n in (1, 2, 3)],
        Coding_ClinicalCode=[clinical_code("101"), clinical_code("102", Term="Old words")],
    )
    write_delivery(folder, bulk, 9, "20261119013000")
    gone: Row = {"ObservationGuid": guid(2, "B"), "OrganisationGuid": ORG, "Deleted": "true"}
    delta = {
        "CareRecord_Observation": [observation(1, CodeId="102"), gone, observation(4)],
        "Coding_ClinicalCode": [clinical_code("102", Term="New words")],
    }
    write_delivery(folder, delta, 10, "20261120013000")
    con, extract = read(folder)
    seen = "SELECT source_key, term, left(file, 2) FROM event JOIN code USING (code_id) "
    assert rows(con, f"{seen} JOIN source_file ON source_file = file_id ORDER BY 1") == [
        (guid(1, "B"), "New words", "10"),
        (guid(3, "B"), "Backache", "9_"),
        (guid(4, "B"), "Backache", "10"),
    ]
    assert extract.left_out == {"observations: deleted by the supplier": 1}
    assert rows(con, "SELECT extract_date FROM practice") == [(date(2026, 11, 20).toordinal(),)]


def test_within_a_file_the_higher_processing_number_counts(tmp_path: Path) -> None:
    twice = [observation(1, Value="2", ProcessingId="20"), observation(1, Value="1", ProcessingId="3")]
    con, _ = read(write_extract(tmp_path / "in", small_extract(CareRecord_Observation=twice)))
    assert rows(con, "SELECT value FROM event") == [(2.0,)]


def test_a_deleted_row_that_comes_back_is_there(tmp_path: Path) -> None:
    folder = write_delivery(tmp_path / "in", small_extract(), 1, "20261118013000")
    write_delivery(folder, {"CareRecord_Observation": [observation(1, Deleted="true")]}, 2, "20261119013000")
    write_delivery(folder, {"CareRecord_Observation": [observation(1)]}, 3, "20261120013000")
    con, _ = read(folder)
    assert rows(con, KEYS) == [(guid(1, "B"),)]


def test_a_deleted_patient_takes_everything_along(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path / "in",
        small_extract(
            Admin_Patient=[patient(), {"PatientGuid": SAM, "OrganisationGuid": ORG, "Deleted": "true"}],
            CareRecord_Observation=[
                observation(1),
                observation(2, of=SAM),
                observation(3, of=SAM, Deleted="true"),
                observation(4, of=guid(99)),
            ],
            Prescribing_IssueRecord=[issue(1, of=SAM), issue(2)],
        ),
    )
    con, extract = read(folder)
    assert rows(con, "SELECT patient_id FROM patient") == [(JO.strip("{}"),)]
    assert rows(con, KEYS) == [(guid(1, "B"),)]
    assert rows(con, "SELECT source_key FROM prescription") == [(guid(2, "C"),)]
    assert extract.left_out == {
        "patients: deleted by the supplier": 1,
        "observations: of deleted patients": 1,
        "observations: deleted by the supplier": 1,
        "observations: whose patient is not in the extract": 1,
        "issues: of deleted patients": 1,
    }


def _two_practices(**agreement: str) -> dict[str, list[Row]]:
    usable = {"OrganisationGuid": ORG, "IsActivated": "true", "Disabled": "false", "Deleted": "false"}
    return small_extract(
        Admin_Patient=[patient(), patient(SAM, OTHER_ORG)],
        Admin_Organisation=[organisation(), organisation(OTHER_ORG, "B82002"), organisation(guid(3, "0"), "XX1")],
        CareRecord_Observation=[observation(1), observation(2, of=SAM, org=OTHER_ORG)],
        Agreements_SharingOrganisation=[usable, usable | {"OrganisationGuid": OTHER_ORG.lower()} | agreement],
    )


@pytest.mark.parametrize(
    "agreement", [{"Disabled": "TRUE"}, {"Deleted": "true"}, {"IsActivated": "False"}, {"IsActivated": ""}]
)
def test_a_practice_switched_off_is_left_out_loudly(tmp_path: Path, agreement: dict[str, str]) -> None:
    con, extract = read(write_extract(tmp_path / "in", _two_practices(**agreement)))
    assert rows(con, "SELECT practice_id FROM practice") == [("A81001",)]
    assert rows(con, KEYS) == [(guid(1, "B"),)]
    assert any("B82002 is left out" in warning for warning in extract.warnings)
    assert extract.left_out == {
        "patients: of practices that may not be used": 1,
        "observations: of practices that may not be used": 1,
    }


def test_only_organisations_with_patients_are_practices(tmp_path: Path) -> None:
    con, extract = read(write_extract(tmp_path / "in", _two_practices()))
    assert rows(con, "SELECT practice_id, name, supplier FROM practice ORDER BY 1") == [
        ("A81001", "The Surgery", "EMIS"),
        ("B82002", "The Surgery", "EMIS"),
    ]
    assert extract.warnings == ()


def test_patients_of_an_organisation_nobody_listed_are_left_out_loudly(tmp_path: Path) -> None:
    tables = _two_practices() | {"Admin_Organisation": [organisation()]}
    con, extract = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT practice_id FROM practice") == [("A81001",)]
    assert any("1 patients are left out" in warning for warning in extract.warnings)


def test_a_practice_without_ods_code_goes_by_its_customer_number(tmp_path: Path) -> None:
    con, extract = read(write_extract(tmp_path / "in", small_extract(Admin_Organisation=[organisation(ods="")])))
    assert rows(con, "SELECT practice_id FROM practice") == [("CDB1234",)]
    assert any("CDB1234" in warning for warning in extract.warnings)


@pytest.mark.parametrize(("ods", "cdb"), [("../etc", "1"), ("A 1", "1"), ("", ""), ("A" * 21, "1")])
def test_a_practice_code_that_cannot_name_a_folder_is_refused(tmp_path: Path, ods: str, cdb: str) -> None:
    tables = small_extract(Admin_Organisation=[organisation(ods=ods, CDB=cdb)])
    with pytest.raises(ExtractError, match="must have an ODS code"):
        read(write_extract(tmp_path / "in", tables))


def test_two_practices_with_one_code_are_refused(tmp_path: Path) -> None:
    tables = _two_practices() | {"Admin_Organisation": [organisation(), organisation(OTHER_ORG, "a81001")]}
    with pytest.raises(ExtractError, match="Two organisations with patients have the ODS code A81001"):
        read(write_extract(tmp_path / "in", tables))


def test_each_practice_is_as_old_as_its_own_agreement(tmp_path: Path) -> None:
    write_delivery(tmp_path / "in", _two_practices() | {"Admin_Patient": [patient()]}, 5, "20261120013000")
    second = _two_practices() | {"Admin_Patient": [patient(SAM, OTHER_ORG)]}
    write_delivery(tmp_path / "in", second, 6, "20261001013000", agreement="B" * 8)
    con, _ = read(tmp_path / "in")
    days = [(date(2026, 11, 20).toordinal(),), (date(2026, 10, 1).toordinal(),)]
    assert rows(con, "SELECT extract_date FROM practice ORDER BY practice_id") == days


def test_bare_names_take_the_newest_row_typed_in(tmp_path: Path) -> None:
    con, _ = read(write_extract(tmp_path / "in", small_extract()))
    assert rows(con, "SELECT extract_date FROM practice") == [(date(2026, 4, 1).toordinal(),)]  # the issue


def test_an_extract_without_any_date_of_its_own_is_refused(tmp_path: Path) -> None:
    tables = small_extract(
        CareRecord_Observation=[observation(1, EnteredDate="")], Prescribing_IssueRecord=[issue(1, EnteredDate="")]
    )
    with pytest.raises(ExtractError, match="does not say when it was made"):
        read(write_extract(tmp_path / "in", tables))


def test_a_row_without_key_or_practice_is_counted(tmp_path: Path) -> None:
    seen = [observation(1), observation(2, org=""), observation(3, ObservationGuid="")]
    con, extract = read(write_extract(tmp_path / "in", small_extract(CareRecord_Observation=seen)))
    assert rows(con, KEYS) == [(guid(1, "B"),)]
    assert extract.left_out == {"rows without a key or practice": 2}
    assert any("2 rows have no key or no practice" in warning for warning in extract.warnings)
