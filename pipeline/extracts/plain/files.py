"""Which files of a folder are canonical tables, as CSV or Parquet."""

from __future__ import annotations

from pathlib import Path

from pipeline.extracts.file_names import group_by_table
from pipeline.extracts.model import Delivery, whole
from pipeline.tables import PATIENT, TABLES

_FORMS = (".csv", ".parquet")
_NAMES = {table.name for table in TABLES} - {"reject"}


def find_deliveries(folder: Path) -> list[Delivery]:
    """The folder's tables as one delivery; an empty list if there is no patient table."""
    found = files_by_table(folder)
    return [whole(path for paths in found.values() for path in paths)] if PATIENT.name in found else []


def files_by_table(folder: Path) -> dict[str, list[Path]]:
    """The files named after a canonical table, by table."""
    return group_by_table(sorted(folder.iterdir()), table_of)


def table_of(path: Path) -> str | None:
    """The table that a file is named after."""
    named = path.suffix.lower() in _FORMS and path.stem.lower() in _NAMES
    return path.stem.lower() if named else None
