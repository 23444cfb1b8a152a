"""Which files of a folder make up an OMOP database: files for each table, one DuckDB file, or both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ExtractError
from pipeline.extracts.file_names import group_by_table
from pipeline.extracts.model import Delivery, whole
from pipeline.extracts.omop.tables import TABLES
from pipeline.extracts.omop.tables_people import PERSON

_NAMES = "|".join(sorted((table.name for table in TABLES), key=len, reverse=True))
# `observation.csv`, or a part of it: `observation_02.csv`, `observation-part-0001.parquet`.
_NAME = re.compile(rf"(?P<table>{_NAMES})(?:[_.-](?:part[_.-]?)?\d+)?\.(?:csv|tsv|txt|parquet)", re.IGNORECASE)
_DATABASE = (".duckdb", ".ddb", ".db")
_MAGIC = b"DUCK"  # after eight bytes of checksum
_LONGEST_HEADER = 1_000_000


@dataclass(frozen=True)
class OmopFiles:
    """`tables`: the files of each table, its parts in order. `database`: the one DuckDB file, if there is one."""

    tables: dict[str, list[Path]]
    database: Path | None


def find_deliveries(folder: Path) -> list[Delivery]:
    """The folder's files as one delivery; an empty list if it holds no `person` table of OMOP's and no DuckDB file."""
    files = tuple(path for path in sorted(folder.iterdir()) if table_of(path) or _is_database(path))
    if not any(_is_person(path) or _is_database(path) for path in files):
        return []
    return [whole(files)]


def files_by_table(delivery: Delivery) -> OmopFiles:
    """The delivery's files by table. Raises ExtractError if a table is there twice, or the database is still in use."""
    tables = group_by_table(delivery.files, table_of)
    databases = [path for path in delivery.files if not table_of(path)]
    for name, paths in tables.items():
        if len({path.suffix.lower() == ".parquet" for path in paths}) > 1:
            raise ExtractError(f"The folder holds {name} both as text and as .parquet. Keep one of them.")
        if len({path.stem.lower() for path in paths}) < len(paths):
            raise ExtractError(f"The folder holds {paths[0].stem} more than once. Keep one of them.")
    if len(databases) > 1:
        raise ExtractError("The folder holds more than one DuckDB file. Keep one of them.")
    for path in databases:
        if path.with_name(f"{path.name}.wal").exists():
            raise ExtractError(f"{path.name} was not closed: a .wal file is next to it. Close it, then copy it again.")
    return OmopFiles(tables, databases[0] if databases else None)


def table_of(path: Path) -> str | None:
    """The table that a file is named after."""
    match = _NAME.fullmatch(path.name)
    return match["table"].lower() if match else None


def _is_person(path: Path) -> bool:
    """Another format's file of this name has other columns. An empty one counts as ours, so that it is refused."""
    if table_of(path) != PERSON.name or not path.is_file():
        return False
    if path.suffix.lower() == ".parquet":
        return True
    with path.open("rb") as file:
        header = file.readline(_LONGEST_HEADER).lower()
    return not header or (b"person_id" in header and (b"gender_concept_id" in header or b"year_of_birth" in header))


def _is_database(path: Path) -> bool:
    if path.suffix.lower() not in _DATABASE or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(12)[8:] == _MAGIC
