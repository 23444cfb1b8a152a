"""How hard the tests try. `make test`: little, the same each time. `make prove`: much, by another seed each time.

`make prove-share` tries a share of that, drawn by the seed: a share of the examples, and a share of the inputs listed.
`tests/conftest.py` sets all three by `--long`, `--share` and `--seed` before any test is imported, in each worker too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from random import Random
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

LONG = "CASEFINDER_LONG" in os.environ
SHARE = float(os.environ.get("CASEFINDER_LONG") or 1)
SEED = int(os.environ.get("CASEFINDER_SEED") or 7)

long = pytest.mark.long  # only in the long run
longer = pytest.mark.longer  # in either, and much more of it in the long one

Each = TypeVar("Each")


def much(few: int, many: int) -> int:
    """How many: `many` in the long run, or the share of them that is asked for, but never less than `few`."""
    return max(few, round(many * SHARE)) if LONG else few


def some(every: Iterable[Each], few: int) -> list[Each]:
    """All in the long run, or a share of them, drawn; otherwise so few, evenly from the first on."""
    known = list(every)
    wanted = much(few, len(known))
    if len(known) <= wanted:
        return known
    drawn = sorted(Random(SEED).sample(range(len(known)), wanted)) if LONG else _evenly(len(known), few)
    return [known[place] for place in drawn]


def _evenly(length: int, few: int) -> list[int]:
    return [place * length // few for place in range(few)]


def effort(few: int, many: int) -> settings:
    """Settings for so many examples. Drawing the records of eight people may be slow on a busy machine."""
    return settings(
        max_examples=much(few, many),
        deadline=None,
        derandomize=not LONG,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=True,
    )


settings.register_profile("casefinder", effort(few=100, many=1000))  # of tests that ask for no effort of their own
settings.load_profile("casefinder")
