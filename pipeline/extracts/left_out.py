"""What a reader leaves out, or keeps in doubt, counted by the reason for it."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipeline.extracts.model import Notes


def count_left(con: duckdb.DuckDBPyConnection, notes: Notes, relation: str, counts: Mapping[str, str]) -> None:
    """Into `notes.left_out`, by reason: what its aggregate comes to over `relation`, in one pass. NULL is 0."""
    found = con.execute(f"SELECT {', '.join(counts.values())} FROM {relation}").fetchone()
    assert found is not None  # an aggregate always gives one row
    for reason, count in zip(counts, found, strict=True):
        notes.left_out[reason] += int(count or 0)
