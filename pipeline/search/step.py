"""A named step of a search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """A table, the tables that it is made from, and the SELECT that makes it.

    `comment` says in one or two plain sentences what the table holds.
    """

    writes: str
    reads: tuple[str, ...]
    comment: str
    sql: str
