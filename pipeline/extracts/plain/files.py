"""Which files of a folder are canonical tables, as CSV or Parquet."""

from __future__ import annotations

from pathlib import Path

from pipeline.extracts.model import Delivery, whole
from pipeline.tables import PATIENT, TABLES

_FORMS = (".csv", ".parquet")
_NAMES = {table.name for table in TABLES} - {"reject"}


def find_deliveries(folder: Path) -> list[Delivery]:
    """The folder's tables as the one delivery they are; none where there is no patient table."""
    found = find_tables(folder)
    return [whole(path for paths in found.values() for path in paths)] if PATIENT.name in found else []


def find_tables(folder: Path) -> dict[str, list[Path]]:
    """The files named after a canonical table, by table."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _FORMS and path.stem.lower() in _NAMES:
            found.setdefault(path.stem.lower(), []).append(path)
    return found
