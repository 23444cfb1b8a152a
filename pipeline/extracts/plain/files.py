"""Which files of a folder are canonical tables, as CSV or Parquet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.extracts.file_names import PART, group_by_table, in_parts
from pipeline.extracts.model import Delivery, whole
from pipeline.tables import PATIENT, TABLES

_FORMS = (".csv", ".parquet")
NAMES = tuple(table.name for table in TABLES if table.name != "reject")
# `event.csv`, or a part of it: `event_2.csv`, `event-part-0001.parquet`.
_NAME = re.compile(rf"(?P<table>{'|'.join(sorted(NAMES, key=len, reverse=True))}){PART}", re.IGNORECASE)


def find_deliveries(folder: Path) -> list[Delivery]:
    """The folder's tables as one delivery; an empty list if there is no patient table."""
    found = group_by_table(sorted(folder.iterdir()), table_of)
    return [whole(path for paths in found.values() for path in paths)] if PATIENT.name in found else []


def files_by_table(files: Iterable[Path]) -> dict[str, list[Path]]:
    """The files named after a canonical table, by table, parts in order. Raises ExtractError where one is missing."""
    found = group_by_table(sorted(files), table_of)
    return {table: in_parts(paths) for table, paths in found.items()}


def table_of(path: Path) -> str | None:
    """The table that a file is named after."""
    match = _NAME.fullmatch(path.stem) if path.suffix.lower() in _FORMS else None
    return match["table"].lower() if match else None
