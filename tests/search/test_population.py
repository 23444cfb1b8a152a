"""Who a rule considers: registration, age, death, test records. The index date is 20 November 2026 unless given."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates import completed_years, latest_birth
from tests.search.tables import ON_DUCKDB, Spec

RULE = """
population: {registered: {type: regular%s}%s}
criteria:
  pain: {events: {codelist: pain}}
include: pain
"""


def listed(folder: Path, people: str, *, since: str = "", age: str = "", index: date = date(2026, 11, 20)) -> list[int]:
    spec = Spec(folder, RULE % (since, age), index=index).people(people)
    numbers = [row["person_row"] for row in spec.rows["patient"]]
    return spec.events("person | code | date\n" + "\n".join(f"{number} | pain | " for number in numbers)).found()


def test_registered_for_three_months_is_on_or_before(tmp_path: Path) -> None:
    people = """
        person | since
        1      | 2026-08-20
        2      | 2026-08-21
    """
    assert listed(tmp_path, people, since=", for: 3 months") == [1]


def test_only_current_regular_registrations(tmp_path: Path) -> None:
    # A registration that ends on the index date has ended; one that ends the day after is still current.
    people = """
        person | type      | since      | until
        1      | regular   | 2010-01-01 |
        2      | temporary | 2010-01-01 |
        3      | other     | 2010-01-01 |
        4      | regular   | 2010-01-01 | 2026-11-20
        5      | regular   | 2010-01-01 | 2026-11-21
        6      | regular   | 2026-11-21 |
    """
    assert listed(tmp_path, people) == [1, 5]


def test_nobody_dead_and_no_test_record(tmp_path: Path) -> None:
    # A person who died the day after the index date was alive on it.
    people = """
        person | died       | test
        1      |            | 0
        2      | 2026-11-20 | 0
        3      | 2026-11-21 | 0
        4      |            | 1
    """
    assert listed(tmp_path, people) == [1, 3]


def test_age_is_completed_years_with_both_ends_in(tmp_path: Path) -> None:
    # On 20 November 2026: 1 turns 18, 2 does tomorrow; 3 is 64 for one more day; 4 turns 65; 5 has no date of birth.
    people = """
        person | born
        1      | 2008-11-20
        2      | 2008-11-21
        3      | 1961-11-21
        4      | 1961-11-20
        5      |
    """
    assert listed(tmp_path, people, age=", age: {from: 18, to: 64}") == [1, 3]


def test_a_leap_day_has_its_birthday_on_1_march(tmp_path: Path) -> None:
    people = "person | born\n1 | 2008-02-29"
    assert listed(tmp_path, people, age=", age: {from: 18, to: 64}", index=date(2026, 2, 28)) == []
    assert listed(tmp_path, people, age=", age: {from: 18, to: 64}", index=date(2026, 3, 1)) == [1]


def test_an_imprecise_birth_must_certainly_be_of_age(tmp_path: Path) -> None:
    # Born in 2008: may still be 17. Born in October 2008: certainly 18. Born in 1961: may already be 65.
    people = """
        person | born
        1      | 2008
        2      | 2008-10
        3      | 1961
        4      | 1962
    """
    assert listed(tmp_path, people, age=", age: {from: 18, to: 64}") == [2, 4]


def test_an_age_may_have_one_end(tmp_path: Path) -> None:
    # 1 is 102, 2 turns 18, 3 does tomorrow, 4 may be 17 or 18, 5 has no date of birth.
    people = """
        person | born
        1      | 1924-01-01
        2      | 2008-11-20
        3      | 2008-11-21
        4      | 2008
        5      |
    """
    assert listed(tmp_path, people, age=", age: {from: 18}") == [1, 2]
    assert listed(tmp_path, people, age=", age: {to: 17}") == [3]


def test_a_sex_that_is_not_recorded_is_none(tmp_path: Path) -> None:
    people = """
        person | sex
        1      | F
        2      | M
        3      | I
        4      | U
        5      |
        6      | X
        7      | Female
    """
    assert listed(tmp_path, people, age=", sex: [female]") == [1, 7]
    assert listed(tmp_path, people, age=", sex: [male, indeterminate]") == [2, 3]
    assert listed(tmp_path, people, age="") == [1, 2, 3, 4, 5, 6, 7]


@ON_DUCKDB
@given(
    index=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    age=st.integers(0, 90),
    born=st.dates(date(1890, 1, 1), date(2100, 1, 1)),
)
def test_latest_birth_agrees_with_completed_years(index: date, age: int, born: date) -> None:
    assert (born <= latest_birth(index, age)) == (completed_years(born, index) >= age)


@ON_DUCKDB
@pytest.mark.parametrize(
    "index, age, expected", [(date(2026, 2, 28), 18, date(2008, 2, 28)), (date(2024, 2, 29), 18, date(2006, 2, 28))]
)
def test_latest_birth_by_hand(index: date, age: int, expected: date) -> None:
    assert latest_birth(index, age) == expected
