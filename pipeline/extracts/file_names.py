"""From the names of files to the tables that they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

SYNTHETIC_TRUTH = "truth.csv"  # lies beside the files of a synthetic extract, and is no table


def group_by_table(paths: Iterable[Path], table_of: Callable[[Path], str | None]) -> dict[str, list[Path]]:
    """The files of each table, in the order given. Files of no table are left out."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        if table := table_of(path):
            found[table].append(path)
    return dict(found)
