"""Which files of a folder are TPP's, and their deliveries: one in the folder itself, one in each dated folder in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipeline.errors import ExtractError
from pipeline.extracts.archives import DATED_FOLDER
from pipeline.extracts.file_names import PART, UNNUMBERED, group_by_table, in_parts
from pipeline.extracts.model import Delivery
from pipeline.extracts.tpp.manifest import Manifest, Window, read_manifest, window_of
from pipeline.extracts.tpp.tables import OWNED_TABLES, TABLES

FEED = "SRE"
MANIFEST = "srmanifest"
_TABLES = {table.name.lower(): table.name for table in TABLES}
# `SRCode`, or a part of it: `SRCode_2`. Names of tables may end in a number of their own, such as SRCtv3.
_NAME = re.compile(rf"(?P<table>{'|'.join(sorted(_TABLES, key=len, reverse=True))}){PART}", re.IGNORECASE)
_TELLING = frozenset(table.name for table in OWNED_TABLES)


def find_deliveries(folder: Path) -> list[Delivery]:
    """The deliveries in the order they apply; empty if none is TPP's. Raises ExtractError for a bad manifest."""
    found = [each for place in _places(folder) if (each := _delivery(place))]
    return sorted(found, key=lambda each: (each.last, each.first, str(each.files[0].parent)))


def files_by_table(delivery: Delivery) -> dict[str, list[Path]]:
    """The delivery's files of each table, parts in order.

    Raises ExtractError where a part is missing, or if two files differ only in the case of their names.
    """
    found = group_by_table(delivery.files, table_of)
    for paths in found.values():
        if len({path.stem.lower() for path in paths}) < len(paths):
            raise ExtractError(
                f"{paths[1].name} is in its folder twice, with different capital letters. Keep one of the two."
            )
    return {table: in_parts(paths, _part_of) for table, paths in found.items()}


def table_of(path: Path) -> str | None:
    """The table that a file is named after."""
    match = _NAME.fullmatch(path.stem)
    return _TABLES[match["table"].lower()] if match else None


def _part_of(path: Path) -> int:
    match = _NAME.fullmatch(path.stem)
    return int(match["part"]) if match and match["part"] else UNNUMBERED


def manifest_of(delivery: Delivery) -> Manifest | None:
    """What the delivery's own manifest says; None if there is no manifest."""
    path = _csv_files(delivery.files[0].parent).get(MANIFEST) if delivery.files else None
    return read_manifest(path) if path else None


def window(manifest: Manifest | None) -> Window:
    return window_of(manifest or {}, [table.name.lower() for table in OWNED_TABLES])


def _places(folder: Path) -> Iterator[Path]:
    yield folder
    yield from sorted(path for path in folder.iterdir() if path.is_dir() and DATED_FOLDER.fullmatch(path.name))


def _delivery(folder: Path) -> Delivery | None:
    files = _csv_files(folder)
    if MANIFEST not in files and _TELLING.isdisjoint(map(table_of, files.values())):
        return None
    ours = tuple(sorted(path for path in folder.iterdir() if _stem(path) and table_of(path)))
    if not ours:
        raise ExtractError("The TPP extract holds only SRManifest.csv. Put the other files into its folder.")
    said = window(read_manifest(files[MANIFEST]) if MANIFEST in files else None)
    return Delivery(FEED, said.first, said.last, said.day or _day_of(folder), ours)


def _csv_files(folder: Path) -> dict[str, Path]:
    """The CSV files of a folder, by name in lower case without the ending."""
    return {_stem(path): path for path in sorted(folder.iterdir()) if _stem(path)}


def _stem(path: Path) -> str:
    return path.stem.lower() if path.suffix.lower() == ".csv" and path.is_file() else ""


def _day_of(folder: Path) -> int | None:
    """The day number in the name of a dated folder; None for any other."""
    try:
        return datetime.strptime(folder.name, "%Y%m%d_%H%M").date().toordinal()
    except ValueError:
        return None
