"""Small stores, made and brought up to date by hand."""

from __future__ import annotations

from pathlib import Path

from pipeline.store.apply import Settings, apply_folder
from pipeline.store.manifest import Applied
from tests.extracts.emis_folder import JO, ORG, Row, Tables, guid, small_extract
from tests.store.history import BULK
from tests.store.keyed import Rows, load
from tests.store.parcels import FEED, build, write_tables

EVENTS = "SELECT source_key FROM event ORDER BY 1"
HIDDEN = "SELECT is_confidential FROM event"


def write_night(folder: Path, tables: Tables, number: int | str, feed: str = FEED) -> Path:
    """A delivery named as the supplier does, made a day after the one before."""
    last = int(str(number).rpartition("-")[2])
    return write_tables(folder, tables, str(number), last - BULK, "5.4", feed)


def begin(folder: Path, **tables: list[Row]) -> Path:
    """A store of full extract 1001: one practice, Jo, an observation and an issue, or the tables given."""
    return build(write_night(folder / "1001", small_extract(**tables), BULK), folder / "store")


def deliver(store: Path, number: int | str, is_full: bool = False, **tables: list[Row]) -> tuple[Applied, ...]:
    """Write a night's files beside the store, and apply them."""
    folder = write_night(store.parent / str(number), tables, number)
    return apply_folder(folder, store, Settings(), is_full)[1]


def ask(store: Path, query: str) -> Rows:
    with load(store) as con:
        return con.execute(query).fetchall()


def state(store: Path) -> dict[str, bytes]:
    """Every file that a manifest could name, and the manifest."""
    files = [store / "manifest.json", *store.glob("segments/*/*")]
    return {path.relative_to(store).as_posix(): path.read_bytes() for path in files}


def consultation(number: int, org: str = ORG, **values: str) -> Row:
    row = {"ConsultationGuid": guid(number, "E"), "PatientGuid": JO, "OrganisationGuid": org}
    return row | {"IsConfidential": "false", "Deleted": "false"} | values


def gone(column: str, key: str, org: str = ORG) -> Row:
    """A deleted row, which says nothing but its key."""
    return {column: key, "OrganisationGuid": org, "Deleted": "true"}
