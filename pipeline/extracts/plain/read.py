"""Reads the canonical tables as CSV or Parquet, for suppliers whose format we do not know.

A folder holds `practice`, `patient`, `code`, `event` and `prescription` (`.csv` or `.parquet`), and perhaps
`code_parent` and `source_file`, with the columns that `pipeline.tables` names. A wrong value in a small table stops the
reading; in `patient` it rejects the row. In an event or prescription a wrong value is emptied if the row can do without
it, because losing the row could lose the diagnosis that keeps someone off the list. All are counted.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.csv.damage import refuse_torn_dictionary
from pipeline.extracts.model import Delivery, Earlier, Notes, Variant
from pipeline.extracts.plain.deliver import deliver
from pipeline.extracts.plain.files import files_by_table
from pipeline.extracts.plain.gaps import say_tables
from pipeline.extracts.plain.references import check_people, check_practices, drop_lone_parents, refuse_repeats
from pipeline.extracts.plain.rows import ROW_KEY, UNKNOWN_CODE, fill_rows, fill_small
from pipeline.extracts.plain.stage import stage_plain
from pipeline.extracts.sql.repeated_keys import keep_all
from pipeline.tables import CODE, CODE_PARENT, EVENT, PATIENT, PRACTICE, PRESCRIPTION, REJECT, SOURCE_FILE, TABLES

_NEEDED = (PRACTICE, PATIENT, CODE, EVENT, PRESCRIPTION)
_SMALL = (PRACTICE, CODE, CODE_PARENT, SOURCE_FILE, PATIENT)


def read(
    delivery: Delivery, con: duckdb.DuckDBPyConnection, work: Path, notes: Notes, earlier: Earlier | None
) -> Variant:
    """Read the tables into the views of `delivery_tables`. They are always whole, so nothing came `earlier`."""
    files = _in_one_form(files_by_table(delivery.files))
    say_tables(set(files), notes)
    for table in TABLES:
        if table not in (SOURCE_FILE, REJECT):
            con.execute(table.create_sql())
    for table in (EVENT, PRESCRIPTION):
        con.execute(f"ALTER TABLE {table.name} ADD COLUMN keyed_in VARCHAR")
    for table in _SMALL:
        for path in files.get(table.name, []):
            staged = stage_plain(con, table, path, work, notes)
            fill_small(con, staged, notes, may_reject=table is PATIENT)
            refuse_repeats(con, staged, notes)
    check_practices(con, files[PRACTICE.name][0].name)
    check_people(con, files[PATIENT.name][0].name, notes)
    drop_lone_parents(con, notes)
    for table in (EVENT, PRESCRIPTION):
        for path in files[table.name]:
            staged = stage_plain(con, table, path, work, notes)
            fill_rows(con, staged, SOURCE_FILE.name in files, notes)
        keep_all(con, table.name, ROW_KEY, table.name, notes)
    con.execute("DROP TABLE plain_rows")
    for path in files[CODE.name]:
        _refuse_torn_codes(path.name, notes)
    deliver(con)
    return Variant("1")


def _refuse_torn_codes(file: str, notes: Notes) -> None:
    unknown = sum(notes.left_out[f"{table.name}: {UNKNOWN_CODE}"] for table in (EVENT, PRESCRIPTION))
    refuse_torn_dictionary(file, sum(each.rejected for each in notes.files if each.name == file), unknown)


def _in_one_form(found: dict[str, list[Path]]) -> dict[str, list[Path]]:
    missing = [table.name for table in _NEEDED if table.name not in found]
    if missing:
        raise ExtractError(f"The folder has no {', '.join(missing)} table: write it as .csv or .parquet.")
    twice = [name for name, paths in found.items() if len({path.suffix.lower() for path in paths}) > 1]
    if twice:
        raise ExtractError(f"The folder holds {', '.join(twice)} both as .csv and as .parquet. Keep one of them.")
    return found
