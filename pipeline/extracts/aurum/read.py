"""Reads a CPRD Aurum extract: a research copy of EMIS records under pseudonyms. The order of work."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.aurum.check import count_rows_left, note_oddities, refuse_damage, refuse_undated
from pipeline.extracts.aurum.deliver import deliver, note_seen
from pipeline.extracts.aurum.files import count_unused, files_by_table, find_build
from pipeline.extracts.aurum.gaps import GAPS
from pipeline.extracts.aurum.repeats import settle_repeats
from pipeline.extracts.aurum.stage import KEYLESS, stage_lookup, stage_table
from pipeline.extracts.aurum.tables import LOOKUPS, TABLES
from pipeline.extracts.aurum.tables_coding import MEDICAL, MEDICAL_NUMBER, PRODUCT, PRODUCT_NUMBER
from pipeline.extracts.aurum.tables_record import OBSERVATION, PATIENT
from pipeline.extracts.csv.open import OpenCsv
from pipeline.extracts.gaps import no_table
from pipeline.extracts.model import Delivery, Earlier, Notes, Variant
from pipeline.extracts.staging import refuse_empty, say_missing_columns


def read(
    delivery: Delivery, con: duckdb.DuckDBPyConnection, work: Path, notes: Notes, earlier: Earlier | None
) -> Variant:
    """Read the files into the views of `delivery_tables`. Each extract is whole, so nothing came `earlier`."""
    files = files_by_table(delivery)
    _check_files(files, notes)
    opened = {table.name: stage_table(con, table, files.get(table.name.lower(), []), work, notes) for table in TABLES}
    for table in LOOKUPS:
        stage_lookup(con, table, files.get(table.name.lower(), []), work, notes)
    settle_repeats(con, notes)
    _check_stages(con, opened, notes)
    note_seen(con, delivery)
    refuse_undated(con)
    note_oddities(con, notes)
    count_rows_left(con, notes)
    deliver(con)
    _note_unused(delivery, notes)
    return Variant(find_build(delivery))


def _check_files(files: dict[str, list[Path]], notes: Notes) -> None:
    """Raises ExtractError if a required file is missing; notes a gap for each other file that is."""
    absent = [table for table in (*TABLES, *LOOKUPS) if table.name.lower() not in files]
    missing = [table.name for table in absent if not table.without]
    if missing:
        raise ExtractError(
            f"The CPRD Aurum extract has no file {', '.join(missing)}. Put all its files in one folder or its "
            "sub-folders, including the dictionaries of its own build (CPRD's lookups)."
        )
    notes.gaps.extend(GAPS)
    for table in absent:
        notes.gaps.extend(no_table(f"{table.name} file", lost) for lost in table.without)


def _check_stages(con: duckdb.DuckDBPyConnection, opened: dict[str, list[OpenCsv]], notes: Notes) -> None:
    """Refuse empty or damaged tables; note a gap for each missing optional column."""
    for table in (PATIENT, OBSERVATION, MEDICAL):
        refuse_empty(con, table.stage, opened[table.name][-1].file.name)
    refuse_damage(con, {name: files[-1].file.name for name, files in opened.items() if files})
    for number, table in ((MEDICAL_NUMBER, MEDICAL), (PRODUCT_NUMBER, PRODUCT)):
        if lost := sum(each.file.rejected for each in opened[table.name]):
            notes.torn[number] = (table.name, lost)
    for table in TABLES:
        say_missing_columns(table.name, table.losses.items(), opened[table.name], notes)
    if keyless := notes.left_out[KEYLESS]:
        notes.warnings.append(f"{keyless} rows have no key or no patient, and were not used.")


def _note_unused(delivery: Delivery, notes: Notes) -> None:
    if unused := count_unused(delivery):
        notes.warnings.append(f"{unused} of the text files are not named as CPRD Aurum tables, and were not read.")
