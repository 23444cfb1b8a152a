"""An extract that is older than one that was searched before is refused: it would bring back what has since changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from pipeline.database import connect
from pipeline.errors import StoreError
from pipeline.files.publish import WORK
from pipeline.ledger.looks import newest_extracts_seen
from pipeline.ledger.open import Ledger
from pipeline.night.settings import Site
from pipeline.store.manifest import Manifest
from pipeline.store.open import open_store


def extract_days(con: duckdb.DuckDBPyConnection) -> dict[str, date]:
    """The extract date of each practice. Needs a store that is open in `con`."""
    rows = con.execute("SELECT practice_id, extract_date FROM practice").fetchall()
    return {practice: date.fromordinal(day) for practice, day in rows}


def refuse_older_store(ledger: Ledger, store: Path, manifest: Manifest, site: Site) -> None:
    """For a store that is not in its place yet. Raises StoreError."""
    with connect(store.with_name(WORK), site.memory) as con:
        open_store(con, store, manifest)
        refuse_older(ledger, extract_days(con))


def refuse_older(ledger: Ledger, practices: Mapping[str, date]) -> None:
    """`practices`: those delivered, each with its extract date. Raises StoreError."""
    newest = newest_extracts_seen(ledger)
    older = sorted(one for one, day in practices.items() if day < newest.get(one, day))
    if older:
        named = "; ".join(f"{one}: {practices[one]:%d/%m/%Y}, after {newest[one]:%d/%m/%Y}" for one in older)
        raise StoreError(
            f"The extract is older than one that was already searched ({named}). It was not used, because people who "
            "have died, moved or said no since would be listed again. Ask the supplier for the newest extract, and "
            "remove the older one from the folder."
        )
