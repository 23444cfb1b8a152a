"""Finds out what a folder of files is, and reads its deliveries, whatever their format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts import emis, emis_files, plain
from pipeline.extracts.model import Delivery, Earlier, Extract, Notes
from pipeline.tables import REJECT, SOURCE_FILE

_Reader = Callable[[Delivery, duckdb.DuckDBPyConnection, Path, Notes, Earlier | None], Extract]


@dataclass(frozen=True)
class Folder:
    """A folder of one supplier's files: its deliveries in the order they apply, and what is odd about the folder."""

    path: Path
    deliveries: tuple[Delivery, ...]
    warnings: tuple[str, ...]
    reader: _Reader


def open_folder(path: Path) -> Folder:
    """Look what lies there. Raises ExtractError where it is nothing, or two things."""
    if not path.is_dir():
        raise ExtractError("The extract must be a folder that holds the supplier's files.")
    from_emis, from_plain = emis_files.find_deliveries(path), plain.find_delivery(path)
    if bool(from_emis) == bool(from_plain):
        raise ExtractError(_not_known(path, bool(from_emis)))
    if from_plain:
        return Folder(path, tuple(from_plain), (), plain.read_plain)
    unused = len(emis_files.unused_csv_files(path))
    odd = (f"Not named as an EMIS table, and so not read: {unused} of the CSV files in the folder.",) if unused else ()
    return Folder(path, tuple(from_emis), odd, emis.read_emis)


def read_delivery(
    folder: Folder,
    delivery: Delivery,
    con: duckdb.DuckDBPyConnection,
    work: Path,
    first_file: int = 1,
    earlier: Earlier | None = None,
) -> Extract:
    """Offer one delivery in `con` as the views of `pipeline.delivered`, beside the tables `source_file` and `reject`.

    `work` is an existing private folder for temporary files, which the caller removes: they hold patients' data.
    `first_file`: the number of its first file. `earlier`: what came of its feed before it, None if it begins.
    Raises ExtractError where the files cannot be read or must not be believed.
    """
    con.execute(SOURCE_FILE.create_sql())
    con.execute(REJECT.create_sql())
    try:
        return folder.reader(delivery, con, work, Notes(first_file), earlier)
    except OSError as error:
        raise _refused(folder.path, error) from None


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
