"""Finds out what a folder of files is, and reads its deliveries, whatever their format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError
from pipeline.extracts.aurum import read as aurum
from pipeline.extracts.emis import files as emis_files
from pipeline.extracts.emis import read as emis
from pipeline.extracts.explorer import read as explorer
from pipeline.extracts.model import Delivery, Earlier, Extract, Notes
from pipeline.extracts.omop import read as omop
from pipeline.extracts.plain import read as plain
from pipeline.extracts.tpp import read as tpp
from pipeline.tables import REJECT, SOURCE_FILE

_Reader = Callable[[Delivery, duckdb.DuckDBPyConnection, Path, Notes, Earlier | None], Extract]


@dataclass(frozen=True)
class Format:
    """How one supplier's files are found and read. `looks`: what people see of them."""

    looks: str
    find: Callable[[Path], list[Delivery]]
    read: _Reader
    unused: Callable[[Path], list[str]] = lambda _: []


FORMATS = (
    Format(
        "EMIS bulk files (such as Admin_Patient.csv or 291_Admin_Patient_20261120013000_<agreement>.csv)",
        emis_files.find_deliveries,
        emis.read_emis,
        emis_files.unused_csv_files,
    ),
    Format("canonical tables (patient.csv or patient.parquet)", plain.find_delivery, plain.read_plain),
    Format(
        "EMIS-X Explorer exports (patient.csv and observation.csv)", explorer.find_deliveries, explorer.read_explorer
    ),
    Format("OMOP CDM tables (person and observation_period)", omop.find_deliveries, omop.read_omop),
    Format("TPP SystmOne files (SRPatient.csv and SRCode.csv)", tpp.find_deliveries, tpp.read_tpp),
    Format("CPRD Aurum files (such as study_Extract_Patient_001.txt)", aurum.find_deliveries, aurum.read_aurum),
)


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
    try:
        found = [(each, deliveries) for each in FORMATS if (deliveries := each.find(path))]
    except OSError as error:
        raise _refused(path, error) from None
    if len(found) != 1:
        raise ExtractError(_not_known(path, [each.looks for each, _ in found]))
    (its, deliveries) = found[0]
    _refuse_no_files(deliveries)
    unused = len(its.unused(path))
    odd = (f"Not named as a table of this format, and so not read: {unused} of the CSV files in the folder.",)
    return Folder(path, tuple(deliveries), odd if unused else (), its.read)


def read_delivery(
    folder: Folder,
    delivery: Delivery,
    con: duckdb.DuckDBPyConnection,
    work: Path,
    first_file: int = 1,
    earlier: Earlier | None = None,
) -> Extract:
    """Offer one delivery in `con` as the views of `delivery_tables`, beside the tables `source_file` and `reject`.

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


def _refuse_no_files(deliveries: list[Delivery]) -> None:
    """A pipe would be waited for without end."""
    for path in (path for delivery in deliveries for path in delivery.files):
        if path.exists() and not path.is_file():
            raise ExtractError(f"{path.name} is no file, but a folder, a pipe or a device. Put the file in its place.")


def _refused(folder: Path, error: OSError) -> Exception:
    """A sentence where a file of the extract could not be read; any other error, such as a full disk, as it is."""
    file = Path(str(error.filename))
    if folder not in file.parents:
        return error
    return ExtractError(f"{file.name} cannot be read: {error.strerror}. Close it elsewhere, or ask who owns the file.")


def _not_known(folder: Path, found: list[str]) -> str:
    """What was looked for and what was found, by kind of file: a name might be a patient's."""
    if found:
        return f"The folder holds two extracts: {' and '.join(found)}. Keep one of them."
    kinds = Counter(path.suffix.lower() or "no ending" for path in folder.iterdir() if path.is_file())
    here = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no files"
    hint = " Files ending in .gpg are still encrypted: decrypt them first." if ".gpg" in kinds else ""
    looked = " and ".join(each.looks for each in FORMATS)
    return f"The folder holds no extract we can read. Looked for {looked}; found {here}.{hint}"
