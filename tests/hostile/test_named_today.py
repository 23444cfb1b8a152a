"""In every format, a list with names for a past day leaves off who has died, left or declined since; counts do not."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from pipeline.casefinding.name_today import say_taken_off
from pipeline.casefinding.options import SearchInputs, SearchOptions
from pipeline.casefinding.prepare import prepare
from pipeline.casefinding.select import Selection, select
from pipeline.database import connect
from pipeline.store.source import Source, open_source
from tests.hostile.folders import FOLDERS, TEXT, Files
from tests.hostile.looking import MEMORY, room, rule, write_files
from tests.hostile.people import CANCER_DAY
from tests.hostile.test_values import DAYS, written

# The older Explorer layout says of no registration that it began before the extract.
FORMATS = [format for format in DAYS if format != "explorer_older"]

pytestmark = pytest.mark.usefixtures("no_quality")

PAST = date(2026, 4, 1)
# Two have died or left the practice in May. The medicines come before the past day, cancer and refusal after it.
MOVED = {"2026-09-01": "2026-03-20", CANCER_DAY: "2026-05-10"}


def as_of_april(format: str) -> Files:
    files = FOLDERS[format]()
    for before, after in MOVED.items():
        old, new = (written(format, day).encode(TEXT[format].encoding) for day in (before, after))
        files = {name: content.replace(old, new) for name, content in files.items()}
    return files


def chosen(format: str, counts_only: bool) -> tuple[Selection, list[str]]:
    """What is selected on the past day, and what is said of people left off."""
    with room() as base:
        source = Source(write_files(base / "in", as_of_april(format)))
        options = SearchOptions(
            source=source, rule=base, out=base / "out", as_of=PAST, counts_only=counts_only, accept_missing=True
        )
        inputs = SearchInputs(options=options, checked=rule())
        with connect(base / "work", MEMORY.memory) as con, open_source(source, base / "work") as (store, manifest):
            prepared = prepare(con, store, manifest, inputs, lambda _: None)
            selection = select(con, prepared, rule().loaded.rule)
            return selection, list(say_taken_off(selection.plan, prepared, selection.identities))


def placements(selection: Selection) -> Counter[str]:
    return Counter(one.placement for one in selection.identities.values())


@pytest.mark.parametrize("format", FORMATS)
def test_a_list_of_a_past_day(format: str) -> None:
    (named, [said]), (counted, nothing) = chosen(format, counts_only=False), chosen(format, counts_only=True)
    [(found, everybody)] = placements(counted).items()
    assert found == "listed" and nothing == [] and stage(counted) == []
    since = {"died_since": 1, "left_since": 1, "refused_since": 1}
    assert placements(named) == {"listed": everybody - 3, **since}
    assert [sum(counts) for counts in zip(*stage(named), strict=True)] == [everybody - 3, 3]
    assert said.startswith("3 people found by the rule on 01/04/2026 may not be named today")


def stage(selection: Selection) -> list[tuple[int, int]]:
    """How many remain and how many leave at the last stage, by practice."""
    return [(count.people, count.left or 0) for count in selection.attrition if count.name == "named_today"]
