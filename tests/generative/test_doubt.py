"""Doubt never adds a letter: what holds for a person in a doubtful record holds in every record it may stand for.

A world is the same record with each doubtful date settled on one of its days, an impossible one on any, and nothing
confidential. Whoever is in work in one of them is in work in the record. `latest` is left out: it takes an undated row
for the oldest, which is a rule of ours and not a doubt.
"""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rules.criteria import LatestCriterion
from pipeline.search.in_memory.find import Decision, find
from pipeline.search.in_memory.record import When, read_when
from tests.effort import effort, longer
from tests.generative.pool import PRACTICES
from tests.generative.records import Example, examples

pytestmark = longer

TableRow = dict[str, object]


def settle(example: Example, random: Random) -> dict[str, list[TableRow]]:
    """One of the worlds that the example's record may stand for."""
    born = {
        row["person_row"]: read_when(row["date_of_birth"], row["birth_precision"]) for row in example.tables["patient"]
    }
    settled = {
        name: [settle_row(row, born[row["person_row"]], example, random) for row in example.tables[name]]
        for name in ("event", "prescription")
    }
    return {**example.tables, **settled}


def settle_row(row: TableRow, born: When | None, example: Example, random: Random) -> TableRow:
    """The row on one of the days it may be of, from birth to the index date or the extract's."""
    index = min(example.index, example.made).toordinal()
    when = read_when(row["date"], row["date_precision"])
    if when and cannot_be(when, born, example.made):
        when = None
    first, last = (when.first.toordinal(), when.last.toordinal()) if when else (index - 20_000, index)
    if born:
        first = max(first, min(born.first.toordinal(), last))
    day = random.choice([first, random.randint(first, max(first, min(last, index))), max(first, min(last, index))])
    recorded = row["recorded_on"]
    if recorded is not None and int(str(recorded)) > example.made.toordinal():
        recorded = None
    return {**row, "date": day, "date_precision": "day", "recorded_on": recorded, "is_confidential": 0}


def cannot_be(when: When, born: When | None, made: date) -> bool:
    """Before birth, by 1 January 1900, or after the extract."""
    return when.first <= date(1900, 1, 1) or when.first > made or (born is not None and when.last < born.first)


def adds_a_letter(example: Example, doubtful: Decision, world: Decision) -> list[str]:
    """What holds for a person only because of doubt, or what doubt keeps from holding against them."""
    counted = [name for name, one in example.rule.criteria.items() if not isinstance(one, LatestCriterion)]
    found = [f"{name} for" for name in counted if doubtful.truth[name, "for"] > world.truth[name, "for"]]
    if world.work == "in_work" != doubtful.work:
        found.append("in work")
    return found + [f"{n} against" for n in counted if world.truth[n, "against"] > doubtful.truth[n, "against"]]


@effort(few=60, many=2_000)
@given(example=examples(), random=st.randoms(use_true_random=False))
def test_doubt_never_adds_a_letter(example: Example, random: Random) -> None:
    doubtful = find(example.rule, example.index, example.tables, example.uses, PRACTICES)
    world = find(example.rule, example.index, settle(example, random), example.uses, PRACTICES)
    assert {n: said for n, one in doubtful.items() if (said := adds_a_letter(example, one, world[n]))} == {}
