"""Every EMIS Web bulk table we read, and how to find the version of the supplier's layout from the headers."""

from __future__ import annotations

from pipeline.extracts.emis.tables_admin import AGREEMENT, ORGANISATION, PATIENT, USER
from pipeline.extracts.emis.tables_coding import CLINICAL_CODE, DRUG_CODE
from pipeline.extracts.emis.tables_record import CONSULTATION, DRUG_RECORD, ISSUE, OBSERVATION

TABLES = (
    PATIENT,
    ORGANISATION,
    USER,
    AGREEMENT,
    CLINICAL_CODE,
    DRUG_CODE,
    CONSULTATION,
    OBSERVATION,
    DRUG_RECORD,
    ISSUE,
)

# Newest first: the version that brought in the column. Versions 7.1 (free text removed) and 5.3 (AgreementGuid) are
# recognised by a column that is absent.
_BROUGHT = (
    ("8.2", ISSUE.name, "issuemethoddescription"),
    ("8.1", DRUG_RECORD.name, "expirydate"),
    ("8.0", ISSUE.name, "isprivatelyprescribed"),
    ("8.0", OBSERVATION.name, "qualifiers"),
    ("8.0", DRUG_CODE.name, "bnfchapterref"),
    ("8.0", PATIENT.name, "contactcomments"),
)


def find_version(headers: dict[str, tuple[str, ...]]) -> str:
    """The layout version, such as `5.4`, from each table's header as written; the newest sign decides."""
    names = {table: {name.lower() for name in header} for table, header in headers.items()}
    for version, table, column in _BROUGHT:
        if column in names.get(table, ()):
            return version
    if "parentcodeid" in names[CLINICAL_CODE.name]:
        return "5.4" if "associatedtext" in names[OBSERVATION.name] else "7.1"
    if "agreementguid" not in names[OBSERVATION.name]:
        return "5.3"
    if "clinicanuserinroleguid" not in names[ISSUE.name]:
        return "5.2"
    return "5.1" if "enteredtime" in names[ISSUE.name] else "5.0"


def recognise_version(version: str) -> tuple[str, bool]:
    """How a version is recognised, and whether that is certain: an absent column may have been left out by choice."""
    brought = next(((table, column) for found, table, column in _BROUGHT if found == version), None)
    if brought:
        table, column = brought
        return f"{table} has a column ({column}) that came with version {version}", True
    if version == "5.4":
        return f"{CLINICAL_CODE.name} has the column ParentCodeId, and {OBSERVATION.name} AssociatedText", True
    return f"version {version} is recognised only by columns that are not there", False
