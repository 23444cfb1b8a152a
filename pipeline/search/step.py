"""A named step of a search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A table and the SELECT that fills it."""

    name: str
    sql: str
