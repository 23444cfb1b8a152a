"""Reads an extract, whatever its format, into the canonical tables."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.emis import read_emis
from pipeline.extracts.emis_files import find_deliveries
from pipeline.extracts.model import Extract
from pipeline.extracts.plain import read_plain
from pipeline.extracts.plain_files import find_tables
from pipeline.tables import TABLES


def read_extract(folder: Path, con: duckdb.DuckDBPyConnection, work: Path) -> Extract:
    """Create and fill every canonical table in `con` from the files in `folder`.

    `work` is an existing private folder for temporary files, which the caller removes: they hold patients' data.
    Raises ExtractError where the files cannot be read or must not be believed.
    """
    if not folder.is_dir():
        raise ExtractError("The extract must be a folder that holds the supplier's files.")
    is_emis, is_plain = bool(find_deliveries(folder)), "patient" in find_tables(folder)
    if is_emis == is_plain:
        raise ExtractError(_not_known(folder, is_emis))
    for table in TABLES:
        con.execute(table.create_sql())
    try:
        return read_emis(folder, con, work) if is_emis else read_plain(folder, con, work)
    except OSError as error:
        raise _refused(folder, error) from None


def _refused(folder: Path, error: OSError) -> Exception:
    """A sentence where a file of the extract could not be read; any other error, such as a full disk, as it is."""
    file = Path(str(error.filename))
    if file.parent != folder:
        return error
    return ExtractError(f"{file.name} cannot be read: {error.strerror}. Close it elsewhere, or ask who owns the file.")


def _not_known(folder: Path, is_both: bool) -> str:
    """What was looked for and what was found, by kind of file: a name might be a patient's."""
    if is_both:
        return "The folder holds both EMIS files and canonical tables (patient.csv or .parquet). Keep one of them."
    kinds = Counter(path.suffix.lower() or "no ending" for path in folder.iterdir() if path.is_file())
    found = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no files"
    hint = " Files ending in .gpg are still encrypted: decrypt them first." if ".gpg" in kinds else ""
    return (
        "The folder holds no extract we can read. Looked for EMIS bulk files (such as Admin_Patient.csv or "
        f"291_Admin_Patient_20261120013000_<agreement>.csv) and canonical tables (patient.csv or patient.parquet); "
        f"found {found}.{hint}"
    )
