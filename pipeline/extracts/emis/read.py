"""Reads one delivery of an EMIS Web bulk extract (Extract Service, IM1 bulk), full or nightly: the order of work.

CareRecord_Problem only adds details to observations that are read anyway, so it is not needed.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.open import OpenCsv
from pipeline.extracts.emis.deliver import CLINICAL, DRUG, count_rows_left, deliver, note_departures
from pipeline.extracts.emis.files import files_by_table, table_of
from pipeline.extracts.emis.gaps import GAPS
from pipeline.extracts.emis.repeats import settle_repeats
from pipeline.extracts.emis.stage import KEYLESS, stage_table
from pipeline.extracts.emis.tables import TABLES, find_version
from pipeline.extracts.emis.tables_admin import AGREEMENT, ORGANISATION, PATIENT
from pipeline.extracts.emis.tables_coding import CLINICAL_CODE, DRUG_CODE, check_dictionary
from pipeline.extracts.emis.tables_record import OBSERVATION
from pipeline.extracts.gaps import no_table
from pipeline.extracts.model import Delivery, Earlier, Notes, Variant
from pipeline.extracts.staging import refuse_empty, say_missing_columns

_MUST_HAVE_ROWS = (PATIENT, ORGANISATION, OBSERVATION, CLINICAL_CODE)


def read(
    delivery: Delivery, con: duckdb.DuckDBPyConnection, work: Path, notes: Notes, earlier: Earlier | None
) -> Variant:
    """Read the delivery's files into the views of `delivery_tables`.

    Where it overlaps what came `earlier`, only rows whose number is new are used.
    """
    files = files_by_table(delivery)
    overlaps = earlier is not None and delivery.first <= earlier.last
    numbers = range(earlier.last + 1 if earlier and overlaps else 0, delivery.last + 1)
    notes.gaps.extend(GAPS)
    _check_files(delivery, files, earlier, notes)
    opened = {table.name: stage_table(con, table, files.get(table.name, []), work, notes, numbers) for table in TABLES}
    note_departures(con)
    settle_repeats(con, delivery, notes)
    _check_stages(con, opened, notes, is_first=earlier is None)
    count_rows_left(con, notes)
    deliver(con, delivery)
    version = find_version({name: files[-1].names for name, files in opened.items() if files})
    return Variant(version)


def _check_files(delivery: Delivery, files: dict[str, list[Path]], earlier: Earlier | None, notes: Notes) -> None:
    """Raises ExtractError if a required file is missing; notes a gap for each other file that is.

    A table that came before must come again, even if empty: otherwise a lost file would look like a quiet night.
    """
    came = {table_of(Path(name)) for name in (earlier.files if earlier else ())}
    absent = [table for table in TABLES if table.name not in files]
    missing = [table.name for table in absent if not table.without or table.name in came]
    if missing:
        which = f"Delivery {delivery.number} of the EMIS extract" if delivery.first else "The EMIS extract"
        raise ExtractError(
            f"{which} has no file {', '.join(missing)}. Put all files of a delivery in one folder, even those "
            "without rows; if they are all there, ask the supplier for the missing ones."
        )
    for table in absent:
        notes.gaps.extend(no_table(f"{table.name} file", lost) for lost in table.without)


def _check_stages(
    con: duckdb.DuckDBPyConnection, opened: dict[str, list[OpenCsv]], notes: Notes, is_first: bool
) -> None:
    """Refuse damaged tables, and empty ones in a full extract; note a gap for each missing optional column."""
    for table in _MUST_HAVE_ROWS if is_first else ():
        refuse_empty(con, table.stage, opened[table.name][-1].file.name)
    for number, table in ((CLINICAL, CLINICAL_CODE), (DRUG, DRUG_CODE)):
        check_dictionary(con, table, opened[table.name][-1].file.name)
        if lost := _lost_lines(opened[table.name]):
            notes.torn[number] = (table.name, lost)
    for file in (each.file for each in opened[AGREEMENT.name] if each.file.rejected):
        raise ExtractError(
            f"{file.name}: some lines cannot be read, and may say that a practice has withdrawn. The first "
            f"is {notes.first_faults[file.name]}. Ask for the file again."
        )
    for table in TABLES:
        say_missing_columns(table.name, table.losses.items(), opened[table.name], notes)
    if keyless := notes.left_out[KEYLESS]:
        notes.warnings.append(
            f"{keyless} rows have no key or no practice, and were not used; some of them may be deletions."
        )


def _lost_lines(files: list[OpenCsv]) -> int:
    return sum(each.file.rejected for each in files)
