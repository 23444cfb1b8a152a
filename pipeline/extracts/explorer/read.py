"""Reads an EMIS-X Explorer export, of the older or the current generation: the order of work.

Consultations, problems and the other models hold nothing that we use.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.explorer.codes import CLINICAL, DRUG, Dictionary, check_damage, merge_codes
from pipeline.extracts.explorer.deliver import count_national, count_rows_left, deliver
from pipeline.extracts.explorer.files import find_generation, find_parts, parts_of
from pipeline.extracts.explorer.gaps import round_births, say_gaps, say_numbers, why_pseudonymised
from pipeline.extracts.explorer.practices import find_days, place_patients, read_marks
from pipeline.extracts.explorer.stage import KEYLESS, Staged, same_patients, say_losses, stage_table
from pipeline.extracts.explorer.table import ExplorerTable
from pipeline.extracts.explorer.tables import CURRENT, NOUNS, OLDER
from pipeline.extracts.explorer.tables_coding import CLINICAL_CODE, DRUG_CODE
from pipeline.extracts.explorer.tables_people import PEOPLE
from pipeline.extracts.explorer.tables_record import DRUG_RECORD, ISSUE, OBSERVATION
from pipeline.extracts.file_names import SYNTHETIC_TRUTH
from pipeline.extracts.model import Delivery, Earlier, Notes, Variant
from pipeline.extracts.staging import refuse_empty

_MUST_HAVE_ROWS = (PEOPLE, OBSERVATION)


def read(
    delivery: Delivery, con: duckdb.DuckDBPyConnection, work: Path, notes: Notes, earlier: Earlier | None
) -> Variant:
    """Read the files into the views of `delivery_tables`. An export is always whole, so nothing came `earlier`."""
    folder = delivery.files[0].parent
    is_older = find_generation(find_parts(folder)) == "older"
    staged = _stage(con, folder, is_older, work, notes)
    _check(con, staged, notes)
    place_patients(con, notes)
    find_days(con, notes)
    people, observations = staged[PEOPLE.stage], staged[OBSERVATION.stage]
    if is_older:
        read_marks(con, "regular" in observations.chosen, notes)
    say_gaps(people, observations, is_older, notes)
    round_births(con, is_older, notes)
    say_numbers(con, notes)
    _merge(con, is_older)
    count_rows_left(con, is_older, notes)
    count_national(con, notes)
    marks = {word for each in (people, observations, staged[ISSUE.stage]) for word in each.chosen}
    deliver(con, is_older, marks, notes)
    nouns = replace(NOUNS, prescription="medication courses") if is_older else NOUNS
    return Variant(_version(people, is_older), nouns, why_pseudonymised(con))


def _stage(con: duckdb.DuckDBPyConnection, folder: Path, is_older: bool, work: Path, notes: Notes) -> dict[str, Staged]:
    """Every table of the generation, by the name of its stage; a missing one is empty."""
    parts = find_parts(folder)
    staged: dict[str, Staged] = {}
    for table in OLDER if is_older else CURRENT:
        paths = parts_of(table, parts) if any(name in parts for name in table.names) else []
        if not paths and not _can_spare(table, is_older):
            raise ExtractError(
                f"The EMIS-X Explorer export has no file {' or '.join(f'{name}.csv' for name in table.names)}. Put "
                "all tables of an export in one folder; if they are all there, ask for the missing one."
            )
        own = same_patients(table, staged[PEOPLE.stage]) if "patient" in table.words else table
        staged[table.stage] = stage_table(con, own, paths, work, notes)
        if len(paths) > 1:
            notes.warnings.append(
                f"{paths[0].name} came in {len(paths)} parts. Nothing in them shows which is the last: check that none "
                "is missing."
            )
    for table in {each.stage: each for each in CURRENT if each.stage not in staged}.values():
        stage_table(con, table, [], work, notes)
    _say_unread(folder, staged, notes)
    return staged


def _can_spare(table: ExplorerTable, is_older: bool) -> bool:
    """Whether a table may be missing. Older rows carry their own codes; current issues repeat what courses say."""
    return table is DRUG_RECORD or (is_older and table is CLINICAL_CODE)


def _check(con: duckdb.DuckDBPyConnection, staged: dict[str, Staged], notes: Notes) -> None:
    """Refuse empty or damaged tables; note a gap for each missing column or table."""
    for table in _MUST_HAVE_ROWS:
        refuse_empty(con, table.stage, staged[table.stage].name)
    for each in staged.values():
        if each.files:
            check_damage(con, each)
        if each.files or each.table.without:
            say_losses(each, notes)
    for number, table in ((CLINICAL, CLINICAL_CODE), (DRUG, DRUG_CODE)):
        if table.stage in staged and staged[table.stage].lost_lines:
            notes.torn[number] = (staged[table.stage].name, staged[table.stage].lost_lines)
    if keyless := notes.left_out[KEYLESS]:
        notes.warnings.append(f"{keyless} rows have no key, and were not used.")


def _merge(con: duckdb.DuckDBPyConnection, is_older: bool) -> None:
    """The codes of both dictionaries. The older generation has no dictionary of medicines: its rows name them."""
    merge_codes(con, Dictionary(CLINICAL, CLINICAL_CODE.stage, (OBSERVATION.stage,)))
    merge_codes(con, Dictionary(DRUG, DRUG_CODE.stage, (ISSUE.stage,), by_name=is_older))


def _say_unread(folder: Path, staged: dict[str, Staged], notes: Notes) -> None:
    read = {each.file.name for table in staged.values() for each in table.files}
    unread = {path.name for path in folder.glob("*.csv")} - read - {SYNTHETIC_TRUTH}
    if unread:
        notes.warnings.append(f"{len(unread)} of the CSV files in the folder are not needed and were not read.")


def _version(people: Staged, is_older: bool) -> str:
    if is_older:
        return "older tables, medicines by course"
    return "current models" if people.chosen["key"].endswith("patient_id") else "current models for Recruit"
