"""Which files of a folder belong to which EMIS table and delivery, and in which order they apply."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import ExtractError
from pipeline.extracts.emis.tables import TABLES
from pipeline.extracts.file_names import SYNTHETIC_TRUTH, group_by_table
from pipeline.extracts.model import Delivery

_SCHEMAS = "Admin|Agreements|Appointment|Audit|CareRecord|Coding|Prescribing"
# `291_Admin_Patient_20150211164536_<agreement>.csv`, perhaps with a prefix, or a bare `Admin_Patient.csv`.
_NAME = re.compile(
    rf"(?:^|.*_)(?P<table>(?:{_SCHEMAS})_[A-Za-z]+)(?:_(?P<stamp>\d{{14}})_(?P<agreement>[0-9A-F-]{{36}}))?\.csv",
    re.IGNORECASE,
)
_PROCESSING = re.compile(r"(?:^|_)(\d+)(?:-(\d+))?_")
_SPELLING = {table.name.lower(): table.name for table in TABLES}


@dataclass(frozen=True)
class EmisFile:
    """One file of a table. For a bare name `stamp` and `agreement` are empty; the numbers are 0 if none are given."""

    path: Path
    table: str
    first: int
    last: int
    stamp: str
    agreement: str

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
    match = _NAME.fullmatch(path.name)
    if not match or match["table"].lower() not in _SPELLING:
        return None
    processing = _PROCESSING.search(path.name[: match.start("table")])
    first = int(processing[1]) if processing else 0
    last = int(processing[2] or first) if processing else 0
    if last < first:
        raise ExtractError(f"{path.name}: the numbers at the start of its name run backwards. Restore its name.")
    agreement = (match["agreement"] or "").upper()
    return EmisFile(path, _SPELLING[match["table"].lower()], first, last, match["stamp"] or "", agreement)


def files_by_table(delivery: Delivery) -> dict[str, list[Path]]:
    """The delivery's files of each table, in the order they apply."""
    return group_by_table(delivery.files, table_of)


def table_of(path: Path) -> str | None:
    """The table that a file is named after."""
    file = read_name(path)
    return file.table if file else None


def unused_csv_files(folder: Path) -> list[str]:
    """CSV files that are not named as EMIS tables: they may have been renamed. The synthetic truth is left out."""
    names = {path.name for path in folder.glob("*.csv")} - {SYNTHETIC_TRUTH}
    return sorted(name for name in names if not _NAME.fullmatch(name))
