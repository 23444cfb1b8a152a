"""The files of a CPRD Aurum extract: names, headers, and how a table is cut into parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from synthetic_data.files import open_private

PART_ROWS = 500_000  # CPRD cuts its big tables into parts of about equal size; how large is not published
_DATE = "%d/%m/%Y"

# gp-extract-formats.md section 3.1. There is no Referral here.
_COLUMNS = {
    "Patient": """patid pracid usualgpstaffid gender yob mob emis_ddate regstartdate patienttypeid regenddate acceptable
        cprd_ddate""",
    "Practice": "pracid lcd uts region",
    "Staff": "staffid pracid jobcatid",
    "Consultation": "patid consid pracid consdate enterdate staffid conssourceid cprdconstype consmedcodeid",
    "Observation": """patid consid pracid obsid obsdate enterdate staffid parentobsid medcodeid value numunitid
        obstypeid numrangelow numrangehigh probobsid""",
    "Problem": """patid obsid pracid parentprobobsid probenddate expduration lastrevdate lastrevstaffid parentprobrelid
        probstatusid signid""",
    "DrugIssue": """patid issueid pracid probobsid drugrecid issuedate enterdate staffid prodcodeid dosageid quantity
        quantunitid duration estnhscost""",
}
HEADERS: dict[str, tuple[str, ...]] = {name: tuple(columns.split()) for name, columns in _COLUMNS.items()}

Columns = Mapping[str, pl.Series | pl.Expr]


@dataclass(frozen=True)
class Parts:
    """The data files in a folder. `written`: how many parts of each table there are."""

    folder: Path
    written: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, columns: Columns) -> None:
        """Write rows of a table, as one part or several; a column not given is empty. No text needs quoting."""
        header = HEADERS[table]
        unknown = columns.keys() - set(header)
        if unknown:
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")
        rows = pl.select(*(columns.get(name, pl.lit(None, pl.String)).alias(name) for name in header))
        for start in range(0, max(len(rows), 1), PART_ROWS):
            self._write(table, rows.slice(start, PART_ROWS))

    def _write(self, table: str, rows: pl.DataFrame) -> None:
        number = self.written[table] = self.written.get(table, 0) + 1
        with open_private(self.folder / f"synthetic_Extract_{table}_{number:03}.txt") as file:
            rows.write_csv(file, separator="\t", quote_style="never", date_format=_DATE)


def write_lookup(folder: Path, name: str, header: str, rows: Sequence[Sequence[str]]) -> None:
    """Write a dictionary or lookup: Latin-1, with Windows line endings."""
    lines = [header.split(), *rows]
    with open_private(folder / name) as file:
        file.write("".join("\t".join(line) + "\r\n" for line in lines).encode("latin-1"))
