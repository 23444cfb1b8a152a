"""TPP's SRManifest.csv: the files of a delivery, whether each is whole, and the times its changes lie between."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline.errors import ExtractError
from pipeline.extracts.csv.fillers import are_dashes, find_filler
from pipeline.extracts.csv.header import first_line, read_header, split_line
from pipeline.extracts.csv.relation import Dialect
from pipeline.extracts.csv.utf16 import utf16_in

_DELIMITERS = ",|;\t"
_MARK = b"\xef\xbb\xbf"
_NEEDED = ("filename", "isdelta", "dateextractfrom", "dateextractto")
_YES = ("y", "yes", "true", "1")


@dataclass(frozen=True)
class ManifestEntry:
    """A file as the manifest lists it. `since` and `until`: numbers yyyymmddHHMM, 0 if not given."""

    is_delta: bool
    since: int
    until: int


Manifest = dict[str, ManifestEntry]  # by table, in lower case


@dataclass(frozen=True)
class Window:
    """The period a delivery's files cover: `first` and `last` as in `Delivery`. `is_delta`: it holds only changes."""

    first: int
    last: int
    is_delta: bool

    @property
    def day(self) -> int | None:
        if not self.last:
            return None
        return date(self.last // 10**8, self.last // 10**6 % 100, self.last // 10**4 % 100).toordinal()


def read_manifest(path: Path) -> Manifest:
    """The manifest's entries. Raises ExtractError if the file is not a manifest."""
    dialect = dialect_of(path, b"filename")
    names = [name.lower() for name in read_header(path, dialect)]
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise ExtractError(f"{path.name}: no column {', '.join(missing)}. Ask for the supplier's own file.")
    manifest: Manifest = {}
    lines = path.read_text(encoding=utf16_in(path) or dialect.encoding, errors="replace").splitlines()
    for number, line in enumerate(lines[first_line(path)[1] + 1 :]):
        fields = _split(line, dialect, path.name)
        if not find_filler(number, line, dialect.delimiter) and not are_dashes(fields):
            if len(fields) < len(names):
                raise ExtractError(
                    f"{path.name} ends in the middle of a line. Copy it again, or ask the supplier for it."
                )
            row = dict(zip(names, fields, strict=False))
            table = row["filename"].strip().lower().removesuffix(".csv")
            manifest[table] = _entry(row, path.name)
    return manifest


def window_of(manifest: Manifest, tables: Iterable[str]) -> Window:
    """The period of the tables of patients' rows. If one of them holds changes, so does the whole delivery."""
    listed = [manifest[table] for table in tables if table in manifest]
    last = max((each.until for each in listed), default=0)
    changes = [each for each in listed if each.is_delta]
    if not changes or not last:
        return Window(1 if last else 0, last, False)
    since = max(each.since for each in changes)
    if since > last:
        raise ExtractError("SRManifest.csv: the times of the delivery run backwards. Ask for the supplier's own file.")
    return Window(since + 1 if since and since < last else last, last, True)


def dialect_of(path: Path, column: bytes = b"rowidentifier") -> Dialect:
    """Windows-1252, as TPP writes. The delimiter is chosen when an extract is set up, so it is read from the header."""
    line, _ = first_line(path)
    encoding = "utf-8" if line.startswith(_MARK) else "cp1252"
    for delimiter in _DELIMITERS:
        names = line.removeprefix(_MARK).lower().split(delimiter.encode())
        if column in (name.strip(b' "\r\n') for name in names):
            return Dialect(delimiter, '"', encoding)
    return Dialect(",", '"', encoding)


def _split(line: str, dialect: Dialect, file: str) -> list[str]:
    try:
        return split_line(line, dialect)
    except csv.Error:
        raise ExtractError(f"{file}: a quotation mark is left open. Ask for the supplier's own file.") from None


def _entry(row: dict[str, str], file: str) -> ManifestEntry:
    times = (_number(row.get(name, ""), file) for name in ("dateextractfrom", "dateextractto"))
    return ManifestEntry(row.get("isdelta", "").strip().lower() in _YES, *times)


def _number(text: str, file: str) -> int:
    """`20261120_0130` as 202611200130."""
    if not text.strip():
        return 0
    try:
        return int(f"{datetime.strptime(text.strip(), '%Y%m%d_%H%M'):%Y%m%d%H%M}")
    except ValueError:
        raise ExtractError(
            f"{file}: its times must be written like 20261120_0130. Ask for the supplier's own file."
        ) from None
