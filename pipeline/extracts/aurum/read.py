"""Reads a CPRD Aurum extract: a research copy of EMIS records under pseudonyms. The order of work."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.aurum.check import count_rows_left, note_oddities, refuse_damage, refuse_undated
from pipeline.extracts.aurum.codes import (
    LOOKUPS,
    MEDICAL,
    MEDICAL_NUMBER,
    PRODUCT,
    PRODUCT_NUMBER,
)
from pipeline.extracts.aurum.deliver import deliver, note_seen
from pipeline.extracts.aurum.files import count_unused, files_by_table, find_build
from pipeline.extracts.aurum.files import find_deliveries as find_deliveries
from pipeline.extracts.aurum.stage import KEYLESS, refuse_empty, stage_lookup, stage_table
from pipeline.extracts.aurum.tables import ISSUE, OBSERVATION, PATIENT, PRACTICE
from pipeline.extracts.csv.open import OpenCsv
from pipeline.extracts.gaps import Gap, Topic, no_column, no_table
from pipeline.extracts.model import Delivery, Earlier, Extract, Notes, Nouns

FORMAT = "CPRD Aurum"
NOUNS = Nouns("observations", "issues", "patients", tells_codes=True)
PSEUDONYMISED = "The patients of a CPRD extract are pseudonyms: it does not know who anybody is."

_NEVER_CARRIED = (
    Gap(Topic.NAME, "Who the patients are is not carried: they have no names, and numbers of CPRD's own."),
    Gap(Topic.NHS_NUMBER, "NHS numbers are not carried: one person registered at two practices is two patients here."),
    Gap(Topic.CONTACT, "Addresses, telephone numbers and consent to text messages are not carried."),
    Gap(
        Topic.BIRTH_DAY,
        "Only the year of birth is carried (of children the month too), so ages are known to within a year.",
    ),
    Gap(Topic.OPT_OUT, "People who object to their records leaving the practice (type 1) are not in the extract."),
    Gap(Topic.OPT_OUT, "The National Data Opt-out is not carried."),
    Gap(Topic.TEST_PATIENT, "Of test patients only those of the type dummy are marked."),
    Gap(Topic.CONFIDENTIAL, "Which consultations and rows are confidential is not carried."),
    Gap(Topic.RESTRICTED, "Whose record is restricted is not carried."),
    Gap(
        Topic.PRECISION,
        "A date known only to the month or year looks like any other, and is taken for the day written.",
    ),
    Gap(
        Topic.KIND,
        "Whether a prescription is acute, repeat or issued elsewhere is not carried: only which issues make a course.",
    ),
    Gap(Topic.CANCELLED, "Which issues were cancelled is not carried."),
    Gap(
        Topic.HIERARCHY,
        "The hierarchy of codes is not carried: a list entry with its children finds only itself (Read codes still "
        "find their own).",
    ),
    Gap(Topic.NOTE_LENGTH, "How long a fit note lasts is not carried."),
    Gap(Topic.CARE_HOME, "Who lives in a care home is not carried."),
    Gap(Topic.OTHER, "The name of the usual GP is not carried."),
)
_TABLES = (PATIENT, PRACTICE, OBSERVATION, ISSUE, MEDICAL, PRODUCT)


def read_aurum(
    delivery: Delivery, con: duckdb.DuckDBPyConnection, work: Path, notes: Notes, earlier: Earlier | None
) -> Extract:
    """Offer the extract as the views of `delivery_tables`. Tables `source_file` and `reject` must exist.

    Raises ExtractError where something came `earlier`: each extract is whole, and says nothing of what is gone.
    """
    if earlier:
        raise ExtractError("A CPRD Aurum extract is always a whole one: build a new store from it.")
    files = files_by_table(delivery)
    _check_files(files, notes)
    opened = {table.name: stage_table(con, table, files.get(table.name.lower(), []), work, notes) for table in _TABLES}
    for table in LOOKUPS:
        stage_lookup(con, table, files.get(table.name.lower(), []), work, notes)
    _check_stages(con, opened, notes)
    note_seen(con, delivery)
    refuse_undated(con)
    note_oddities(con, notes)
    count_rows_left(con, notes)
    deliver(con)
    _note_unused(delivery, notes)
    return notes.close(FORMAT, find_build(delivery), NOUNS, pseudonymised_because=PSEUDONYMISED)


def _check_files(files: dict[str, list[Path]], notes: Notes) -> None:
    """Raises ExtractError for files that must be there; the others are named as losses."""
    absent = [table for table in (*_TABLES, *LOOKUPS) if table.name.lower() not in files]
    missing = [table.name for table in absent if not table.without]
    if missing:
        raise ExtractError(
            f"The CPRD Aurum extract has no file {', '.join(missing)}. All its files must lie in one folder or its "
            "sub-folders, the dictionaries of its own build (CPRD's lookups) among them."
        )
    notes.gaps.extend(_NEVER_CARRIED)
    for table in absent:
        notes.gaps.extend(no_table(f"{table.name} file", lost) for lost in table.without)


def _check_stages(con: duckdb.DuckDBPyConnection, opened: dict[str, list[OpenCsv]], notes: Notes) -> None:
    """Refuse what is empty or damaged; name what a missing optional column loses."""
    for table in (PATIENT, OBSERVATION, MEDICAL):
        refuse_empty(con, table, opened[table.name][-1].file.name)
    refuse_damage(con, {name: files[-1].file.name for name, files in opened.items() if files})
    for number, table in ((MEDICAL_NUMBER, MEDICAL), (PRODUCT_NUMBER, PRODUCT)):
        if lost := sum(each.file.rejected for each in opened[table.name]):
            notes.torn[number] = (table.name, lost)
    for table in _TABLES:
        for column, loss in table.losses.items():
            if any(column not in each.source.places for each in opened[table.name]):
                notes.gaps.append(no_column(table.name, column, loss))
    if keyless := notes.left_out[KEYLESS]:
        notes.warnings.append(f"{keyless} rows name no key or no patient and were not used.")


def _note_unused(delivery: Delivery, notes: Notes) -> None:
    if unused := count_unused(delivery):
        notes.warnings.append(f"Not named as a CPRD Aurum table, and so not read: {unused} of the text files.")
