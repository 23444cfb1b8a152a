"""The files of an EMIS Web bulk extract: names, headers of version 5.4, and how a table is appended to its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from synthetic_data.files import open_private

PROCESSING_ID = 1001  # the extract's number: in every file name and every row
_TIME = "021500"  # EMIS extracts are made at night

_WHO = "PatientGuid OrganisationGuid"
_WHEN = "EffectiveDate EffectiveDatePrecision EnteredDate EnteredTime ClinicianUserInRoleGuid EnteredByUserInRoleGuid"

# gp-extract-formats.md section 1.4, version 5.4: no AgreementGuid, ParentCodeId after ProcessingId.
_COLUMNS = {
    "Admin_Patient": f"""{_WHO} UsualGpUserInRoleGuid Sex DateOfBirth DateOfDeath Title GivenName MiddleNames Surname
        DateOfRegistration NhsNumber PatientNumber PatientTypeDescription DummyType HouseNameFlatNumber
        NumberAndStreet Village Town County Postcode ResidentialInstituteCode NHSNumberStatus CarerName CarerRelation
        PersonGuid DateOfDeactivation Deleted SpineSensitive IsConfidential EmailAddress HomePhone MobilePhone
        ExternalUsualGPGuid ExternalUsualGP ExternalUsualGPOrganisation ProcessingId""",
    "Admin_Organisation": """OrganisationGuid CDB OrganisationName ODSCode ParentOrganisationGuid
        CCGOrganisationGuid OrganisationType OpenDate CloseDate MainLocationGuid ProcessingId""",
    "Admin_UserInRole": """UserInRoleGuid OrganisationGuid Title GivenName Surname JobCategoryCode JobCategoryName
        ContractStartDate ContractEndDate ProcessingId""",
    "Agreements_SharingOrganisation": "OrganisationGuid IsActivated LastModifiedDate Disabled Deleted",
    "CareRecord_Consultation": f"""ConsultationGuid {_WHO} {_WHEN} AppointmentSlotGuid ConsultationSourceTerm
        ConsultationSourceCodeId Complete Deleted IsConfidential ProcessingId""",
    "CareRecord_Observation": f"""ObservationGuid {_WHO} {_WHEN} ParentObservationGuid CodeId ProblemGuid
        AssociatedText ConsultationGuid Value NumericUnit ObservationType NumericRangeLow NumericRangeHigh
        DocumentGuid Deleted IsConfidential ProcessingId""",
    "CareRecord_Problem": f"""ObservationGuid {_WHO} ParentProblemObservationGuid Deleted Comment EndDate
        EndDatePrecision ExpectedDuration LastReviewDate LastReviewDatePrecision LastReviewUserInRoleGuid
        ParentProblemRelationship ProblemStatusDescription SignificanceDescription ProcessingId""",
    "Coding_ClinicalCode": """CodeId Term ReadTermId SnomedCTConceptId SnomedCTDescriptionId NationalCode
        NationalCodeCategory NationalDescription EmisCodeCategoryDescription ProcessingId ParentCodeId""",
    "Coding_DrugCode": "CodeId Term DmdProductCodeId ProcessingId",
    "Prescribing_DrugRecord": f"""DrugRecordGuid {_WHO} {_WHEN} CodeId Dosage Quantity QuantityUnit
        ProblemObservationGuid PrescriptionType IsActive CancellationDate NumberOfIssues NumberOfIssuesAuthorised
        IsConfidential Deleted ProcessingId""",
    "Prescribing_IssueRecord": f"""IssueRecordGuid {_WHO} DrugRecordGuid {_WHEN} CodeId Dosage Quantity QuantityUnit
        ProblemObservationGuid CourseDurationInDays EstimatedNhsCost IsConfidential Deleted ProcessingId""",
}
HEADERS: dict[str, tuple[str, ...]] = {name: tuple(columns.split()) for name, columns in _COLUMNS.items()}

# Where a table's rows go: a delivery's file, or the history that shares them out among several deliveries.
Files = Callable[[str, pl.DataFrame], None]


@dataclass(frozen=True)
class Delivery:
    """One night's set of files: `number` is in their names and in every row of a table that has a ProcessingId."""

    folder: Path
    number: int
    night: date
    agreement: str

    def path(self, table: str) -> Path:
        return self.folder / f"{self.number}_{table}_{self.night:%Y%m%d}{_TIME}_{self.agreement}.csv"

    def add(self, table: str, rows: pl.DataFrame) -> None:
        """Append rows to the table's file, with this delivery's number."""
        if "ProcessingId" in rows.columns and self.number != PROCESSING_ID:
            rows = rows.with_columns(pl.lit(self.number).alias("ProcessingId"))
        with self.path(table).open("ab") as file:
            rows.write_csv(file, include_header=False, line_terminator="\r\n", quote_style="necessary")


def start_delivery(folder: Path, number: int, night: date, agreement: str) -> Delivery:
    """Start every table's file with its header only; folder and files are readable only by their owner."""
    delivery = Delivery(folder, number, night, agreement)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for table, header in HEADERS.items():
        with open_private(delivery.path(table)) as file:
            file.write(",".join(header).encode() + b"\r\n")
    return delivery


def append(files: Files, table: str, columns: Mapping[str, pl.Series | pl.Expr]) -> None:
    """Hand on a table's rows; a column not given is empty."""
    given = {"ProcessingId": pl.lit(PROCESSING_ID), **columns}
    unknown = columns.keys() - set(HEADERS[table])
    if unknown:
        raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
    files(table, pl.select(*(given.get(name, pl.lit(None, pl.String)).alias(name) for name in HEADERS[table])))
