"""Describes what a store holds, in lines for people to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from pipeline.database import connect
from pipeline.extracts.model import Extract
from pipeline.store.apply import Settings
from pipeline.store.lock import reading
from pipeline.store.manifest import Applied, Manifest, read_manifest
from pipeline.store.open import load_rows, open_store


def describe_store(store: Path, settings: Settings) -> list[str]:
    """Raises StoreError or ExtractError if the store cannot be searched."""
    read_manifest(store)  # first, or a lease would be taken in a folder that is not a store
    with reading(store) as scratch, connect(scratch, settings.memory) as con:
        manifest = read_manifest(store)
        extract = load_rows(con, open_store(con, store, manifest), ())
        return [*_practices(con), *_feeds(manifest), *_size(manifest), *_doubts(extract)]


def _practices(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = con.execute(
        "SELECT r.practice_id, coalesce(r.name, ''), r.extract_date, count(p.person_row) FROM practice r "
        "LEFT JOIN patient p ON p.practice_id = r.practice_id GROUP BY ALL ORDER BY 1"
    ).fetchall()
    for practice, name, day, patients in rows:
        yield f"{practice} {name}: {patients:,} patients, extract date {date.fromordinal(day):%d/%m/%Y}"


def _feeds(manifest: Manifest) -> Iterator[str]:
    for feed in dict.fromkeys(each.feed for each in manifest.applied):
        own = [each for each in manifest.applied if each.feed == feed]
        of = f" for sharing agreement {feed}" if feed else ""
        yield f"Deliveries{of}: {len(own)}, {_span(own)}. Latest format: {own[-1].format}, version {own[-1].version}"


def _span(own: list[Applied]) -> str:
    if not own[-1].last:
        return "without numbers"
    return f"number {own[0].first}" if own[0].first == own[-1].last else f"numbers {own[0].first} to {own[-1].last}"


def _size(manifest: Manifest) -> Iterator[str]:
    for table in ("event", "prescription"):
        rows = sum(file.rows for file in manifest.files if file.table in (table, f"waiting_{table}"))
        waiting = sum(file.rows for file in manifest.files if file.table == f"waiting_{table}")
        yield f"{table.capitalize()}s: {rows:,} rows, {waiting:,} of them stored before their patient arrived"
    later = len(manifest.segments) - 1
    hint = ". To make them into one, use 'casefinder store compact'" if later > 30 else ""
    yield f"Segments: {len(manifest.segments)}, {sum(file.bytes for file in manifest.files) / 1e6:,.0f} MB{hint}"
    if manifest.is_pseudonymised:
        yield "Pseudonymised: this store can give counts, but not lists"


def _doubts(extract: Extract) -> Iterator[str]:
    """What was left out or kept in doubt, what the format cannot say, and the warnings."""
    yield from (
        f"Left out, or kept although uncertain: {reason}, {count:,}" for reason, count in extract.left_out.items()
    )
    yield from (f"Gap: {gap.text}" for gap in extract.gaps)
    yield from (f"Warning: {warning}" for warning in extract.warnings)
