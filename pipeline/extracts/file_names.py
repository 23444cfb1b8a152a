"""Groups files into tables by their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

SYNTHETIC_TRUTH = "truth.csv"  # comes with the files of a synthetic extract, and is not a table


def group_by_table(paths: Iterable[Path], table_of: Callable[[Path], str | None]) -> dict[str, list[Path]]:
    """The files of each table, in the order given. Files for which `table_of` gives no table are left out."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        if table := table_of(path):
            found[table].append(path)
    return dict(found)
