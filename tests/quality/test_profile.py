"""The counts of the profile, against the same counts in plain Python; and what chance is allowed to do."""

import tempfile
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nhs_number.validate import is_valid
from scipy.stats import binom, poisson

from pipeline.codes.code_index import read_code_index
from pipeline.database import connect
from pipeline.quality.count.periods import TAIL, find_runs, list_periods
from pipeline.quality.count.profile import count_everything
from pipeline.quality.count.profile_model import Profile
from pipeline.quality.judge.finding import Kind
from pipeline.quality.judge.intervals import Measured, find_bounds
from pipeline.store.apply import Settings, build_store
from pipeline.store.open import open_store
from tests.effort import longer, much
from tests.functional.plain import write_plain

MADE_ON = date(2026, 11, 20)  # of the plain extract
PRACTICE = "A00001"
REGISTERED = date(2020, 1, 1)  # of whoever is born later, this cannot be

days = st.dates(date(2025, 6, 1), date(2027, 1, 31))
numbers = st.sampled_from(["", "9999999999", "9434765919", "9434765918", "1111111111"])
person = st.tuples(numbers, st.one_of(st.none(), st.dates(date(1930, 1, 1), date(2027, 1, 1))), st.booleans())
event = st.tuples(st.integers(0, 4), st.sampled_from([1, 2]), st.one_of(st.none(), days))


def profile_of(people: list[tuple[str, date | None, bool]], events: list[tuple[int, int, date | None]]) -> Profile:
    persons = [
        f"{row},A00001,P{row},{number},L{row},{born or ''},{'day' if born else 'unknown'},"
        f"{REGISTERED if registered else ''},regular,0,0"
        for row, (number, born, registered) in enumerate(people)
    ]
    rows = [f"{who % len(people)},{code},{day or ''},{'day' if day else 'unknown'},0" for who, code, day in events]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_plain(folder / "extract", "\n".join(persons), "\n".join(rows))
        (folder / "store").mkdir()
        manifest = build_store(folder / "extract", folder / "store", Settings())
        with connect(folder / "work" / "w") as con:
            opened = open_store(con, folder / "store", manifest)
            return count_everything(con, opened, (), read_code_index(con), None)[1]


def is_no_number(text: str) -> bool:
    """Something is there, but its check digit is wrong, or it is one digit ten times."""
    return bool(text) and (len(set(text)) == 1 or not is_valid(text))


@longer
@settings(max_examples=much(6, 20), deadline=None)
@given(st.lists(person, min_size=1, max_size=5), st.lists(event, max_size=40))
def test_counts_are_those_of_plain_python(
    people: list[tuple[str, date | None, bool]], events: list[tuple[int, int, date | None]]
) -> None:
    profile = profile_of(people, events)

    def n(table: str, measure: str, item: str = "") -> int:
        return profile.totals(table, measure)[PRACTICE, item].n

    assert n("patient", "records") == len(people)
    assert n("patient", "nhs_invalid") == sum(is_no_number(p[0]) for p in people)
    assert n("patient", "unregistered") == sum(not p[2] or bool(p[1] and p[1] > REGISTERED) for p in people)
    assert n("patient", "blank", "patient.date_of_birth") == sum(p[1] is None for p in people)
    assert n("event", "rows") == len(events) == n("event", "unknown_code") + sum(e[1] in (1, 2) for e in events)
    assert n("event", "blank", "event.date") == sum(e[2] is None for e in events)
    assert n("event", "in_future") == sum(bool(e[2] and e[2] > MADE_ON) for e in events)
    born = [people[e[0] % len(people)][1] for e in events]
    assert n("event", "before_birth") == sum(bool(e[2] and b and e[2] < b) for e, b in zip(events, born, strict=True))
    assert n("certificate", "rows") == sum(e[1] == 2 for e in events)
    dated = Counter((e[0] % len(people), e[1], e[2]) for e in events if e[2])
    assert n("event", "repeated") == sum(times - 1 for times in dated.values())
    for period in list_periods(MADE_ON):
        for table, codes in (("event", (1, 2)), ("certificate", (2,))):
            (row,) = [r for r in profile.where(table, "rows") if r.month == period.name]
            own = [e for e in events if e[1] in codes and e[2] and period.first <= e[2] <= period.last]
            assert (row.n, row.of) == (len(own), period.days)


@pytest.mark.parametrize(("number", "invalid"), [("valid:1a", 0), ("invalid:1a", 1), ("943 476 5919", 0), ("12", 1)])
def test_pseudonyms_and_odd_forms(number: str, invalid: int) -> None:
    profile = profile_of([(number, None, True)], [])
    assert profile.totals("patient", "nhs_invalid")[PRACTICE, ""].n == invalid


def test_the_periods_are_twelve_months_and_two_weeks() -> None:
    own = list_periods(date(2026, 3, 3))
    assert [own[0].name, own[11].name, own[12].name] == ["2025-03", "2026-02", TAIL]
    assert (own[11].last, own[12].first, own[12].days) == (date(2026, 2, 28), date(2026, 2, 18), 14)
    assert all(b.first == a.last + timedelta(1) for a, b in pairwise(own[:12]))


def test_periods_in_a_row_go_together() -> None:
    assert find_runs(["a", "b", "c", "d", "e"], {"a", "b", "d"}) == [("a", "b"), ("d",)]
    assert find_runs(["a", "b"], set()) == []


def test_bounds_are_where_chance_ends() -> None:
    """At its own bound, what was counted is just as unlikely as asked."""
    share = find_bounds(Measured(kind=Kind.IN_FUTURE, n=7, base=900), 1000, 1)
    assert share is not None
    assert binom.sf(6, 900, share[0]) == pytest.approx(0.001) == pytest.approx(float(binom.cdf(7, 900, share[1])))
    rate = find_bounds(Measured(kind=Kind.LIST_SILENT, n=0, base=500), 1000, 1)
    assert rate is not None and rate[0] == 0
    assert poisson.cdf(0, 500 * rate[1]) == pytest.approx(0.001)


def test_a_small_practice_may_have_a_month_without_fit_notes() -> None:
    def ratio(usual: int) -> tuple[float, float] | None:
        return find_bounds(Measured(kind=Kind.MONTH_LOW, n=0, base=11 * usual, weight=1 / 11), 1e6, 3)

    assert ratio(4) is None and ratio(30) is None
    assert ratio(60) == (0, 0)
