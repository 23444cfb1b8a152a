"""Criteria that count rows: windows, counts, `persists`. The index date is 20 November 2026 unless given."""

from datetime import date
from pathlib import Path

import pytest

from tests.search.tables import Spec

PLAIN = """
population: {registered: {type: regular}}
criteria:
  pain: {events: {codelist: pain%s}%s}
include: pain
"""


def found(folder: Path, window: str, rows: str, options: str = "", index: date = date(2026, 11, 20)) -> list[int]:
    """The people found when each row is `person | date`, all of them of the code list `pain`."""
    people = sorted({line.split("|")[0].strip() for line in rows.strip().splitlines()}, key=int)
    spec = Spec(folder, PLAIN % (window, options), index=index).people("person\n" + "\n".join(people))
    lines = [f"{line.split('|')[0]} | pain | {line.split('|')[1]}" for line in rows.strip().splitlines()]
    return spec.events("person | code | date\n" + "\n".join(lines)).found()


def test_within_has_both_ends_in(tmp_path: Path) -> None:
    # 12 months before 20 November 2026 is 20 November 2025, which counts; the day before does not.
    rows = """
        1 | 2025-11-20
        2 | 2025-11-19
        3 | 2026-11-20
    """
    assert found(tmp_path, ", within: 12 months", rows) == [1, 3]


def test_365_days_and_12_months_differ_over_a_leap_year(tmp_path: Path) -> None:
    # 12 months before 1 March 2024 is 1 March 2023; 365 days before it is 2 March 2023, because of 29 February.
    rows = """
        1 | 2023-03-01
        2 | 2023-03-02
    """
    assert found(tmp_path, ", within: 12 months", rows, index=date(2024, 3, 1)) == [1, 2]
    assert found(tmp_path, ", within: 365 days", rows, index=date(2024, 3, 1)) == [2]


def test_a_month_that_is_too_short_gives_its_last_day(tmp_path: Path) -> None:
    # 1 month before 31 March 2025 is 28 February 2025.
    rows = """
        1 | 2025-02-28
        2 | 2025-02-27
    """
    assert found(tmp_path, ", within: 1 month", rows, index=date(2025, 3, 31)) == [1]


def test_before_is_on_or_before(tmp_path: Path) -> None:
    # 3 months before 20 November 2026 is 20 August 2026.
    rows = """
        1 | 2026-08-20
        2 | 2026-08-21
        3 | 1999-01-01
    """
    assert found(tmp_path, ", before: 3 months", rows) == [1, 3]


def test_before_and_within_make_a_window_in_the_past(tmp_path: Path) -> None:
    rows = """
        1 | 2025-11-20
        2 | 2025-11-19
        3 | 2026-08-20
        4 | 2026-08-21
    """
    assert found(tmp_path, ", within: 12 months, before: 3 months", rows) == [1, 3]


def test_for_a_person_an_unknown_date_satisfies_only_ever(tmp_path: Path) -> None:
    assert found(tmp_path, "", "1 | ") == [1]
    assert found(tmp_path, ", within: 50 years", "1 | ") == []
    assert found(tmp_path, ", before: 1 day", "1 | ") == []


def test_for_a_person_an_imprecise_date_must_lie_inside(tmp_path: Path) -> None:
    # The window is 20 November 2025 to 20 November 2026. December 2025 is inside it; November 2025 only touches it, and
    # so do the whole years. November 2026 could still be after the index date, so it is not certain either.
    rows = """
        1 | 2025-12
        2 | 2025-11
        3 | 2025
        4 | 2026
        5 | 2026-11
        6 | 2026-10
    """
    assert found(tmp_path, ", within: 12 months", rows) == [1, 6]


def test_for_a_person_a_row_after_the_index_date_or_before_birth_never_counts(tmp_path: Path) -> None:
    # Everyone here was born on 15 June 1980. "1980" touches that day.
    rows = """
        1 | 2026-11-21
        2 | 1980-06-14
        3 | 1980-06-15
        4 | 1980
        5 | 1979
        6 | 2027
    """
    assert found(tmp_path, "", rows) == [3, 4]


def test_ever_ends_at_the_index_date_for_a_person(tmp_path: Path) -> None:
    # "2026" may be after 20 November 2026, when it would not count; "October 2026" cannot be.
    rows = """
        1 | 2026
        2 | 2026-10
        3 |
    """
    assert found(tmp_path, "", rows) == [2, 3]


def test_at_least_counts_distinct_dates(tmp_path: Path) -> None:
    rows = """
        1 | 2026-01-01
        1 | 2026-01-01
        2 | 2026-01-01
        2 | 2026-01-02
    """
    assert found(tmp_path, ", within: 12 months", rows, ", at_least: 2") == [2]
    assert found(tmp_path, ", within: 12 months", rows, ", at_least: 2, count: rows") == [1, 2]


def test_imprecise_dates_prove_no_second_date(tmp_path: Path) -> None:
    # "May 2026" may be the same day as the other row, so only one date is certain.
    rows = """
        1 | 2026-05-10
        1 | 2026-05
        2 | 2026-05-10
        2 | 2026-06-10
    """
    assert found(tmp_path, ", within: 12 months", rows, ", at_least: 2") == [2]
    assert found(tmp_path, ", within: 12 months", rows, ", at_least: 2, count: rows") == [1, 2]


def test_persists_is_first_plus_length_not_after_last(tmp_path: Path) -> None:
    # 30 November 2025 + 3 months = 28 February 2026.
    rows = """
        1 | 2025-11-30
        1 | 2026-02-28
        2 | 2025-11-30
        2 | 2026-02-27
        3 | 2025-12-01
        3 | 2026-01-01
        3 | 2026-03-01
        4 | 2025-12-01
    """
    assert found(tmp_path, ", within: 5 years", rows, ", persists: 3 months") == [1, 3]


def test_spread_is_persists_for_as_many_as_must_count(tmp_path: Path) -> None:
    # Four dates from 1 January to 1 April are spread over 3 months; to 31 March they are not. Three dates are too few,
    # however far apart. Persists alone would do with any two.
    rows = """
        1      | 2026-01-01
        1      | 2026-01-02
        1      | 2026-01-03
        1      | 2026-04-01
        2      | 2026-01-01
        2      | 2026-01-02
        2      | 2026-01-03
        2      | 2026-03-31
        3      | 2026-01-01
        3      | 2026-01-02
        3      | 2026-06-01
    """
    assert found(tmp_path, ", within: 5 years", rows, ", at_least: 4, spread: 3 months") == [1]
    assert found(tmp_path, ", within: 5 years", rows, ", persists: 3 months") == [1, 3]


def test_a_spread_in_doubt(tmp_path: Path) -> None:
    # For a person only exact dates are compared: May may be any day of it, and the undated entry any day at all.
    rows = """
        1      | 2026-01-01
        1      | 2026-01-02
        1      | 2026-05
        2      | 2026-01-01
        2      | 2026-01-02
        2      |
        3      | 2026-01-01
        3      | 2026-05-01
        3      | 2026-05
    """
    assert found(tmp_path, ", within: 5 years", rows, ", at_least: 2, spread: 3 months") == [3]


def test_persists_in_days(tmp_path: Path) -> None:
    rows = """
        1 | 2026-01-01
        1 | 2026-01-31
        2 | 2026-01-01
        2 | 2026-01-30
    """
    assert found(tmp_path, "", rows, ", persists: 30 days") == [1]


def test_persists_looks_only_inside_the_window(tmp_path: Path) -> None:
    rows = """
        1 | 2020-01-01
        1 | 2026-01-01
        1 | 2026-02-01
    """
    assert found(tmp_path, ", within: 12 months", rows, ", persists: 3 months") == []
    assert found(tmp_path, "", rows, ", persists: 3 months") == [1]


def alike(folder: Path, options: str, rows: str) -> list[int]:
    """The people found when each row is `person | date | meaning`."""
    people = sorted({line.split("|")[0].strip() for line in rows.strip().splitlines()}, key=int)
    spec = Spec(folder, PLAIN % ("", options)).people("person\n" + "\n".join(people))
    lines = ["{} | pain | {} | {}".format(*line.split("|")) for line in rows.strip().splitlines()]
    return spec.events("person | code | date | meaning\n" + "\n".join(lines)).found()


def test_the_same_condition_again_is_not_another_one(tmp_path: Path) -> None:
    # 2 had back pain then and a knee now; 3 a knee in between.
    rows = """
        1 | 2025-01-01 | back
        1 | 2025-06-01 | back
        2 | 2025-01-01 | back
        2 | 2025-06-01 | knee
        3 | 2025-01-01 | back
        3 | 2025-04-01 | knee
        3 | 2025-06-01 | back
        4 | 2025-05-01 | back
        4 | 2025-06-01 | back
        4 | 2025-01-01 | knee
    """
    assert alike(tmp_path, ", persists: 3 months", rows) == [1, 2, 3, 4]
    assert alike(tmp_path, ", persists: 3 months, same: meaning", rows) == [1, 3]


def test_only_these_meanings(tmp_path: Path) -> None:
    rows = """
        1 | 2025-01-01 | back
        2 | 2025-01-01 | knee
        3 | 2025-01-01 | hip
        3 | 2025-02-01 | knee
    """
    people = "person\n1\n2\n3"
    spec = Spec(tmp_path, PLAIN % (", meanings: [back, hip]", "")).people(people)
    lines = ["{} | pain | {} | {}".format(*line.split("|")) for line in rows.strip().splitlines()]
    assert spec.events("person | code | date | meaning\n" + "\n".join(lines)).found() == [1, 3]


def test_enough_of_one_meaning(tmp_path: Path) -> None:
    rows = """
        1 | 2025-01-01 | back
        1 | 2025-02-01 | back
        2 | 2025-01-01 | back
        2 | 2025-02-01 | knee
    """
    assert alike(tmp_path, ", at_least: 2", rows) == [1, 2]
    assert alike(tmp_path, ", at_least: 2, same: meaning", rows) == [1]
    assert alike(tmp_path, ", at_least: 2, count: rows, same: meaning", rows) == [1]


def test_of_one_meaning_the_dates_must_be_certain_too(tmp_path: Path) -> None:
    # May 2025 may be the same day as the other entry; an undated one may be of any day.
    rows = """
        1 | 2025-01-01 | back
        1 | 2025-05    | back
        2 | 2025-01-01 | back
        2 |            | back
    """
    assert alike(tmp_path, ", persists: 3 months, same: meaning", rows) == []


@pytest.mark.parametrize("confidential, people", [("0", [1]), ("1", [])])
def test_a_confidential_row_never_helps_to_include(tmp_path: Path, confidential: str, people: list[int]) -> None:
    spec = Spec(tmp_path, PLAIN % ("", "")).people("person\n1")
    spec.events(f"person | code | date | confidential\n1 | pain | 2026-01-01 | {confidential}")
    assert spec.found() == people


def test_as_of_ignores_what_was_recorded_later(tmp_path: Path) -> None:
    # Person 1's row was recorded on the index date; person 2's a day later, although it is about an earlier day.
    later = date(2026, 12, 1)
    spec = Spec(tmp_path, PLAIN % (", within: 12 months", ""), made=later).people("person\n1\n2\n3")
    spec.events("""
        person | code | date       | recorded
        1      | pain | 2026-11-01 | 2026-11-20
        2      | pain | 2026-11-01 | 2026-11-21
        3      | pain | 2026-11-01 |
    """)
    assert spec.found() == [1, 3]


def test_prescriptions_are_counted_over_all_their_lists(tmp_path: Path) -> None:
    rule = """
        population: {registered: {type: regular}}
        criteria:
          drugs:
            prescriptions: {codelists: [opioids, gabapentinoids], within: 12 months}
            at_least: 4
        include: drugs
    """
    spec = Spec(tmp_path, rule).people("person\n1\n2")
    spec.prescriptions("""
        person | code           | date
        1      | opioids        | 2026-01-01
        1      | opioids        | 2026-02-01
        1      | gabapentinoids | 2026-03-01
        1      | gabapentinoids | 2026-04-01
        2      | opioids        | 2026-01-01
        2      | gabapentinoids | 2026-01-01
        2      | opioids        | 2026-02-01
        2      | opioids        | 2026-03-01
    """)
    spec.events("person | code | date\n2 | opioids | 2026-04-01")  # an event is no prescription
    assert spec.found() == [1]


def test_roles_narrow_a_list(tmp_path: Path) -> None:
    rule = PLAIN % (", roles: [severe]", "")
    spec = Spec(tmp_path, rule).people("person\n1\n2")
    spec.events("""
        person | code | date       | role
        1      | pain | 2026-01-01 | severe
        2      | pain | 2026-01-01 | mild
    """)
    assert spec.found() == [1]
