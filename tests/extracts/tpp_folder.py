"""Writes tiny TPP SystmOne folders: the headers of format 93, and rows given as dicts. The people are invented."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.store.apply import Settings, apply_folder
from pipeline.store.manifest import Applied
from tests.store.keyed import Rows, load
from tests.store.parcels import build

Row = dict[str, str]
Tables = dict[str, list[Row]]

_DONE = "DateEventRecorded DateEvent IDProfileEnteredBy IDDoneBy TextualEventDoneBy IDOrganisationDoneAt"
HEADERS = {
    "SRPatient": "RowIdentifier IDOrganisationVisibleTo Title FirstName MiddleNames Surname PreviousSurname NHSNumber "
    "DateBirth DateDeath BirthPlace Gender SpeaksEnglish EmailAddress TestPatient SSRef SpineMatched RemovedData",
    "SRPatientRegistration": "RowIdentifier IDOrganisationVisibleTo DateEventRecorded IDProfileEnteredBy "
    "DateRegistration DateDeRegistration RegistrationStatus PreferredPharmacy IDPatient IDOrganisation "
    "IDOrganisationRegisteredAt RemovedData",
    "SRPatientAddressHistory": f"RowIdentifier IDOrganisationVisibleTo {_DONE} NameOfBuilding NumberOfBuilding "
    "NameOfRoad NameOfLocality NameOfTown NameOfCounty FullPostCode DateTo AddressType IDEvent IDPatient "
    "IDOrganisation CcgOfResidence RemovedData",
    "SRPatientContactDetails": f"RowIdentifier IDOrganisationVisibleTo {_DONE} ContactType ContactNumber IDEvent "
    "IDPatient IDOrganisation IDOrganisationRegisteredAt RemovedData",
    "SRSmsConsent": f"RowIdentifier IDOrganisationVisibleTo {_DONE} SmsConsent IDEvent IDPatient IDOrganisation "
    "RemovedData",
    "SRCode": f"RowIdentifier IDOrganisationVisibleTo {_DONE} CTV3Code CTV3Text SNOMEDCode SNOMEDText "
    "NumericComparator IsNumeric NumericValue NumericUnit EpisodeType IDTemplate IDQuestionnaire IDEvent IDPatient "
    "IDReferralIn IDAppointment IDVisit IDOrganisation IDOrganisationRegisteredAt RemovedData",
    "SRPrimaryCareMedication": f"RowIdentifier IDOrganisationVisibleTo {_DONE} IDMultiLexProduct IDMultiLexPack "
    "IDMultiLexDMD NameOfMedication DateMedicationStart DateMedicationEnd MedicationDosage MedicationQuantity "
    "IsSupervised SupervisedDose UnsupervisedDose IsRepeatMedication IsOtherMedication IsDentalMedication "
    "IsHospitalMedication IDRepeatTemplate IDReferralIn IDEvent IDPatient IDOrganisation IDOrganisationRegisteredAt "
    "RemovedData",
    "SROrganisation": "RowIdentifier Name ID HouseName HouseNumber NameOfRoad FullPostCode MadeObsolete RemovedData",
    "SRMapping": "RowIdentifier IdMappingGroup Mapping",
    "SRCtv3": "RowIdentifier IDOrganisationVisibleTo Ctv3Code Ctv3Text RemovedData",
    "SRCtv3Hierarchy": "RowIdentifier IDOrganisationVisibleTo Ctv3CodeParent Ctv3CodeChild ChildLevel RemovedData",
    "SRCtv3ToSnomed": "RowIdentifier IDOrganisationVisibleTo Ctv3Code SnomedCode RemovedData",
    "SRCtv3ToVersion2": "RowIdentifier Ctv3Code Version2Code RemovedData",
}
OWNED = tuple(HEADERS)[:7]
PRACTICE, OTHER = "A81001", "B82002"
JO, SAM = "9007199254740993001", "12"  # nineteen digits, as long as they get
BULK = "20261120_0130"


def patient(key: str = JO, org: str = PRACTICE, **values: str) -> Row:
    return {
        "RowIdentifier": key,
        "IDOrganisationVisibleTo": org,
        "Surname": "Testcase",
        "NHSNumber": "999 000 0018",
        "DateBirth": "29 Feb 1980 00:00",
        "Gender": "F",
        "TestPatient": "FALSE",
        "RemovedData": "0",
    } | values


def _owned(key: str, of: str, org: str) -> Row:
    return {"RowIdentifier": key, "IDOrganisationVisibleTo": org, "IDPatient": of, "RemovedData": "0"}


def registration(key: str = "31", of: str = JO, org: str = PRACTICE, **values: str) -> Row:
    row = {"DateRegistration": "04 May 2010 00:00:00", "RegistrationStatus": "GMS,Standard", "IDOrganisation": org}
    return _owned(key, of, org) | row | values


def address(key: str = "41", of: str = JO, org: str = PRACTICE, **values: str) -> Row:
    row = {"DateEvent": "04 May 2010 10:00:00", "NameOfRoad": "High Street", "AddressType": "0"}
    return _owned(key, of, org) | row | values


def contact(key: str = "51", of: str = JO, org: str = PRACTICE, **values: str) -> Row:
    row = {"DateEvent": "04 May 2010 10:00:00", "ContactNumber": "07700 900001"}
    return _owned(key, of, org) | row | values


def consent(key: str = "51", of: str = JO, org: str = PRACTICE, **values: str) -> Row:
    return _owned(key, of, org) | {"DateEvent": "04 May 2010 10:00:00", "SmsConsent": "TRUE"} | values


def code(key: str = "1", of: str = JO, org: str = PRACTICE, **values: str) -> Row:
    row = {
        "DateEvent": "15 Mar 2026 00:00:00",
        "DateEventRecorded": "16 Mar 2026 09:30:00",
        "CTV3Code": "X75rj",
        "CTV3Text": "Back pain",
        "SNOMEDCode": "161891005",
        "SNOMEDText": "Backache",
        "IsNumeric": "FALSE",
        "NumericValue": "0",
    }
    return _owned(key, of, org) | row | values


def medication(key: str = "1", of: str = JO, org: str = PRACTICE, **values: str) -> Row:
    row = {
        "DateEvent": "01 Apr 2026 00:00:00",
        "DateEventRecorded": "01 Apr 2026 11:00:00",
        "DateMedicationStart": "01 Apr 2026 00:00:00",
        "IDMultiLexDMD": "376689003",
        "IDMultiLexProduct": "4711",
        "NameOfMedication": "Codeine 30mg tablets",
        "IsRepeatMedication": "FALSE",
        "IsOtherMedication": "FALSE",
        "IsHospitalMedication": "FALSE",
        "IsDentalMedication": "FALSE",
    }
    return _owned(key, of, org) | row | values


def organisation(ods: str = PRACTICE, **values: str) -> Row:
    return {"RowIdentifier": ods[1:], "ID": ods, "Name": "The Surgery", "RemovedData": "0"} | values


def gone(key: str, org: str = PRACTICE) -> Row:
    """A removed row, which says nothing but its key."""
    return {"RowIdentifier": key, "IDOrganisationVisibleTo": org, "RemovedData": "1"}


def reference(key: str, **values: str) -> Row:
    """A row of one of the tables about codes."""
    return {"RowIdentifier": key, "RemovedData": "0"} | values


def small_extract(**tables: list[Row]) -> Tables:
    """One practice, one patient, one coded entry, one medication; any table given by name instead."""
    return {
        "SRPatient": [patient()],
        "SRPatientRegistration": [registration()],
        "SRPatientAddressHistory": [],
        "SRPatientContactDetails": [],
        "SRSmsConsent": [],
        "SRCode": [code()],
        "SRPrimaryCareMedication": [medication()],
        "SROrganisation": [organisation()],
        "SRMapping": [],
        "SRCtv3": [],
        "SRCtv3Hierarchy": [],
        "SRCtv3ToSnomed": [],
        "SRCtv3ToVersion2": [],
    } | tables


def header(table: str, without: Collection[str] = ()) -> list[str]:
    names = HEADERS[table].split()
    assert set(without) <= {name for each in HEADERS.values() for name in each.split()}
    return [name for name in names if name not in without]


def text(table: str, rows: list[Row], without: Collection[str] = ()) -> str:
    """A table as TPP writes it: all values quoted, CRLF."""
    names = header(table, without)
    assert all(set(row) <= set(HEADERS[table].split()) for row in rows), table
    return _csv([names, *([row.get(name, "") for name in names] for row in rows)])


def _csv(lines: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(lines)
    return out.getvalue()


def manifest_text(tables: Collection[str], since: str, until: str, whole: Collection[str] = ()) -> str:
    """`since` empty: a full extract. `whole`: tables that come whole all the same."""
    lines = [["FileName", "IsDelta", "IsReference", "DateExtractFrom", "DateExtractTo"]]
    for table in sorted(tables):
        is_whole = not since or table in whole
        is_reference = "N" if table in OWNED else "Y"
        lines.append([table, "N" if is_whole else "Y", is_reference, "" if is_whole else since, until])
    return _csv(lines)


def write_extract(
    folder: Path,
    tables: Tables,
    since: str = "",
    until: str = BULK,
    whole: Collection[str] = (),
    without: Collection[str] = (),
) -> Path:
    """A delivery with its manifest: a full extract, or the changes after `since`. `without`: columns left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, rows in tables.items():
        write(folder / f"{table}.csv", text(table, rows, without))
    write(folder / "SRManifest.csv", manifest_text(tables, since, until, whole))
    return folder


def changes(**tables: list[Row]) -> Tables:
    """Every table of patients' rows, most of them empty, and such of the others as are given."""
    return {name: [] for name in OWNED} | tables


def write(path: Path, said: str) -> None:
    path.write_text(said, encoding="cp1252", newline="")


FIRST = datetime.strptime(BULK, "%Y%m%d_%H%M")


def night(number: int) -> str:
    """When a delivery was made: the full extract is night 0."""
    return f"{FIRST + timedelta(days=number):%Y%m%d_%H%M}"


def begin(folder: Path, **tables: list[Row]) -> Path:
    return build(write_extract(folder / night(0), small_extract(**tables)), folder / "store")


def send(
    store: Path, number: int, since: int | None = None, whole: Collection[str] = (), /, **tables: list[Row]
) -> Path:
    """Write the changes of a night beside the store, after those of the night before or of another."""
    after = night(number - 1 if since is None else since)
    return write_extract(store.parent / night(number), changes(**tables), after, night(number), whole)


def apply(folder: Path, store: Path, is_full: bool = False) -> tuple[Applied, ...]:
    return apply_folder(folder, store, Settings(), is_full)[1]


def deliver(store: Path, number: int, since: int | None = None, **tables: list[Row]) -> tuple[Applied, ...]:
    return apply(send(store, number, since, (), **tables), store)


def ask(store: Path, query: str) -> Rows:
    with load(store) as con:
        return con.execute(query).fetchall()
