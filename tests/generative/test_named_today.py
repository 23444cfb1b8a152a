"""Generated rules and records, and what has happened since: the SQL and the oracle leave the same people off."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.search.by_hand import ByHand
from pipeline.search.in_memory.find import find
from pipeline.search.in_memory.named_today import Days
from pipeline.search.in_memory.named_today import find_stopped as find_stopped_in_memory
from pipeline.search.named_today import criteria_asked, find_stopped
from pipeline.search.run import search
from pipeline.vocabulary import Placement
from tests.effort import effort, longer
from tests.generative.pool import PRACTICES
from tests.generative.records import PEOPLE, Draw, Example, Row, examples, written
from tests.search.engines import complete, open_database

pytestmark = longer

LATER = timedelta(days=40)
EVERYBODY = ByHand(nominated=frozenset(range(1, PEOPLE + 1)))  # few of the records meet a whole rule by themselves
ENDS = ("date_of_death", "registered_to")


@st.composite
def gone_on(draw: Draw) -> Example:
    """An example whose extract was made later; since then, something may have befallen each of those it lists."""
    example = draw(examples())
    made = example.index + LATER
    tables = complete({name: [dict(row) for row in rows] for name, rows in example.tables.items()}, made)
    decisions = find(example.rule, example.index, tables, example.uses, PRACTICES, EVERYBODY)
    listed = {person for person, decision in decisions.items() if decision.listed}
    for row in tables["patient"]:
        if row["person_row"] in listed and (end := draw(st.sampled_from(("", "", *ENDS)))):
            row[end] = draw(since(example.index)).toordinal()
    later = [draw(rows_since(example, person)) for person in sorted(listed) if example.uses]
    return replace(example, made=made, tables=complete({**tables, "event": [*tables["event"], *later]}, made))


def since(index: date) -> st.SearchStrategy[date]:
    return st.sampled_from([index, index + timedelta(days=1), index + LATER, index + LATER + timedelta(days=1)])


@st.composite
def rows_since(draw: Draw, example: Example, person: int) -> dict[str, object]:
    """A row of a code of the rule, if it can of one that says no, recorded and perhaps dated since the index date."""
    wanted = criteria_asked(example.rule, example.uses)
    roles = {n: one.selection.roles for n, (name, one) in enumerate(example.rule.criteria.items(), 1) if name in wanted}
    no = [use for use in example.uses if use.role in roles.get(use.criterion_number, ())]
    code = draw(st.sampled_from(no or example.uses)).code_id
    day = draw(st.one_of(since(example.index), st.just(example.index - LATER)))
    blur = draw(st.sampled_from(("day", "day", "month", "unknown")))
    row = Row(code, day, blur=blur, recorded=draw(since(example.index)))
    return written(person, 10_000 + person, row, "value", "encounter")


def stopped_in_sql(example: Example, days: Days) -> dict[int, Placement]:
    opened = open_database("sqlite", example.tables)
    try:
        plan = search(opened, example.rule, days.index, example.uses, PRACTICES, EVERYBODY)
        return find_stopped(opened, plan, example.uses, PRACTICES, days.today)
    finally:
        opened.con.close()


@effort(few=60, many=4_000)
@given(example=gone_on())
def test_the_same_people_are_left_off_for_the_same_reason(example: Example) -> None:
    days = Days(example.index, example.made)
    oracle = find_stopped_in_memory(example.rule, days, example.tables, example.uses, PRACTICES, EVERYBODY)
    assert stopped_in_sql(example, days) == oracle
