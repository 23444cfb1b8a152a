"""The warnings about deliveries, each once, because the feeds of a hundred practices may all have the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.store.manifest import Applied


def summarise_warnings(applied: Iterable[Applied]) -> list[str]:
    """Each warning once, in the order it first came, with how many deliveries it is about."""
    times = Counter(warning for each in applied for warning in dict.fromkeys(each.warnings))
    return [warning if n == 1 else f"{warning} (The same in {n:,} deliveries.)" for warning, n in times.items()]
