"""Generated rules and records, some of them of one person: the SQL and the oracle let the same other records count."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from pipeline.people.other_records import Others
from pipeline.search.by_hand import ByHand
from pipeline.search.elsewhere import find_kept_off
from pipeline.search.in_memory.elsewhere import find_kept_off as find_kept_off_in_memory
from pipeline.search.run import search
from tests.effort import effort, longer
from tests.generative.pool import PRACTICES
from tests.generative.records import PEOPLE, Example, examples
from tests.search.engines import open_database

pytestmark = longer

EVERYBODY = ByHand(nominated=frozenset(range(1, PEOPLE + 1)))  # few of the records meet a whole rule by themselves
ROWS = st.integers(1, PEOPLE)
OTHERS = st.dictionaries(ROWS, st.frozensets(ROWS, min_size=1, max_size=3), min_size=1, max_size=PEOPLE)


def kept_off_in_sql(example: Example, index: date, others: Others) -> frozenset[int]:
    opened = open_database("sqlite", example.tables)
    try:
        plan = search(opened, example.rule, index, example.uses, PRACTICES, EVERYBODY)
        return find_kept_off(opened, plan, example.uses, others)
    finally:
        opened.con.close()


@effort(few=60, many=4_000)
@given(example=examples(), others=OTHERS)
def test_the_same_people_are_kept_off(example: Example, others: Others) -> None:
    asked = (example.tables, example.uses, PRACTICES)
    oracle = find_kept_off_in_memory(example.rule, example.index, *asked, others, EVERYBODY)
    assert kept_off_in_sql(example, example.index, others) == oracle
