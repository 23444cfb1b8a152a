"""Reads an EMIS Web bulk extract (Extract Service, IM1 bulk) into the canonical tables: the order of work.

CareRecord_Problem only extends observations that are read anyway, so it is not needed.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv_file import OpenCsv
from pipeline.extracts.damage import refuse_torn_dictionary
from pipeline.extracts.emis_admin import AGREEMENT, ORGANISATION, PATIENT
from pipeline.extracts.emis_codes import check_dictionary, fill_codes
from pipeline.extracts.emis_coding import CLINICAL_CODE, DRUG_CODE
from pipeline.extracts.emis_files import Delivery, find_deliveries, unused_csv_files
from pipeline.extracts.emis_layout import EMIS_TABLES, find_version
from pipeline.extracts.emis_patients import fill_patients
from pipeline.extracts.emis_practices import fill_practices
from pipeline.extracts.emis_record import OBSERVATION
from pipeline.extracts.emis_rows import UNKNOWN_CODE, fill_events, fill_prescriptions
from pipeline.extracts.emis_stage import KEYLESS, refuse_empty, stage_table
from pipeline.extracts.model import Extract, Notes

FORMAT = "EMIS Web bulk extract"

_NEVER_CARRIED = (
    "How long a fit note lasts is not coded in an EMIS bulk extract.",
    "A single cancelled issue is not marked: it is either deleted or looks like any other issue.",
    "Only the latest registration of each patient is carried, not those before it.",
    "Consent to text messages is not carried: a mobile number is no consent.",
    "The National Data Opt-out is not carried.",
)
_MUST_HAVE_ROWS = (PATIENT, ORGANISATION, OBSERVATION, CLINICAL_CODE)


def read_emis(folder: Path, con: duckdb.DuckDBPyConnection, work: Path) -> Extract:
    """Fill the canonical tables, which must exist and be empty."""
    deliveries = find_deliveries(folder)
    notes = Notes(lacks=list(_NEVER_CARRIED))
    _check_files(folder, deliveries, notes)
    opened = {table.name: stage_table(con, table, deliveries.get(table.name, []), work, notes) for table in EMIS_TABLES}
    _check_stages(con, opened, notes)
    fill_practices(con, [each for some in deliveries.values() for each in some], notes)
    fill_patients(con, notes)
    fill_codes(con)
    fill_events(con, notes)
    fill_prescriptions(con, notes)
    _refuse_torn_files(opened, notes)
    for table in (*(each.stage for each in EMIS_TABLES), "emis_practice", "emis_person", "emis_hidden"):
        con.execute(f"DROP TABLE {table}")
    return notes.close(FORMAT, find_version({name: files[-1].names for name, files in opened.items() if files}))


def _check_files(folder: Path, deliveries: dict[str, list[Delivery]], notes: Notes) -> None:
    """Raises ExtractError for required files that are not there; the others are named as losses."""
    missing = [table.name for table in EMIS_TABLES if not table.without and table.name not in deliveries]
    if missing:
        raise ExtractError(
            f"The EMIS extract has no file {', '.join(missing)}. All files of an extract must lie in one folder; "
            "if they do, ask the supplier for the missing ones."
        )
    for table in EMIS_TABLES:
        if table.without and table.name not in deliveries:
            notes.lacks.append(f"There is no {table.name} file, so the extract does not say {table.without}.")
    unused = unused_csv_files(folder)
    if unused:
        notes.warnings.append(
            f"Not named as an EMIS table, and so not read: {len(unused)} of the CSV files in the folder."
        )


def _check_stages(con: duckdb.DuckDBPyConnection, opened: dict[str, list[OpenCsv]], notes: Notes) -> None:
    """Refuse what is empty or damaged; name what a missing optional column loses."""
    for table in _MUST_HAVE_ROWS:
        refuse_empty(con, table, opened[table.name][-1].file.name)
    for table in (CLINICAL_CODE, DRUG_CODE):
        check_dictionary(con, table, opened[table.name][-1].file.name)
    for table in EMIS_TABLES:
        for column, loss in table.losses.items():
            if any(column not in each.source.places for each in opened[table.name]):
                notes.lacks.append(f"{table.name} has no column {column}, so the extract does not say {loss}.")
    if keyless := notes.left_out[KEYLESS]:
        notes.warnings.append(f"{keyless} rows name no key or no practice and were not used, deletions among them too.")


def _refuse_torn_files(opened: dict[str, list[OpenCsv]], notes: Notes) -> None:
    """A few lost lines are forgiven, but not where they may say what a code means or that a practice withdrew."""
    for table, what in ((CLINICAL_CODE, "observations"), (DRUG_CODE, "issues")):
        unknown = notes.left_out[f"{what}: {UNKNOWN_CODE}"]
        refuse_torn_dictionary(table.name, _lost_lines(opened[table.name]), unknown)
    if _lost_lines(opened[AGREEMENT.name]):
        raise ExtractError(
            f"{AGREEMENT.name}: lines cannot be read that may say a practice has withdrawn. Ask for the file again."
        )


def _lost_lines(files: list[OpenCsv]) -> int:
    return sum(each.file.rejected for each in files)
