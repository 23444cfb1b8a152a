"""People named by hand, beside those a rule finds: the search is kept to some, and others are nominated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ByHand:
    """By `person_row`. `only`: nobody else is looked at. `nominated`: they need not meet `include`.

    None is not the same as nobody: with an empty `only`, nobody can be found.
    """

    only: frozenset[int] | None = None
    nominated: frozenset[int] | None = None


NOBODY = ByHand()
