"""Runs a property ten examples at a time, each ten begun afresh."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import given, seed
from hypothesis import strategies as st

from tests.effort import LONG, SEED, effort, longer, much

# From the eleventh example on, Hypothesis mostly varies one it has had: forty were as good as ten. Ours cost seconds.
BATCH = 10  # five of them in the suite

T = TypeVar("T")
Check = Callable[[T], None]


def in_batches(few: int, many: int, examples: st.SearchStrategy[T]) -> Callable[[Check[T]], Callable[[], None]]:
    """A test of so many batches: few, the same each time; in the long run many, by its seed."""

    def decorate(check: Check[T]) -> Callable[[], None]:
        def test() -> None:
            for number in range(much(few, many)):
                _run(check, examples, SEED * 1_000 + number if LONG else number)

        return longer(test)

    return decorate


def _run(check: Check[T], examples: st.SearchStrategy[T], start: int) -> None:
    try:
        seed(start)(effort(BATCH // 2, BATCH)(given(examples)(check)))()
    except Exception as error:
        error.add_note(f"Batch of seed {start}")
        raise
