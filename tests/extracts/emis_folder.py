"""Writes tiny EMIS bulk folders: the supplier's headers, version by version, and rows given as dicts.

Headers are those of the Extract Service specification; the people are invented.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb

from pipeline.extracts.model import Extract
from pipeline.store.apply import Settings, build_store
from pipeline.store.open import load_rows, open_store

Row = dict[str, str]
Tables = dict[str, list[Row]]

_V54 = {
    "Admin_Patient": "PatientGuid OrganisationGuid UsualGpUserInRoleGuid Sex DateOfBirth DateOfDeath Title GivenName "
    "MiddleNames Surname DateOfRegistration NhsNumber PatientNumber PatientTypeDescription DummyType "
    "HouseNameFlatNumber NumberAndStreet Village Town County Postcode ResidentialInstituteCode NHSNumberStatus "
    "CarerName CarerRelation PersonGuid DateOfDeactivation Deleted SpineSensitive IsConfidential EmailAddress "
    "HomePhone MobilePhone ExternalUsualGPGuid ExternalUsualGP ExternalUsualGPOrganisation ProcessingId",
    "Admin_Organisation": "OrganisationGuid CDB OrganisationName ODSCode ParentOrganisationGuid CCGOrganisationGuid "
    "OrganisationType OpenDate CloseDate MainLocationGuid ProcessingId",
    "Admin_UserInRole": "UserInRoleGuid OrganisationGuid Title GivenName Surname JobCategoryCode JobCategoryName "
    "ContractStartDate ContractEndDate ProcessingId",
    "Agreements_SharingOrganisation": "OrganisationGuid IsActivated LastModifiedDate Disabled Deleted",
    "CareRecord_Consultation": "ConsultationGuid PatientGuid OrganisationGuid EffectiveDate EffectiveDatePrecision "
    "EnteredDate EnteredTime ClinicianUserInRoleGuid EnteredByUserInRoleGuid AppointmentSlotGuid "
    "ConsultationSourceTerm ConsultationSourceCodeId Complete Deleted IsConfidential ProcessingId",
    "CareRecord_Observation": "ObservationGuid PatientGuid OrganisationGuid EffectiveDate EffectiveDatePrecision "
    "EnteredDate EnteredTime ClinicianUserInRoleGuid EnteredByUserInRoleGuid ParentObservationGuid CodeId "
    "ProblemGuid AssociatedText ConsultationGuid Value NumericUnit ObservationType NumericRangeLow NumericRangeHigh "
    "DocumentGuid Deleted IsConfidential ProcessingId",
    "CareRecord_Problem": "ObservationGuid PatientGuid OrganisationGuid ParentProblemObservationGuid Deleted Comment "
    "EndDate EndDatePrecision ExpectedDuration LastReviewDate LastReviewDatePrecision LastReviewUserInRoleGuid "
    "ParentProblemRelationship ProblemStatusDescription SignificanceDescription ProcessingId",
    "Coding_ClinicalCode": "CodeId Term ReadTermId SnomedCTConceptId SnomedCTDescriptionId NationalCode "
    "NationalCodeCategory NationalDescription EmisCodeCategoryDescription ProcessingId ParentCodeId",
    "Coding_DrugCode": "CodeId Term DmdProductCodeId ProcessingId",
    "Prescribing_DrugRecord": "DrugRecordGuid PatientGuid OrganisationGuid EffectiveDate EffectiveDatePrecision "
    "EnteredDate EnteredTime ClinicianUserInRoleGuid EnteredByUserInRoleGuid CodeId Dosage Quantity QuantityUnit "
    "ProblemObservationGuid PrescriptionType IsActive CancellationDate NumberOfIssues NumberOfIssuesAuthorised "
    "IsConfidential Deleted ProcessingId",
    "Prescribing_IssueRecord": "IssueRecordGuid PatientGuid OrganisationGuid DrugRecordGuid EffectiveDate "
    "EffectiveDatePrecision EnteredDate EnteredTime ClinicianUserInRoleGuid EnteredByUserInRoleGuid CodeId Dosage "
    "Quantity QuantityUnit ProblemObservationGuid CourseDurationInDays EstimatedNhsCost IsConfidential Deleted "
    "ProcessingId",
}
_MISSPELT = {"ExternalUsualGP": "ExternalUsusalGP", "ExternalUsualGPOrganisation": "ExternalUsusalGPOrganisation"}


def header(table: str, version: str = "5.4") -> list[str]:
    """The header of a table in 5.0, 5.3, 5.4, 7.1, 8.0 or 8.2."""
    names = _V54[table].split()
    if version in ("5.0", "5.3") and table == "Coding_ClinicalCode":
        names.remove("ParentCodeId")
    if version == "5.0":
        names = [_MISSPELT.get(name, name) for name in names]
        if table in ("Prescribing_IssueRecord", "Prescribing_DrugRecord"):
            names[names.index("ClinicianUserInRoleGuid")] = "ClinicanUserInRoleGuid"
        if table in ("Prescribing_IssueRecord", "Prescribing_DrugRecord", "CareRecord_Consultation"):
            names.remove("EnteredTime")
        names.append("AgreementGuid")
    if version in ("7.1", "8.0", "8.2") and table == "CareRecord_Observation":
        names.remove("AssociatedText")
    if version in ("8.0", "8.2"):
        names = _version_8(table, names, version)
    return names


def _version_8(table: str, names: list[str], version: str) -> list[str]:
    if table == "CareRecord_Observation":
        names[-3:-3] = ["Qualifiers", "Abnormal", "AbnormalReason", "Episode"]
    if table == "Coding_ClinicalCode":  # the specification's place and spelling
        names.remove("ParentCodeId")
        names[-1:-1] = ["ParentCodeID"]
    if table == "Prescribing_IssueRecord":
        extra = ["EmisCode", "PatientMessage", "IsPrivatelyPrescribed", "ConsultationGuid", "ExpiryDate", "ReviewDate"]
        names[-2:-2] = extra + (["IssueMethodDescription"] if version == "8.2" else [])
    if table == "Admin_Patient":
        names = [name.replace("DateOfDeactivation", "DateofDeactivation") for name in names]
    return names


def guid(number: int, first: str = "A") -> str:
    """A GUID as EMIS writes it: capitals in braces."""
    return f"{{{first}{number:07X}-AAAA-4BBB-8CCC-0000000000DD}}"


ORG, OTHER_ORG = guid(1, "0"), guid(2, "0")
JO, SAM = guid(1, "A"), guid(2, "A")


def patient(number: str = JO, org: str = ORG, **values: str) -> Row:
    return {
        "PatientGuid": number,
        "OrganisationGuid": org,
        "Sex": "F",
        "DateOfBirth": "1980-02-29",
        "DateOfRegistration": "2010-05-04",
        "NhsNumber": "9990000018",
        "PatientNumber": "4711",
        "Surname": "Testcase",
        "PatientTypeDescription": "Regular",
        "DummyType": "false",
        "Deleted": "false",
        "SpineSensitive": "false",
        "IsConfidential": "false",
    } | values


def observation(number: int, of: str = JO, org: str = ORG, **values: str) -> Row:
    return {
        "ObservationGuid": guid(number, "B"),
        "PatientGuid": of,
        "OrganisationGuid": org,
        "EffectiveDate": "2026-03-15",
        "EffectiveDatePrecision": "YMD",
        "EnteredDate": "2026-03-16",
        "CodeId": "101",
        "Deleted": "false",
        "IsConfidential": "false",
    } | values


def issue(number: int, of: str = JO, org: str = ORG, **values: str) -> Row:
    return {
        "IssueRecordGuid": guid(number, "C"),
        "PatientGuid": of,
        "OrganisationGuid": org,
        "EffectiveDate": "2026-04-01",
        "EffectiveDatePrecision": "YMD",
        "EnteredDate": "2026-04-01",
        "CodeId": "201",
        "Deleted": "false",
        "IsConfidential": "false",
    } | values


def drug_record(number: int, org: str = ORG, **values: str) -> Row:
    return {
        "DrugRecordGuid": guid(number, "D"),
        "PatientGuid": JO,
        "OrganisationGuid": org,
        "CodeId": "201",
        "PrescriptionType": "Repeat",
        "Deleted": "false",
        "IsConfidential": "false",
    } | values


def organisation(org: str = ORG, ods: str = "A81001", **values: str) -> Row:
    return {"OrganisationGuid": org, "CDB": "1234", "OrganisationName": "The Surgery", "ODSCode": ods} | values


def clinical_code(code: str = "101", **values: str) -> Row:
    return {"CodeId": code, "Term": "Backache", "ReadTermId": "N145.", "SnomedCTConceptId": "161891005"} | values


def drug_code(code: str = "201", **values: str) -> Row:
    return {"CodeId": code, "Term": "Codeine 30mg tablets", "DmdProductCodeId": "376689003"} | values


def small_extract(**tables: list[Row]) -> Tables:
    """One practice, one patient, one observation, one issue; any table given by name instead."""
    return {
        "Admin_Patient": [patient()],
        "Admin_Organisation": [organisation()],
        "CareRecord_Observation": [observation(1)],
        "Prescribing_IssueRecord": [issue(1)],
        "Coding_ClinicalCode": [clinical_code()],
        "Coding_DrugCode": [drug_code()],
    } | tables


def csv_text(table: str, rows: list[Row], version: str = "5.4", quoting: int = csv.QUOTE_ALL) -> str:
    """A table as the supplier writes it, values found by name whatever the header's case."""
    names = header(table, version)
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]  # an int constant
    writer.writerow(names)
    for row in rows:
        values = {name.lower(): value for name, value in row.items()}
        assert set(values) <= {name.lower() for name in names} | {"parentcodeid"}, table
        writer.writerow([values.get(name.lower(), "") for name in names])
    return out.getvalue()


def write_extract(folder: Path, tables: Tables, version: str = "5.4") -> Path:
    """Bare file names: `Admin_Patient.csv` and so on."""
    folder.mkdir(exist_ok=True)
    for table, rows in tables.items():
        write(folder / f"{table}.csv", csv_text(table, rows, version))
    return folder


def write_delivery(folder: Path, tables: Tables, processing: int | str, stamp: str, agreement: str = "A" * 8) -> Path:
    """The supplier's file names; the tables that must come, and do not, without a row."""
    folder.mkdir(exist_ok=True)
    whole = f"{agreement}-EE37-41AB-90D6-DC9D4B03D102"
    nothing: Tables = {name: [] for name in small_extract()}
    for table, rows in (nothing | tables).items():
        write(folder / f"{processing}_{table}_{stamp}_{whole}.csv", csv_text(table, rows))
    return folder


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def read(folder: Path, threads: int = 2) -> tuple[duckdb.DuckDBPyConnection, Extract]:
    """The folder read into a store, and the whole store into a new database."""
    store = folder.parent / f"{folder.name}-store-{threads}"
    store.mkdir(mode=0o700, exist_ok=True)
    manifest = build_store(folder, store, Settings())
    con = duckdb.connect(config={"threads": threads})
    return con, load_rows(con, open_store(con, store, manifest))


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return con.execute(query).fetchall()
