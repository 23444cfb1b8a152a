"""Which files of a folder belong to which EMIS table, and in which order they apply."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import ExtractError
from pipeline.extracts.emis_layout import EMIS_TABLES

_SCHEMAS = "Admin|Agreements|Appointment|Audit|CareRecord|Coding|Prescribing"
SYNTHETIC_TRUTH = "truth.csv"  # lies beside the files of a synthetic extract
# `291_Admin_Patient_20150211164536_<agreement>.csv`, perhaps with a prefix, or a bare `Admin_Patient.csv`.
_NAME = re.compile(
    rf"(?:^|.*_)(?P<table>(?:{_SCHEMAS})_[A-Za-z]+)(?:_(?P<stamp>\d{{14}})_(?P<agreement>[0-9A-F-]{{36}}))?\.csv",
    re.IGNORECASE,
)
_PROCESSING = re.compile(r"(?:^|_)(\d+)(?:-\d+)?_")


@dataclass(frozen=True)
class Delivery:
    """One file of a table. `stamp` and `agreement` are empty for a bare name; `processing` is 0 where none is given."""

    path: Path
    table: str
    processing: int
    stamp: str
    agreement: str

    @property
    def day(self) -> int | None:
        """The day the supplier made the file. Raises ExtractError where the name holds no date."""
        if not self.stamp:
            return None
        try:
            return datetime.strptime(self.stamp, "%Y%m%d%H%M%S").date().toordinal()
        except ValueError:
            raise ExtractError(
                f"{self.path.name}: the digits in its name are no date and time. Restore its name."
            ) from None


def find_deliveries(folder: Path) -> dict[str, list[Delivery]]:
    """The files of each table we read, in the order they apply: processing number, then time, then name."""
    spelling = {table.name.lower(): table.name for table in EMIS_TABLES}
    found: dict[str, list[Delivery]] = {}
    for path in folder.iterdir():
        match = _NAME.fullmatch(path.name)
        if match and match["table"].lower() in spelling:
            processing = _PROCESSING.search(path.name[: match.start("table")])
            delivery = Delivery(
                path,
                spelling[match["table"].lower()],
                int(processing[1]) if processing else 0,
                match["stamp"] or "",
                (match["agreement"] or "").upper(),
            )
            found.setdefault(delivery.table, []).append(delivery)
    for deliveries in found.values():
        deliveries.sort(key=lambda each: (each.processing, each.stamp, each.path.name))
    return found


def unused_csv_files(folder: Path) -> list[str]:
    """CSV files that are no table of this supplier: perhaps renamed, and then missed. A synthetic truth is no loss."""
    names = {path.name for path in folder.glob("*.csv")} - {SYNTHETIC_TRUTH}
    return sorted(name for name in names if not _NAME.fullmatch(name))
