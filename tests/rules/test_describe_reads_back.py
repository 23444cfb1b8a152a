"""What is said of a tree or a window is what it means: read back, it is the same tree and the same days."""

import re
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dates import Duration
from pipeline.rules.check import CheckedRule
from pipeline.rules.describe.layout import TIED, Item
from pipeline.rules.describe.tree import Describer
from pipeline.rules.describe.window import say_window
from pipeline.rules.expression import AllOf, AnyOf, CountFrom, CountOf, Expression, Not
from pipeline.rules.selection import Rows
from pipeline.search.doubt.windows import Window

NAMES = st.sampled_from(["pain", "asked"])
TREES: st.SearchStrategy[Expression] = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AllOf(all=tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(any=tuple(parts))),
        inner.map(lambda part: Not.model_validate({"not": part})),
        st.tuples(st.integers(1, 3), st.lists(inner, min_size=1, max_size=3)).map(
            lambda said: CountOf(count_of=CountFrom(n=min(said[0], len(said[1])), of=tuple(said[1])))
        ),
    ),
    max_leaves=8,
)


def read_back(items: list[Item]) -> Expression:
    """The tree that a reader understands from the paragraphs: what is said, and what stands further in below it."""
    head, *below = items
    starts = [number for number, item in enumerate(below) if item.indent == below[0].indent]
    parts = [read_back(below[a:b]) for a, b in pairwise([*starts, len(below)])]
    if head.text == "All of these are met:":
        return AllOf(all=tuple(parts))
    if head.text == "At least one of these is met:":
        return AnyOf(any=tuple(parts))
    if head.text == "This is not met:":
        return Not.model_validate({"not": parts[0]})
    if found := re.fullmatch(rf"At least (\d+) of these {len(parts)} are met:", head.text):
        return CountOf(count_of=CountFrom(n=int(found[1]), of=tuple(parts)))
    return head.text.split(".")[0].lower()


@settings(deadline=None)
@given(tree=TREES)
def test_a_tree_reads_back_as_it_was_written(tree: Expression, instep: CheckedRule) -> None:
    describer = Describer(instep, None, described={"pain", "asked"})  # already: only the tree's own words matter here
    assert read_back(list(describer.describe(tree))) == tree


LENGTHS = st.builds(
    Duration,
    st.integers(0, 40),
    st.sampled_from(["days", "weeks", "months", "years"]),
)
DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@settings(deadline=None)
@given(data=st.data(), index=st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_a_window_says_the_days_that_a_search_looks_at(data: st.DataObject, index: date) -> None:
    written: dict[str, object] = {"codelist": "pain"}
    if data.draw(st.booleans()):
        ends = st.one_of(st.none(), DAYS, LENGTHS)
        between = {"from": data.draw(ends), "to": data.draw(ends)}
        written |= {"between": between} if any(end is not None for end in between.values()) else {}
    else:
        written |= {"within": data.draw(st.none() | LENGTHS), "before": data.draw(st.none() | LENGTHS)}
    rows = Rows.model_validate(written)
    window = Window.of(rows, index)
    # The days stand last, in brackets; those that the rule itself gives stand before.
    said = say_window(rows, index).replace(TIED, " ").split("(")[-1]
    first, last = (day and f"{(d := date.fromordinal(day)).day} {d:%B %Y}" for day in (window.first, window.last))
    if window.ever:
        assert said == f"at any time up to {last}, dated or not"
    elif window.first is None:
        assert said == f"up to {last})"
    else:
        assert said == (f"{first} to {last})" if window.first <= window.last else "no day at all, on this index date)")
