"""What a TPP extract is refused for, and what it cannot say."""

from __future__ import annotations

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.damage import check_staged_ids
from pipeline.extracts.csv.open import OpenCsv
from pipeline.extracts.gaps import Lost, Topic, no_column, no_table
from pipeline.extracts.model import Delivery, Earlier, Notes
from pipeline.extracts.tpp.files import tables_of
from pipeline.extracts.tpp.manifest import Manifest
from pipeline.extracts.tpp.stage import refuse_empty
from pipeline.extracts.tpp.table import TppTable
from pipeline.extracts.tpp.tables_coding import CTV3, TO_SNOMED
from pipeline.extracts.tpp.tables_people import PATIENT, REGISTRATION
from pipeline.extracts.tpp.tables_record import CODE, MEDICATION
from pipeline.extracts.tpp.versions import OWNED_TABLES, TPP_TABLES
from pipeline.tables import PRACTICE_ID

_NEVER_CARRIED = (
    (Topic.CONFIDENTIAL, "Which rows are confidential is not carried: such a row helps to include like any other."),
    (Topic.RESTRICTED, "Whose record is restricted or address-protected is not carried."),
    (Topic.CANCELLED, "A cancelled issue is not marked: it is either removed or looks like any other issue."),
    (Topic.PRECISION, "A date known only to the month or year looks like any other, and is taken for the day written."),
    (Topic.CARE_HOME, "Who lives in a care home is not carried."),
    (Topic.OTHER, "The name of the usual GP is not carried."),
    (Topic.NAME, "The number by which the practice finds a patient is not carried: the NHS number has to do."),
    (Topic.OPT_OUT, "The National Data Opt-out is not read."),
)
_IDS = (
    (CODE, "snomed", "SNOMEDCode"),
    (MEDICATION, "dmd", "IDMultiLexDMD"),
    (TO_SNOMED, "snomed", "SnomedCode"),
)
_NAMES_A_CODE = ((CODE, ("CTV3Code", "SNOMEDCode")), (MEDICATION, ("IDMultiLexDMD", "NameOfMedication")))


def check_files(
    delivery: Delivery, tables: set[str], manifest: Manifest | None, earlier: Earlier | None, notes: Notes
) -> None:
    """Raises ExtractError for files that must be there; the others are named as losses.

    A table of patients' rows that came before must come again, if only empty: nobody could tell a lost file from a
    quiet night. One about codes and names comes when it changes.
    """
    came = tables_of(earlier.files) if earlier else set[str]()
    absent = [table for table in TPP_TABLES if table.name not in tables]
    listed = {table.name for table in absent if table.name.lower() in (manifest or {})}
    again = {table.name for table in absent if table.name in came and not table.is_reference}
    missing = [each.name for each in absent if not each.without or each.name in listed | again]
    if missing:
        which = f"Delivery {delivery.number} of the TPP extract" if delivery.first else "The TPP extract"
        raise ExtractError(
            f"{which} has no file {', '.join(missing)}. All files of a delivery must lie in one folder, even those "
            "without a row; if they do, ask for the tables to be added to the extract."
        )
    for table in absent:
        for topic, text in table.without if earlier is None or not table.is_reference else ():
            notes.gaps.append(no_table(f"{table.name} file", Lost(topic, text)))


def check_stages(con: duckdb.DuckDBPyConnection, opened: dict[str, OpenCsv], notes: Notes, is_first: bool) -> None:
    """Refuse what is damaged, or empty in a full extract; say what is not carried."""
    for table, columns in _NAMES_A_CODE:
        if not any(column in opened[table.name].source.places for column in columns):
            raise ExtractError(f"{opened[table.name].file.name}: neither column {' nor '.join(columns)} is there.")
    for table in (PATIENT, REGISTRATION, CODE) if is_first else ():
        refuse_empty(con, table, opened[table.name].file.name)
    for table, staged, column in _IDS:
        if table.name in opened:
            check_staged_ids(con, table.stage, staged, opened[table.name].file.name, column)
    _refuse_odd_practices(con)
    _refuse_undated(con)
    for topic, text in _NEVER_CARRIED:
        notes.gap(topic, text)
    for table in TPP_TABLES:
        _say_losses(table, opened, notes)


def warn_of_kind(
    con: duckdb.DuckDBPyConnection,
    opened: dict[str, OpenCsv],
    says_changes: bool | None,
    earlier: Earlier | None,
    in_passing: bool,
    notes: Notes,
) -> None:
    """Where the delivery is taken for something other than it says, or cannot say all of what has changed.

    `says_changes`: whether the manifest calls it changes; None where there is no manifest.
    """
    warn = notes.warnings.append
    if says_changes is None:
        warn("There is no SRManifest.csv, which comes last of a delivery's files: more of them may be missing.")
    if says_changes and not earlier:
        warn(
            "SRManifest.csv calls this delivery changes, but it is the first one here and was taken for a full "
            "extract: what has not changed since may be missing. Check that it holds all patients."
        )
    if earlier and says_changes is False:
        warn(
            "SRManifest.csv calls this delivery a full extract, but it was applied as changes: rows that are not in "
            "it stay. Apply it with --full to be rid of them."
        )
    deaf = [name for name, file in opened.items() if "RemovedData" not in file.source.places]
    unmarked = [table.name for table in OWNED_TABLES if table.name in deaf]
    if earlier and unmarked:
        warn(
            f"No column RemovedData in {', '.join(unmarked)}: rows that were removed are still here. Apply full "
            "extracts with --full instead of changes."
        )
    if in_passing and (rows := _count_dictionary(con)):
        warn(
            f"{rows} rows tell what codes are called or correspond to: of codes known before, only a full extract "
            "changes that."
        )


def _count_dictionary(con: duckdb.DuckDBPyConnection) -> int:
    stages = (CTV3.stage, TO_SNOMED.stage, "tpp_to_read2")
    counted = con.execute(f"SELECT {' + '.join(f'(SELECT count(*) FROM {stage})' for stage in stages)}").fetchone()
    return int(counted[0]) if counted else 0


def _say_losses(table: TppTable, opened: dict[str, OpenCsv], notes: Notes) -> None:
    if table.name in opened:
        for column, topic, text in table.losses:
            if column not in opened[table.name].source.places:
                notes.gaps.append(no_column(table.name, column, Lost(topic, text)))


def _refuse_odd_practices(con: duckdb.DuckDBPyConnection) -> None:
    """The code of a practice names folders."""
    codes = con.execute(f"SELECT DISTINCT practice FROM {PATIENT.stage} WHERE practice IS NOT NULL").fetchall()
    if not all(PRACTICE_ID.fullmatch(code) for (code,) in codes):
        raise ExtractError(
            "SRPatient: the column IDOrganisationVisibleTo must hold the practice's ODS code, 1 to 20 letters and "
            "digits. Ask the supplier to correct it."
        )


def _refuse_undated(con: duckdb.DuckDBPyConnection) -> None:
    undated = "SELECT 1 FROM tpp_seen WHERE patients = 1 AND day IS NULL AND typed IS NULL LIMIT 1"
    if con.execute(undated).fetchone():
        raise ExtractError(
            "The TPP extract does not say when it was made: it has no SRManifest.csv with times, its folder is not "
            "named like 20261120_0130, and no row has a DateEventRecorded. Put SRManifest.csv beside the files."
        )
