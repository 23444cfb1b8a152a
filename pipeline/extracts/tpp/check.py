"""Refuses a damaged or incomplete TPP extract, and notes what it cannot say."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.damage import check_staged_ids
from pipeline.extracts.csv.open import OpenCsv
from pipeline.extracts.gaps import no_table
from pipeline.extracts.model import Delivery, Earlier, Notes
from pipeline.extracts.staging import refuse_empty, say_missing_columns
from pipeline.extracts.tpp.files import table_of
from pipeline.extracts.tpp.gaps import GAPS
from pipeline.extracts.tpp.manifest import Manifest
from pipeline.extracts.tpp.tables import OWNED_TABLES, TABLES
from pipeline.extracts.tpp.tables_coding import CTV3, TO_SNOMED
from pipeline.extracts.tpp.tables_people import PATIENT, REGISTRATION
from pipeline.extracts.tpp.tables_record import CODE, MEDICATION
from pipeline.tables import PRACTICE_ID

_IDS = (
    (CODE, "snomed", "SNOMEDCode"),
    (MEDICATION, "dmd", "IDMultiLexDMD"),
    (TO_SNOMED, "snomed", "SnomedCode"),
)
_NAMES_A_CODE = ((CODE, ("CTV3Code", "SNOMEDCode")), (MEDICATION, ("IDMultiLexDMD", "NameOfMedication")))


def check_files(
    delivery: Delivery, tables: set[str], manifest: Manifest | None, earlier: Earlier | None, notes: Notes
) -> None:
    """Raises ExtractError if a required file is missing; notes a gap for each other file that is.

    A table of patients' rows that came before must come again, even if empty: otherwise a lost file would look
    like a quiet night. A table of codes or names comes only when it changes.
    """
    came = {table_of(Path(name)) for name in (earlier.files if earlier else ())}
    absent = [table for table in TABLES if table.name not in tables]
    listed = {table.name for table in absent if table.name.lower() in (manifest or {})}
    again = {table.name for table in absent if table.name in came and not table.is_reference}
    missing = [each.name for each in absent if not each.without or each.name in listed | again]
    if missing:
        which = f"Delivery {delivery.number} of the TPP extract" if delivery.first else "The TPP extract"
        raise ExtractError(
            f"{which} has no file {', '.join(missing)}. Put all files of a delivery in one folder, even those "
            "without rows; if they are all there, ask for the tables to be added to the extract."
        )
    for table in absent:
        if earlier is None or not table.is_reference:
            notes.gaps.extend(no_table(f"{table.name} file", lost) for lost in table.without)


def check_stages(con: duckdb.DuckDBPyConnection, opened: dict[str, OpenCsv], notes: Notes, is_first: bool) -> None:
    """Refuse damaged tables, and empty ones in a full extract; note the gaps."""
    for table, columns in _NAMES_A_CODE:
        if not any(column in opened[table.name].relation.places for column in columns):
            raise ExtractError(
                f"{opened[table.name].file.name} has neither the column {' nor '.join(columns)}. Ask for one of them."
            )
    for table in (PATIENT, REGISTRATION, CODE) if is_first else ():
        refuse_empty(con, table.stage, opened[table.name].file.name, "deleted = 0")
    for table, staged, column in _IDS:
        if table.name in opened:
            check_staged_ids(con, table.stage, staged, opened[table.name].file.name, column)
    _refuse_odd_practices(con)
    _refuse_undated(con)
    notes.gaps.extend(GAPS)
    for table in TABLES:
        files = [opened[table.name]] if table.name in opened else []
        say_missing_columns(table.name, table.losses, files, notes)


def warn_of_kind(
    con: duckdb.DuckDBPyConnection,
    opened: dict[str, OpenCsv],
    says_changes: bool | None,
    earlier: Earlier | None,
    in_passing: bool,
    notes: Notes,
) -> None:
    """Warn where the delivery is not read as what it says it is, or cannot show everything that has changed.

    `says_changes`: whether the manifest says that it holds changes; None if there is no manifest.
    """
    warn = notes.warnings.append
    if says_changes is None:
        warn("There is no SRManifest.csv. It is the last file of a delivery, so others may be missing too.")
    if says_changes and not earlier:
        warn(
            "SRManifest.csv says that this delivery holds changes, but it is the first one here and was read as a full "
            "extract: anything that has not changed may be missing. Check that it holds all patients."
        )
    if earlier and says_changes is False:
        warn(
            "SRManifest.csv calls this delivery a full extract, but it was applied as changes: rows that are not in "
            "it are kept. Apply it with --full to remove them."
        )
    deaf = [name for name, file in opened.items() if "RemovedData" not in file.relation.places]
    unmarked = [table.name for table in OWNED_TABLES if table.name in deaf]
    if earlier and unmarked:
        warn(
            f"No column RemovedData in {', '.join(unmarked)}: rows that were removed are still here. Apply full "
            "extracts with --full instead of changes."
        )
    if in_passing and (rows := _count_dictionary(con)):
        warn(
            f"{rows} rows give the names of codes, or codes they correspond to. For codes already known, only "
            "a full extract can change these."
        )


def _count_dictionary(con: duckdb.DuckDBPyConnection) -> int:
    stages = (CTV3.stage, TO_SNOMED.stage, "tpp_to_read2")
    counted = con.execute(f"SELECT {' + '.join(f'(SELECT count(*) FROM {stage})' for stage in stages)}").fetchone()
    return int(counted[0]) if counted else 0


def _refuse_odd_practices(con: duckdb.DuckDBPyConnection) -> None:
    """Raises ExtractError where a practice's code cannot name a folder."""
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
            "named like 20261120_0130, and no row has a DateEventRecorded. Put SRManifest.csv with the files."
        )
