"""A window says the same in SQL as in Python, of any row."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from pipeline.search.doubt.readings import Reading
from pipeline.search.doubt.windows import Window

DAYS = st.integers(95, 125)
WINDOWS = st.one_of(
    st.builds(Window, st.none(), st.just(120), st.just(True)),
    st.builds(Window, st.one_of(st.none(), st.integers(100, 110)), st.integers(110, 120), st.just(False)),
)
DATES = st.one_of(st.none(), st.tuples(DAYS, st.integers(0, 9)).map(lambda pair: (pair[0], sum(pair))))
READINGS: tuple[Reading, ...] = ("for", "against")


@given(window=WINDOWS, dates=DATES, may_help=st.booleans(), reading=st.sampled_from(READINGS))
def test_sql_and_python_agree(window: Window, dates: tuple[int, int] | None, may_help: bool, reading: Reading) -> None:
    first, last = dates or (None, None)
    with sqlite3.connect(":memory:") as con:
        row = "SELECT ? AS first_day, ? AS last_day, ? AS may_help"
        values = (first, last, int(may_help))
        found = con.execute(f"SELECT CASE WHEN {window.sql(reading)} THEN 1 ELSE 0 END FROM ({row})", values).fetchone()
    # A row that starts after the index date is left out before any window is asked, so "ever" need not know it.
    if not (window.ever and first is not None and first > window.last):
        assert window.holds(first, last, may_help, reading) == bool(found[0])
