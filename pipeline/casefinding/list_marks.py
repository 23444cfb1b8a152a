"""Marks on a list about other people: someone else at the address, and other studies' lists. No one else is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.lists.row import ListRow

SAME_ADDRESS = "Someone else on this list seems to live at the same address"

_SHARED = "an address with someone on a list of this study."
_SAYINGS = (
    ("People at one address", f"shares {_SHARED}", f"share {_SHARED}"),
    ("People in two studies", "is in another study too.", "are in another study too."),
)


def mark_homes(people: Sequence[ListRow]) -> list[ListRow]:
    """The rows of one practice, with everyone marked who shares an address with someone else among them."""
    homes = Counter(row.home for row in people if row.home)
    return [add_mark(row, SAME_ADDRESS, shares_home=True) if homes[row.home] > 1 else row for row in people]


def add_mark(row: ListRow, mark: str, **values: object) -> ListRow:
    """After the flags that it has."""
    return replace(row, flags="; ".join(filter(None, (row.flags, mark))), **values)  # type: ignore[arg-type]


def say_marks(people: Sequence[ListRow]) -> Iterator[tuple[str, str]]:
    """How many are marked, for the sheet about the list."""
    counts = (sum(row.shares_home for row in people), sum(bool(row.other_studies) for row in people))
    for marked, (label, of_one, of_several) in zip(counts, _SAYINGS, strict=True):
        if marked:
            yield (
                label,
                f"1 person on this list {of_one}" if marked == 1 else f"{marked} people on this list {of_several}",
            )
