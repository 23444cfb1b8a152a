"""Counts what a reader leaves out or keeps in doubt, by reason."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from pipeline.extracts.model import Notes


def count_left(con: duckdb.DuckDBPyConnection, notes: Notes, relation: str, counts: Mapping[str, str]) -> None:
    """Add to `notes.left_out`, in one pass over `relation`. `counts`: for each reason, an SQL aggregate; NULL is 0."""
    found = con.execute(f"SELECT {', '.join(counts.values())} FROM {relation}").fetchone()
    assert found is not None  # an aggregate always gives one row
    for reason, count in zip(counts, found, strict=True):
        notes.left_out[reason] += int(count or 0)
