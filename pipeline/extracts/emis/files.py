"""Which files of a folder belong to which EMIS table and delivery, and in which order they apply."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from pipeline.errors import ExtractError
from pipeline.extracts.emis.tables import TABLES
from pipeline.extracts.file_names import (
    PART,
    SYNTHETIC_TRUTH,
    UNNUMBERED,
    group_by_table,
    in_parts,
    is_copy,
    is_dropping,
)
from pipeline.extracts.model import Delivery

_SCHEMAS = "Admin|Agreements|Appointment|Audit|CareRecord|Coding|Prescribing"
_LAST = PART.replace("<part>", "<last_part>")
# `291_Admin_Patient_20150211164536_<agreement>.csv`, perhaps with a prefix, or a bare `Admin_Patient.csv`. The number
# of a part, as in `Admin_Patient_2.csv`, may be behind the table's name or at the end.
_NAME = re.compile(
    rf"(?:^|.*_)(?P<table>(?:{_SCHEMAS})_[A-Za-z]+){PART}"
    rf"(?:_(?P<stamp>\d{{14}})_(?P<agreement>[0-9A-F-]{{36}}){_LAST})?\.csv",
    re.IGNORECASE,
)
_PROCESSING = re.compile(r"(?:^|_)(\d+)(?:-(\d+))?_")
_SPELLING = {table.name.lower(): table.name for table in TABLES}


@dataclass(frozen=True)
class EmisFile:
    """One file of a table. For a bare name `stamp` and `agreement` are empty; the numbers are 0 if none are given.

    `before`: its name up to the table's. `part`: its number if the table is in several files.
    """

    path: Path
    table: str
    first: int
    last: int
    stamp: str
    agreement: str
    before: str
    part: int

    @property
    def day(self) -> int | None:
        """The day number on which the supplier made the file; None for a bare name.

        Raises ExtractError where the digits in its name are not a date.
        """
        if not self.stamp:
            return None
        try:
            return datetime.strptime(self.stamp, "%Y%m%d%H%M%S").date().toordinal()
        except ValueError:
            raise ExtractError(
                f"{self.path.name}: the digits in its name are not a date and time. Restore its name."
            ) from None


def find_deliveries(folder: Path) -> list[Delivery]:
    """The deliveries in a folder, in the order they apply: by processing number within each sharing agreement."""
    together: dict[tuple[str, int, int], list[EmisFile]] = defaultdict(list)
    for path in folder.iterdir():
        file = read_name(path)
        if file:
            together[file.agreement, file.first, file.last].append(file)
    return [_delivery(*key, files) for key, files in sorted(together.items())]


def _delivery(agreement: str, first: int, last: int, files: list[EmisFile]) -> Delivery:
    ordered = sorted(files, key=lambda each: (each.stamp, each.path.name))
    days = [each.day for each in ordered if each.day]
    return Delivery(agreement, first, last, max(days, default=None), tuple(each.path for each in ordered))


def read_name(path: Path) -> EmisFile | None:
    """What a file's name says about it, or None where it is not a table that we read."""
    match = None if is_dropping(path.name) or is_copy(path.name) else _NAME.fullmatch(path.name)
    if not match or match["table"].lower() not in _SPELLING:
        return None
    processing = _PROCESSING.search(path.name[: match.start("table")])
    first = int(processing[1]) if processing else 0
    last = int(processing[2] or first) if processing else 0
    if last < first:
        raise ExtractError(f"{path.name}: the numbers at the start of its name run backwards. Restore its name.")
    agreement = (match["agreement"] or "").upper()
    before = path.name[: match.start("table")]
    part = int(match["part"] or match["last_part"] or UNNUMBERED)
    return EmisFile(path, _SPELLING[match["table"].lower()], first, last, match["stamp"] or "", agreement, before, part)


def files_by_table(delivery: Delivery) -> dict[str, list[Path]]:
    """The delivery's files of each table, in the order they apply. Raises ExtractError where a part is missing."""
    return {table: list(_in_parts(paths)) for table, paths in group_by_table(delivery.files, table_of).items()}


def _in_parts(paths: list[Path]) -> Iterator[Path]:
    """Files that were sent together, and of which any has a number, are parts of one."""
    named = {path: file for path in paths if (file := read_name(path))}
    for _, together in groupby(paths, lambda path: (named[path].stamp, named[path].before)):
        files = list(together)
        is_parted = any(named[path].part != UNNUMBERED for path in files)
        yield from in_parts(files, lambda path: named[path].part) if is_parted else files


def table_of(path: Path) -> str | None:
    """The table that a file is named after."""
    file = read_name(path)
    return file.table if file else None


def unused_csv_files(folder: Path) -> list[str]:
    """CSV files that are not named as EMIS tables: they may have been renamed. The synthetic truth is left out."""
    names = {path.name for path in folder.glob("*.csv")} - {SYNTHETIC_TRUTH}
    return sorted(name for name in names if not _NAME.fullmatch(name) and not is_dropping(name))
