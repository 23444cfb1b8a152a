"""The files of a TPP SystmOne Strategic Reporting Extract: columns of format 93, how TPP writes them, its manifest."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from synthetic_data.arrays import Bools, Ints
from synthetic_data.columns import look_up
from synthetic_data.files import open_private
from synthetic_data.population.rows import NO_DAY

_TIME = "0215"  # extracts are made at night
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FIRST, _LAST = date(1850, 1, 1).toordinal(), date(2150, 12, 31).toordinal()
_ROWS_AT_ONCE = 250_000  # a wide table is large as text
MIDNIGHT = " 00:00:00"  # for a date whose time is not known

_KEYS = "RowIdentifier IDOrganisationVisibleTo"
_RECORDED = "DateEventRecorded DateEvent IDProfileEnteredBy IDDoneBy"
_WHEN = f"{_RECORDED} TextualEventDoneBy IDOrganisationDoneAt"
_WHERE = "IDEvent IDPatient IDOrganisation"
_PRODUCT = "IDMultiLexProduct IDMultiLexPack IDMultiLexDMD NameOfMedication"
_LAST_COLUMNS = "IDOrganisationRegisteredAt RemovedData"

# gp-extract-formats.md section 2.3; SRMappingGroup is not in it, and has the columns of SRMapping that fit.
_COLUMNS = {
    "SRPatient": f"""{_KEYS} Title FirstName MiddleNames Surname PreviousSurname NHSNumber DateBirth DateDeath
        BirthPlace Gender SpeaksEnglish EmailAddress TestPatient SSRef SpineMatched RemovedData""",
    "SRPatientRegistration": f"""{_KEYS} DateEventRecorded IDProfileEnteredBy DateRegistration DateDeRegistration
        RegistrationStatus PreferredPharmacy IDPatient IDOrganisation {_LAST_COLUMNS}""",
    "SRPatientAddressHistory": f"""{_KEYS} {_WHEN} NameOfBuilding NumberOfBuilding NameOfRoad NameOfLocality NameOfTown
        NameOfCounty FullPostCode DateTo AddressType {_WHERE} CcgOfResidence RemovedData""",
    "SRPatientContactDetails": f"{_KEYS} {_WHEN} ContactType ContactNumber {_WHERE} {_LAST_COLUMNS}",
    "SRSmsConsent": f"{_KEYS} {_WHEN} SmsConsent {_WHERE} RemovedData",
    "SRCode": f"""{_KEYS} {_WHEN} CTV3Code CTV3Text SNOMEDCode SNOMEDText NumericComparator IsNumeric NumericValue
        NumericUnit EpisodeType IDTemplate IDQuestionnaire IDEvent IDPatient IDReferralIn IDAppointment IDVisit
        IDOrganisation {_LAST_COLUMNS}""",
    "SREvent": f"""{_KEYS} {_RECORDED} IDStaffMemberProfileRole TextualEventDoneBy IDOrganisationDoneAt IDAuthorisedBy
        IDProfileAuthorisedBy ContactEventLocation ContactMethod EventIncomplete ClinicalEvent IDReferralIn IDPatient
        IDOrganisation IDTeam IDBranch {_LAST_COLUMNS}""",
    "SRPrimaryCareMedication": f"""{_KEYS} {_WHEN} {_PRODUCT} DateMedicationStart DateMedicationEnd MedicationDosage
        MedicationQuantity IsSupervised SupervisedDose UnsupervisedDose IsRepeatMedication IsOtherMedication
        IsDentalMedication IsHospitalMedication IDRepeatTemplate IDReferralIn {_WHERE} {_LAST_COLUMNS}""",
    "SRRepeatTemplate": f"""{_KEYS} {_WHEN} {_PRODUCT} DateMedicationTemplateStart DateMedicationTemplateEnd
        DateMedicationTemplateReview MedicationDosage MedicationQuantity MaxIssues CourseLengthPerIssue DrugStatus
        IDReferralIn {_WHERE} {_LAST_COLUMNS}""",
}
_REFERENCE = {
    "SRCtv3": f"{_KEYS} Ctv3Code Ctv3Text RemovedData",
    "SRCtv3Hierarchy": f"{_KEYS} Ctv3CodeParent Ctv3CodeChild ChildLevel RemovedData",
    "SRCtv3ToSnomed": f"{_KEYS} Ctv3Code SnomedCode RemovedData",
    "SRCtv3ToVersion2": "RowIdentifier Ctv3Code Version2Code RemovedData",
    "SRMapping": "RowIdentifier IdMappingGroup Mapping",
    "SRMappingGroup": "RowIdentifier MappingGroup",
    "SROrganisation": """RowIdentifier Name ID HouseName HouseNumber NameOfRoad NameOfLocality NameOfTown NameOfCounty
        FullPostCode Telephone SecondaryTelephone Fax MadeObsolete IDTrust IDCcg RemovedData""",
}
_MANIFEST = {"SRManifest": "FileName IsDelta IsReference DateExtractFrom DateExtractTo"}
HEADERS = {name: tuple(columns.split()) for name, columns in (_COLUMNS | _REFERENCE | _MANIFEST).items()}

Columns = Mapping[str, pl.Series | pl.Expr]


@dataclass(frozen=True)
class Delivery:
    """A night's files, in a folder named after it."""

    folder: Path

    def add(self, table: str, columns: Columns) -> None:
        """Append rows, every value in quotes; a column not given is empty, and RemovedData 0."""
        header = HEADERS[table]
        unknown = columns.keys() - set(header)
        if unknown:
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        given = {"RemovedData": pl.lit("0"), **columns}
        rows = pl.select(*(given.get(name, pl.lit(None, pl.String)).alias(name) for name in header))
        with (self.folder / f"{table}.csv").open("ab") as file:
            for part in rows.iter_slices(_ROWS_AT_ONCE):
                lines = io.BytesIO()
                part.write_csv(lines, include_header=False, line_terminator="\r\n", quote_style="always")
                file.write(_encode(lines.getvalue()))


def _encode(said: bytes) -> bytes:
    """Windows-1252 from UTF-8. A letter that it does not have becomes a question mark."""
    return said if said.isascii() else said.decode("utf-8").encode("cp1252", errors="replace")


def start_delivery(out: Path, night: date) -> Delivery:
    """Start every table's file with its header only, and write the whole manifest; readable only by their owner."""
    delivery = Delivery(out / f"{night:%Y%m%d}_{_TIME}")
    delivery.folder.mkdir(mode=0o700)
    for table, header in HEADERS.items():
        with open_private(delivery.folder / f"{table}.csv") as file:
            file.write(",".join(f'"{name}"' for name in header).encode() + b"\r\n")
    tables = [*_COLUMNS, *_REFERENCE]
    manifest: Columns = {
        "FileName": pl.Series(tables),
        "IsDelta": pl.lit("N"),
        "IsReference": pl.Series(["Y" if table in _REFERENCE else "N" for table in tables]),
        "DateExtractFrom": pl.lit("19000101_0000"),
        "DateExtractTo": pl.lit(delivery.folder.name),
    }
    delivery.add("SRManifest", manifest)
    return delivery


def day_and(time: str | pl.Series, day: Ints) -> pl.Series:
    """`20 Nov 2026` and a time of day, which begins with a space; empty if there is no day."""
    shown = look_up(_days(), np.where(day == NO_DAY, -1, day - _FIRST))
    return pl.select(pl.concat_str(shown, pl.lit(time) if isinstance(time, str) else time)).to_series()


def truths(values: Bools) -> pl.Series:
    """TRUE and FALSE."""
    return pl.Series(["FALSE", "TRUE"]).gather(values.astype(np.int64))


@cache
def _days() -> pl.Series:
    days = (datetime.fromordinal(n) for n in range(_FIRST, _LAST + 1))
    return pl.Series([f"{day.day:02} {_MONTHS[day.month - 1]} {day.year}" for day in days])
