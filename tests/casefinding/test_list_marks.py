"""People at one address are marked, all of them and no one else, and no one is named in another's row."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.casefinding.list_marks import SAME_ADDRESS, mark_homes, say_marks
from tests.lists.invented import SAOIRSE


@given(st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=8))
def test_whoever_shares_a_home_is_marked(homes: list[str]) -> None:
    people = [replace(SAOIRSE, local_number=str(n), home=home) for n, home in enumerate(homes)]
    marked = mark_homes(people)
    shared = [bool(home) and homes.count(home) > 1 for home in homes]
    assert [row.shares_home for row in marked] == shared
    assert [row.flags for row in marked] == [
        f"Interpreter needed; {SAME_ADDRESS}" if shares else "Interpreter needed" for shares in shared
    ]
    assert [replace(row, flags="", shares_home=False) for row in marked] == [replace(row, flags="") for row in people]


def test_how_many_are_marked_is_said() -> None:
    row = replace(SAOIRSE, shares_home=True)
    assert dict(say_marks([row, row, replace(SAOIRSE, other_studies=("A", "B"))])) == {
        "People at one address": "2 people on this list share an address with someone on a list of this study.",
        "People in two studies": "1 person on this list is in another study too.",
    }
    assert list(say_marks([SAOIRSE])) == []
