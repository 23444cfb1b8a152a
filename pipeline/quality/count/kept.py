"""The counts of a store's deliveries, kept in the store so that a search does not count all of it again.

They are made once a delivery has come (`quality.keep_counts`), and used as long as the store holds what was counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import duckdb

from pipeline.quality.count.profile_model import COLUMNS, Count
from pipeline.quality.count.rows import CERTIFICATE, CREATE_CODES
from pipeline.store.durable import hash_file, make_folder, write_parquet
from pipeline.store.manifest import KeptCounts, KeptFile, Manifest
from pipeline.store.segment_writer import SEGMENTS

VERSION = 1  # raise it when anything is counted in another way
_COUNTS, _CODES = "quality_count", "quality_code"
_COLUMNS = "practice VARCHAR, tab VARCHAR, measure VARCHAR, item VARCHAR, month VARCHAR, n BIGINT, of BIGINT"


def are_kept(manifest: Manifest) -> bool:
    """Whether the store has the counts of what it holds now."""
    counts = manifest.counts
    return counts is not None and (counts.version, counts.of) == (VERSION, manifest.content)


def hash_notes(codes: Iterable[int]) -> str:
    """Which codes were counted as fit notes: a rule may have a list of its own."""
    return sha256(",".join(map(str, sorted(set(codes)))).encode()).hexdigest()


def write_counts(
    con: duckdb.DuckDBPyConnection, store: Path, manifest: Manifest, counts: Iterable[Count], notes: Iterable[int]
) -> KeptCounts:
    """Write the counts, in their order, and `quality_code`. They are in the store as soon as a manifest names them."""
    con.execute(f"CREATE TEMP TABLE quality_kept (place INTEGER, {_COLUMNS})")
    con.executemany(
        f"INSERT INTO quality_kept VALUES (?{', ?' * len(COLUMNS)})",
        [(place, *count) for place, count in enumerate(counts)],
    )
    folder = make_folder(store / SEGMENTS / f"{manifest.generation + 1:06}")
    selects = {_COUNTS: "SELECT * FROM quality_kept ORDER BY place", _CODES: "SELECT * FROM quality_code ORDER BY ALL"}
    files = [_write(con, store, select, folder / f"{name}.parquet", name) for name, select in selects.items()]
    return KeptCounts(of=manifest.content, version=VERSION, notes=hash_notes(notes), files=tuple(filter(None, files)))


def _write(con: duckdb.DuckDBPyConnection, store: Path, select: str, path: Path, name: str) -> KeptFile | None:
    rows = write_parquet(con, select, path)
    if not rows:
        return None
    size, digest = hash_file(path)
    return KeptFile(table=name, path=path.relative_to(store).as_posix(), rows=rows, bytes=size, sha256=digest)


def read_counts(con: duckdb.DuckDBPyConnection, store: Path, kept: KeptCounts) -> list[Count]:
    """The counts in their order; fills `quality_code` too."""
    con.execute(CREATE_CODES)
    for path in _paths(store, kept, _CODES):
        con.execute("INSERT INTO quality_code SELECT * FROM read_parquet(?)", [path])
    rows = [
        row
        for path in _paths(store, kept, _COUNTS)
        for row in con.execute("SELECT * EXCLUDE (place) FROM read_parquet(?) ORDER BY place", [path]).fetchall()
    ]
    return [Count(*row) for row in rows]


def _paths(store: Path, kept: KeptCounts, name: str) -> list[str]:
    return [str(store / file.path) for file in kept.files if file.table == name]


def with_certificates(counts: Iterable[Count], certificates: Iterable[Count]) -> list[Count]:
    """The counts with these fit notes instead of their own. They come before the counts of codes."""
    others = [count for count in counts if count.table != CERTIFICATE]
    before = [count for count in others if count.table != "code"]
    return [*before, *certificates, *others[len(before) :]]
