"""Which files of a folder are tables of an EMIS-X Explorer export, and which generation of them.

Other formats also use the names `patient.csv` and `observation.csv`, so the columns of the patient file decide.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Literal

from pipeline.errors import ExtractError
from pipeline.extracts.csv.header import read_header
from pipeline.extracts.explorer.table import PATIENT_ID, REGISTRATION, ExplorerTable, Part
from pipeline.extracts.explorer.tables import CURRENT, OLDER
from pipeline.extracts.model import Delivery, whole

Generation = Literal["older", "current"]

PATIENT, OBSERVATION = "patient", "observation"
_NAME = re.compile(r"(?P<table>[a-z][a-z_]*?)(?:_(?P<part>\d{1,4}))?\.csv", re.IGNORECASE)
_CANONICAL = "person_row"  # no supplier has this column: a patient file with it is a canonical table
# Each row of the older observation file says what type its patient is and how its code was written before SNOMED.
_OF_OLDER = {"readv2_code", "emis_original_term", "regular_patient_flag", "regular_and_current_active_flag"}


def find_deliveries(folder: Path) -> list[Delivery]:
    """The folder's tables as one delivery; an empty list if its patient file is not an Explorer one."""
    parts = find_parts(folder)
    if not is_explorer(parts):
        return []
    tables = OLDER if find_generation(parts) == "older" else CURRENT
    return [whole(part.path for table in tables for name in table.names for part in parts.get(name, []))]


def find_parts(folder: Path) -> dict[str, list[Part]]:
    """The CSV files by table, parts in order. `observation.csv` is the first part, as is `observation_1.csv`."""
    found: dict[str, list[Part]] = defaultdict(list)
    for path in folder.iterdir():
        match = _NAME.fullmatch(path.name)
        if match and path.is_file():
            found[match["table"].lower()].append(Part(path, int(match["part"] or 1)))
    return {table: sorted(parts, key=lambda part: (part.number, part.path.name)) for table, parts in found.items()}


def is_explorer(parts: dict[str, list[Part]]) -> bool:
    """Whether the patient file, if there is one that can be read, has the header of an Explorer export."""
    names = _names(parts.get(PATIENT, []))
    return _CANONICAL not in names and "date_of_birth" in names and bool(names & {*REGISTRATION, *PATIENT_ID})


def find_generation(parts: dict[str, list[Part]]) -> Generation:
    """`older`: medicines by course, codes on each row. `current`: medicines by issue, codes in dictionaries."""
    names = _names(parts.get(OBSERVATION, []))
    return "older" if names & _OF_OLDER else "current"


def _names(parts: list[Part]) -> set[str]:
    if not parts:
        return set()
    try:
        return {name.lower() for name in read_header(parts[0].path)}
    except ExtractError:
        return set()


def parts_of(table: ExplorerTable, parts: dict[str, list[Part]]) -> list[Path]:
    """The files of a table in order. Raises ExtractError where a part is missing or appears twice."""
    found = [part for name in table.names for part in parts.get(name, [])]
    numbers = [part.number for part in found]
    if numbers == list(range(1, len(found) + 1)):
        return [part.path for part in found]
    first = found[0].path.name
    if len(set(numbers)) < len(numbers):
        raise ExtractError(f"{first}: the folder holds this table, or a part of it, under two names. Keep one of them.")
    missing = next(number for number in range(1, max(numbers)) if number not in numbers)
    raise ExtractError(
        f"{found[-1].path.name}: part {missing} of this table is missing. Put all its parts into the folder."
    )
