"""The review list as CSV, for programs.

UTF-8 with a byte order mark, CRLF line ends, quoted as in RFC 4180. Every value is plain text: identifiers are their
own digits and dates are ISO 8601 (2026-11-30), which every program reads the same way. Whatever a CSV file holds, Excel
drops leading zeros and changes numbers of 16 or more digits when it opens one. Disguising identifiers for Excel
(`="0123"`, a leading tab) would break every other program, and the first is itself a formula. So people are sent to
the workbook.

No value holds a line break. If `why` has several lines, they are joined with " | ".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from pipeline.files.private import create_private
from pipeline.lists.columns import COLUMNS, Column
from pipeline.lists.row import ListRow
from pipeline.lists.text_safety import make_lines_safe, make_safe


def write_csv(path: Path, rows: Sequence[ListRow]) -> None:
    """Writes the list in the order given. Raises OutputError if it cannot be written."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # the module's own default is RFC 4180 with CRLF
    writer.writerow(column.name for column in COLUMNS)
    for row in rows:
        writer.writerow(_cell(column, row) for column in COLUMNS)
    with create_private(path) as file:
        file.write(text.getvalue().encode("utf-8-sig"))


def _cell(column: Column, row: ListRow) -> str:
    value = column.read(row) if column.read else None
    if isinstance(value, str):
        return make_lines_safe(value, " | ") if column.kind == "lines" else make_safe(value)
    return value.isoformat() if value else ""
