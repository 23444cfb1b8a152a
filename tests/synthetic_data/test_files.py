"""The files: names, headers, bytes, and that they fit together."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from synthetic_data import RequestError, generate
from tests.synthetic_data.conftest import Extract

TABLES = [
    "Admin_Organisation",
    "Admin_Patient",
    "Admin_UserInRole",
    "Agreements_SharingOrganisation",
    "CareRecord_Consultation",
    "CareRecord_Observation",
    "CareRecord_Problem",
    "Coding_ClinicalCode",
    "Coding_DrugCode",
    "Prescribing_DrugRecord",
    "Prescribing_IssueRecord",
]
NAME = re.compile(r"\d+_([A-Za-z]+_[A-Za-z]+)_(\d{14})_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\.csv")
GUID = re.compile(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}")


def read_all(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_same_seed_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate("emis", patients=300, practices=2, seed=seed, out=tmp_path / name)
    first = read_all(tmp_path / "a")
    assert first == read_all(tmp_path / "b")
    other = read_all(tmp_path / "c")
    assert other["truth.csv"] != first["truth.csv"] and other.keys() != first.keys()


def test_a_chunk_depends_on_its_number_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first 200 patients are the same whether 200 or 350 are asked for."""
    monkeypatch.setattr("synthetic_data.population.rates.CHUNK", 200)
    generate("emis", patients=200, practices=2, seed=5, out=tmp_path / "few")
    generate("emis", patients=350, practices=2, seed=5, out=tmp_path / "more")
    few, more = read_all(tmp_path / "few"), read_all(tmp_path / "more")
    assert few.keys() == more.keys()
    assert all(more[name].startswith(few[name]) for name in few)


def test_numbers_do_not_repeat_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_data.population.rates.CHUNK", 100)
    generate("emis", patients=300, practices=1, seed=5, out=tmp_path / "out")  # one practice: nobody is there twice
    with (tmp_path / "out" / "truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in ("person", "patient_guid", "local_number"):
        assert len({row[column] for row in rows}) == 300
    numbers = [row["nhs_number"] for row in rows if row["nhs_number"]]
    assert len(set(numbers)) == len(numbers) > 280


def test_names_and_permissions(extract: Extract) -> None:
    names = sorted(path.name for path in extract.folder.iterdir() if path.name != "truth.csv")
    found = [NAME.fullmatch(name) for name in names]
    assert all(found)
    assert sorted(match[1] for match in found if match) == TABLES
    assert {match[2] for match in found if match} == {"20261120021500"}
    assert extract.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in extract.folder.iterdir()} == {0o600}


def test_headers_are_those_of_version_5_4(extract: Extract) -> None:
    """Spelt out for the files most read, from gp-extract-formats.md 1.4."""

    def header(table: str) -> str:
        with extract.path(table).open("rb") as file:
            return file.readline().decode()

    assert header("CareRecord_Observation") == (
        "ObservationGuid,PatientGuid,OrganisationGuid,EffectiveDate,EffectiveDatePrecision,EnteredDate,EnteredTime,"
        "ClinicianUserInRoleGuid,EnteredByUserInRoleGuid,ParentObservationGuid,CodeId,ProblemGuid,AssociatedText,"
        "ConsultationGuid,Value,NumericUnit,ObservationType,NumericRangeLow,NumericRangeHigh,DocumentGuid,Deleted,"
        "IsConfidential,ProcessingId\r\n"
    )
    assert header("Admin_Patient") == (
        "PatientGuid,OrganisationGuid,UsualGpUserInRoleGuid,Sex,DateOfBirth,DateOfDeath,Title,GivenName,MiddleNames,"
        "Surname,DateOfRegistration,NhsNumber,PatientNumber,PatientTypeDescription,DummyType,HouseNameFlatNumber,"
        "NumberAndStreet,Village,Town,County,Postcode,ResidentialInstituteCode,NHSNumberStatus,CarerName,CarerRelation,"
        "PersonGuid,DateOfDeactivation,Deleted,SpineSensitive,IsConfidential,EmailAddress,HomePhone,MobilePhone,"
        "ExternalUsualGPGuid,ExternalUsualGP,ExternalUsualGPOrganisation,ProcessingId\r\n"
    )
    assert header("Prescribing_IssueRecord") == (
        "IssueRecordGuid,PatientGuid,OrganisationGuid,DrugRecordGuid,EffectiveDate,EffectiveDatePrecision,EnteredDate,"
        "EnteredTime,ClinicianUserInRoleGuid,EnteredByUserInRoleGuid,CodeId,Dosage,Quantity,QuantityUnit,"
        "ProblemObservationGuid,CourseDurationInDays,EstimatedNhsCost,IsConfidential,Deleted,ProcessingId\r\n"
    )
    assert header("Coding_ClinicalCode").endswith("EmisCodeCategoryDescription,ProcessingId,ParentCodeId\r\n")


@pytest.mark.parametrize("table", TABLES)
def test_every_line_has_the_header_s_columns(extract: Extract, table: str) -> None:
    data = extract.path(table).read_bytes()
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    lines = list(csv.reader(data.decode("utf-8").splitlines(keepends=True), strict=True))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(lines) > 1


def test_keys_are_guids_and_unique(extract: Extract) -> None:
    for table, column in (
        ("CareRecord_Observation", "ObservationGuid"),
        ("CareRecord_Consultation", "ConsultationGuid"),
        ("Prescribing_IssueRecord", "IssueRecordGuid"),
        ("Prescribing_DrugRecord", "DrugRecordGuid"),
    ):
        keys = [row[column] for row in extract.rows(table, column)]
        assert len(set(keys)) == len(keys)
        assert all(GUID.fullmatch(key) for key in keys)


def test_rows_point_at_rows_that_exist(extract: Extract) -> None:
    patients = {(row["PatientGuid"], row["OrganisationGuid"]) for row in extract.rows("Admin_Patient")}
    assert len(patients) == 5000
    observations = extract.rows(
        "CareRecord_Observation", "ObservationGuid", "PatientGuid", "OrganisationGuid", "CodeId", "ConsultationGuid"
    )
    orphans = [row for row in observations if (row["PatientGuid"], row["OrganisationGuid"]) not in patients]
    assert 0 < len(orphans) < len(observations) * 0.002
    consultations = {row["ConsultationGuid"] for row in extract.rows("CareRecord_Consultation", "ConsultationGuid")}
    assert {row["ConsultationGuid"] for row in observations} - {""} == consultations
    assert {row["ObservationGuid"] for row in extract.rows("CareRecord_Problem", "ObservationGuid")} < {
        row["ObservationGuid"] for row in observations
    }
    courses = {row["DrugRecordGuid"] for row in extract.rows("Prescribing_DrugRecord", "DrugRecordGuid")}
    issued = {row["DrugRecordGuid"] for row in extract.rows("Prescribing_IssueRecord", "DrugRecordGuid")}
    assert issued - {""} <= courses
    codes = {row["CodeId"] for row in extract.rows("Coding_ClinicalCode")}
    used = [row["CodeId"] for row in observations if row["CodeId"]]
    unknown = {code for code in used if code not in codes}
    assert len(unknown) == 1  # the one code that is in no dictionary


def test_deleted_rows_keep_their_keys_and_half_lose_the_rest(extract: Extract) -> None:
    columns = ("PatientGuid", "CodeId", "EffectiveDate", "Deleted")
    deleted = [row for row in extract.rows("CareRecord_Observation", *columns) if row["Deleted"] == "true"]
    blank = [row for row in deleted if not row["CodeId"]]
    assert len(blank) / len(deleted) == pytest.approx(0.5, abs=0.05)
    assert all(row["PatientGuid"] and not row["EffectiveDate"] for row in blank)


def test_truth_has_each_registration_once(extract: Extract) -> None:
    ods = {row["OrganisationGuid"]: row["ODSCode"] for row in extract.rows("Admin_Organisation")}
    written = {
        (row["PatientGuid"], ods[row["OrganisationGuid"]], row["PatientNumber"])
        for row in extract.rows("Admin_Patient")
    }
    truth = extract.truth()
    assert {(row["patient_guid"], row["practice"], row["local_number"]) for row in truth} == written
    assert len(truth) == 5000
    assert sum(row["record_qualifies"] == "1" for row in truth) == extract.summary.counts.qualifying
    assert (
        len({row["person"] for row in truth}) == extract.summary.counts.people == 4850
    )  # 3 % are a second registration


def test_a_used_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="not empty"):
        generate("emis", patients=10, practices=1, seed=1, out=tmp_path)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="choose a folder"):
        generate("emis", patients=10, practices=1, seed=1, out=tmp_path / "file")


@pytest.mark.parametrize(
    ("format", "patients", "practices", "seed"),
    [("vision", 10, 1, 1), ("emis", 0, 1, 1), ("emis", 10, 0, 1), ("emis", 10, 10_000, 1), ("emis", 10, 1, -1)],
)
def test_senseless_numbers_are_refused(tmp_path: Path, format: str, patients: int, practices: int, seed: int) -> None:
    with pytest.raises(RequestError, match="must"):
        generate(format, patients, practices, seed, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("patients", [1, 2, 20])
def test_a_handful_of_patients_can_be_written(tmp_path: Path, patients: int) -> None:
    summary = generate(
        "emis", patients=patients, practices=3, seed=2, out=tmp_path / "out", extract_date=date(2024, 2, 29)
    )
    assert summary.counts.patients == patients


def test_progress_is_told_by_the_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_data.population.rates.CHUNK", 20)
    told: list[str] = []
    generate("emis", patients=50, practices=2, seed=1, out=tmp_path / "out", progress=told.append)
    assert told == ["20 of 50 patients written", "40 of 50 patients written", "50 of 50 patients written"]
