"""Writes a history as the supplier's files, and makes a store of them as a practice would."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from pipeline.store.apply import Settings, apply_folder, build_store
from pipeline.store.compact import compact_store
from tests.extracts.emis_folder import Row, Tables, csv_text, write
from tests.store.history import BULK, History, Parcel
from tests.store.world import KEY_COLUMN, bulk, difference

FEED = "AAAAAAAA-EE37-41AB-90D6-DC9D4B03D102"
DAY = date(2026, 11, 1)


def write_tables(folder: Path, tables: Tables, number: str, night: int, version: str, feed: str = FEED) -> Path:
    """A delivery of every table, made on the night's day."""
    folder.mkdir(exist_ok=True)
    stamp = f"{DAY + timedelta(days=night):%Y%m%d}013000"
    for table in KEY_COLUMN:
        rows = [_respelt(row, spelling=night + place) for place, row in enumerate(tables.get(table, []))]
        write(folder / f"{number}_{table}_{stamp}_{feed}.csv", csv_text(table, rows, version))
    return folder


def _respelt(row: Row, spelling: int) -> Row:
    """GUIDs with braces or without, in either case: all the same."""
    if spelling % 3 == 0:
        return row
    spelt = str.lower if spelling % 3 == 1 else str.upper
    return {name: spelt(value.strip("{}")) if value[:1] == "{" else value for name, value in row.items()}


def write_bulk(folder: Path, history: History, night: int = 0) -> Path:
    """A night as a full extract."""
    last = history.nights[night]
    tables = bulk(last.world, last.manner.version)
    return write_tables(folder, tables, str(BULK + night), night, last.manner.version)


def write_parcel(folder: Path, history: History, parcel: Parcel) -> Path:
    """Its nights' differences, one behind the other, in the newest night's layout."""
    tables = {
        table: [row for night in range(parcel.first, parcel.last + 1) for row in _sent(history, table, night, parcel)]
        for table in KEY_COLUMN
    }
    version = history.nights[parcel.last].manner.version
    first, last = BULK + parcel.first, BULK + parcel.last
    return write_tables(folder, tables, f"{first}-{last}" if first < last else str(first), parcel.last, version)


def _sent(history: History, table: str, night: int, parcel: Parcel) -> list[Row]:
    manner = history.nights[night].manner
    if night == 0:
        rows = bulk(history.nights[0].world, manner.version)[table]
    else:
        before = (history.snapshot(night - 1, table), history.nights[night - 1].manner.version)
        rows = list(difference(table, before, history.snapshot(night, table), manner))
    if table.startswith("Agreements") or not (manner.numbered or parcel.first < parcel.last):
        return rows
    return [row | {"ProcessingId": str(BULK + night)} for row in rows]


def build(extract: Path, store: Path) -> Path:
    store.mkdir(mode=0o700)
    build_store(extract, store, Settings())
    return store


def keep(history: History, folder: Path) -> Path:
    """The store after the whole history, delivery by delivery."""
    inbox = write_bulk(folder / "in", history)
    for parcel in history.parcels[: history.at_once]:
        write_parcel(inbox, history, parcel)
    store = build(inbox, folder / "store")
    for number, parcel in enumerate(history.parcels[history.at_once :]):
        where = write_parcel(inbox if history.inbox else folder / f"in-{number}", history, parcel)
        for _ in range(1 + parcel.again):
            apply_folder(where, store, Settings())
        if parcel.compact:
            compact_store(store, Settings())
    return store
