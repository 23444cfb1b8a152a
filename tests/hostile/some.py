"""Which of many inputs are tried: all in the long run (`CASEFINDER_LONG=1`), otherwise a few, the same each time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from tests.generative.effort import LONG

Each = TypeVar("Each")


def some(every: Iterable[Each], few: int) -> list[Each]:
    """In the short run so many of them, evenly from the first on."""
    known = list(every)
    return known if LONG or len(known) <= few else [known[place * len(known) // few] for place in range(few)]
