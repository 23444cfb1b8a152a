"""`between`, values, `at_most`, kinds of count, and `after`. The index date is 20 November 2026."""

from pathlib import Path

from tests.search.tables import Spec, rows

POSITIVE = """
population: {}
criteria:
  pain: {events: {codelist: pain}}
  asked: %s
include: {all: [pain, asked]}
"""
NEGATIVE = """
population: {}
criteria:
  pain: {events: {codelist: pain}}
  asked: %s
include: pain
exclude: [asked]
"""


def asked(folder: Path, criterion: str, text: str, rule: str = POSITIVE, more: str = "") -> list[int]:
    """Who is found among people who all have pain, when `asked` looks at these rows of the list `score`."""
    spec = Spec(folder, (rule % criterion) + more)
    people = sorted({row["person"] for row in rows(text)} | {"99"}, key=int)
    spec.people("person\n" + "\n".join(people))
    spec.events("person | code | date\n" + "\n".join(f"{person} | pain | 2026-01-01" for person in people))
    return (spec.prescriptions if "prescriptions:" in criterion else spec.events)(text).found()


def test_between_lengths_and_days(tmp_path: Path) -> None:
    # 12 months before is 20 November 2025, 3 months before is 20 August 2026. Both days count.
    text = """
        person | code  | date
        1      | score | 2025-11-19
        2      | score | 2025-11-20
        3      | score | 2026-08-20
        4      | score | 2026-08-21
        5      | score |
    """
    assert asked(tmp_path, "{events: {codelist: score, between: {from: 12 months, to: 3 months}}}", text) == [2, 3]
    assert asked(tmp_path, "{events: {codelist: score, between: {from: 2025-11-20, to: 2026-08-20}}}", text) == [2, 3]
    assert asked(tmp_path, "{events: {codelist: score, between: {to: 2025-11-20}}}", text) == [1, 2]
    assert asked(tmp_path, "{events: {codelist: score, between: {from: 2026-08-21}}}", text) == [4]


def test_a_window_that_holds_no_day_matches_nothing_in_doubt(tmp_path: Path) -> None:
    # 8 months before 20 November is 20 March 2026, before the window begins. "2026" spans both, but no day is in the
    # window.
    text = """
        person | code  | date
        1      | score | 2026
        2      | score |
        3      | score | 2026-04-01
    """
    criterion = "{events: {codelist: score, between: {from: 2026-05-01, to: 8 months}}}"
    assert asked(tmp_path, criterion, text) == []
    assert asked(tmp_path, criterion, text, NEGATIVE) == [1, 2, 3, 99]


def test_values_have_both_bounds_in_and_an_unknown_value_is_in_doubt(tmp_path: Path) -> None:
    text = """
        person | code  | date       | value
        1      | score | 2026-01-01 | 7
        2      | score | 2026-01-01 | 6.5
        3      | score | 2026-01-01 |
        4      | score | 2026-01-01 | 10
        5      | score | 2026-01-01 | 10.5
    """
    criterion = "{events: {codelist: score, value: {at_least: 6.75, at_most: 10}}}"
    assert asked(tmp_path, criterion, text) == [1, 4]
    assert asked(tmp_path, criterion, text, NEGATIVE) == [2, 5, 99]


def test_a_value_that_cannot_be_compared_is_in_doubt(tmp_path: Path) -> None:
    # Only millimoles per litre can be compared, however they are spaced and in whichever case, and only values from 0
    # to 50 can be believed. For a person any other value counts for nothing; against them it may be in the range.
    text = """
        person | code  | date       | value | unit
        1      | score | 2026-01-01 | 7     | mmol/L
        2      | score | 2026-01-01 | 7     | MMOL / l
        3      | score | 2026-01-01 | 7     | mg/dL
        4      | score | 2026-01-01 | 7     |
        5      | score | 2026-01-01 | 51    | mmol/L
        6      | score | 2026-01-01 | -1    | mmol/L
        7      | score | 2026-01-01 | 50    | mmol/L
        8      | score | 2026-01-01 | 3     | mmol/L
        9      | score | 2026-01-01 |       | mmol/L
    """
    value = "value: {at_least: 4, unit: [mmol/L], plausible: {from: 0, to: 50}}"
    assert asked(tmp_path, f"{{events: {{codelist: score, {value}}}}}", text) == [1, 2, 7]
    assert asked(tmp_path, f"{{events: {{codelist: score, {value}}}}}", text, NEGATIVE) == [8, 99]


def test_a_quantity_has_its_own_unit(tmp_path: Path) -> None:
    text = """
        person | code  | date       | value | unit
        1      | score | 2026-01-01 | 56    | tablet
        2      | score | 2026-01-01 | 56    | ml
        3      | score | 2026-01-01 | 9000  | tablet
    """
    most = "{prescriptions: {codelist: score, value: {at_most: 100, unit: [tablet, tablets]}}}"
    assert asked(tmp_path, most, text) == [1]
    plausible = "{prescriptions: {codelist: score, value: {at_least: 28, plausible: {to: 1000}}}}"
    assert asked(tmp_path, plausible, text) == [1, 2]


def test_at_most_holds_without_any_row(tmp_path: Path) -> None:
    text = """
        person | code  | date
        1      | score | 2026-01-01
        2      | score | 2026-01-01
        2      | score | 2026-01-02
        3      | score | 2026-01-01
        3      | score | 2026-01-01
    """
    criterion = "{events: {codelist: score, within: 12 months}, at_most: 1}"
    assert asked(tmp_path, criterion, text) == [1, 3, 99]
    assert asked(tmp_path, criterion, text, NEGATIVE) == [2]
    both = "{events: {codelist: score, within: 12 months}, at_least: 1, at_most: 1}"
    assert asked(tmp_path, both, text) == [1, 3]


def test_what_may_be_too_many_is_read_against_the_person(tmp_path: Path) -> None:
    # For a person, an undated row, a row that touches the window and a confidential row may each be the second.
    text = """
        person | code  | date       | confidential
        1      | score | 2026-01-01 | 0
        1      | score |            | 0
        2      | score | 2026-01-01 | 0
        2      | score | 2025       | 0
        3      | score | 2026-01-01 | 0
        3      | score | 2026-01-02 | 1
        4      | score | 2026-01-01 | 0
        4      | score | 2024       | 0
    """
    criterion = "{events: {codelist: score, within: 12 months}, at_most: 1}"
    assert asked(tmp_path, criterion, text) == [4, 99]
    assert asked(tmp_path, criterion, text, NEGATIVE) == []  # nobody certainly has two


def test_issues_and_drugs(tmp_path: Path) -> None:
    text = """
        person | code  | date       | meaning
        1      | score | 2026-01-01 | codeine
        1      | score | 2026-01-01 | codeine
        2      | score | 2026-01-01 | codeine
        2      | score | 2026-01-01 | morphine
        3      | score | 2026-01-01 | codeine
        3      | score | 2026-01-01 |
    """
    issues = "{prescriptions: {codelist: score}, at_least: 2, count: issues}"
    assert asked(tmp_path, issues, text) == [1, 2, 3]
    drugs = "{prescriptions: {codelist: score}, at_least: 2, count: drugs}"
    assert asked(tmp_path, drugs, text) == [2]
    assert asked(tmp_path, drugs, text, NEGATIVE) == [1, 99]  # 3: the unknown product may be another drug


def test_one_unnamed_product_is_one_drug_however_often_it_is_issued(tmp_path: Path) -> None:
    # The list names no substance of either product. 1 has one of them twice, 2 has both, which may be two drugs.
    text = """
        person | code  | date       | role
        1      | score | 2026-01-01 | first product
        1      | score | 2026-02-01 | first product
        2      | score | 2026-01-01 | first product
        2      | score | 2026-02-01 | second product
    """
    drugs = "{prescriptions: {codelist: score}, at_least: 2, count: drugs}"
    assert asked(tmp_path, drugs, text) == []
    assert asked(tmp_path, drugs, text, NEGATIVE) == [1, 99]


ANCHOR = "{events: {codelist: score}, after: {criterion: fall, date: %s, within: 3 months}}"
FALL = "  fall: {events: {codelist: fall}}\n"


def after(folder: Path, which: str, text: str, rule: str = POSITIVE) -> list[int]:
    return asked(folder, ANCHOR % which + "\n" + FALL, text, rule)


def test_after_reaches_from_the_date_to_within_both_in(tmp_path: Path) -> None:
    # 30 November 2025 + 3 months is 28 February 2026.
    text = """
        person | code  | date
        1      | fall  | 2025-11-30
        1      | score | 2025-11-30
        2      | fall  | 2025-11-30
        2      | score | 2026-02-28
        3      | fall  | 2025-11-30
        3      | score | 2026-03-01
        4      | fall  | 2025-11-30
        4      | score | 2025-11-29
        5      | score | 2026-01-01
    """
    assert after(tmp_path, "first", text) == [1, 2]


def test_after_the_first_and_after_the_last(tmp_path: Path) -> None:
    text = """
        person | code  | date
        1      | fall  | 2025-01-01
        1      | fall  | 2026-01-01
        1      | score | 2025-02-01
        2      | fall  | 2025-01-01
        2      | fall  | 2026-01-01
        2      | score | 2026-02-01
    """
    assert after(tmp_path, "first", text) == [1]
    assert after(tmp_path, "last", text) == [2]


def test_an_anchor_has_its_own_value(tmp_path: Path) -> None:
    # Only a fall of 7 or more starts the 3 months: for person 1 the one in January, for person 2 none.
    text = """
        person | code  | date       | value
        1      | fall  | 2026-01-01 | 7
        1      | score | 2026-02-01 |
        2      | fall  | 2026-01-01 | 6
        2      | score | 2026-02-01 |
    """
    severe = FALL.replace("codelist: fall", "codelist: fall, value: {at_least: 7}")
    assert asked(tmp_path, ANCHOR % "first" + "\n" + severe, text) == [1]


def test_an_anchor_in_doubt(tmp_path: Path) -> None:
    # The first fall of person 1 was in January or, if it was the undated row, at any time before. So it is not certain
    # that the score follows within 3 months of the first fall. Person 2's was on a day in January: 1 April is within
    # 3 months of every day in it, 15 April is not. Against a person, each possibility is enough.
    text = """
        person | code  | date
        1      | fall  | 2026-01-01
        1      | fall  |
        1      | score | 2026-02-01
        2      | fall  | 2026-01
        2      | score | 2026-04-01
        3      | fall  | 2026-01
        3      | score | 2026-04-15
        4      | fall  | 2026-01
        4      | score | 2026-05-01
    """
    assert after(tmp_path, "first", text) == [2]
    assert after(tmp_path, "first", text, NEGATIVE) == [4, 99]


def test_after_any_date_of_the_anchor(tmp_path: Path) -> None:
    # Neither the first fall of person 1 nor the last is followed by a score within 3 months; the second is. Two falls
    # before one score are no two scores.
    text = """
        person | code  | date
        1      | fall  | 2025-01-01
        1      | fall  | 2025-06-01
        1      | fall  | 2026-01-01
        1      | score | 2025-07-01
        2      | fall  | 2025-01-01
        2      | score | 2025-07-01
        3      | fall  | 2025-06-01
        3      | fall  | 2025-06-02
        3      | score | 2025-07-01
    """
    assert after(tmp_path, "any", text) == [1, 3]
    twice = ANCHOR.replace("within: 3 months}", "within: 3 months}, at_least: 2, count: rows") % "any"
    assert asked(tmp_path, f"{twice}\n{FALL}", text) == []


def test_any_anchor_in_doubt(tmp_path: Path) -> None:
    # An undated fall starts nothing for a person, and may have been on any day against them. The fall of person 2 was
    # on some day in January: 1 April is within 3 months of every one of them, 15 April only of some.
    text = """
        person | code  | date
        1      | fall  |
        1      | score | 2026-02-01
        2      | fall  | 2026-01
        2      | score | 2026-04-01
        3      | fall  | 2026-01
        3      | score | 2026-04-15
        4      | fall  | 2026-01
        4      | score | 2026-05-01
    """
    assert after(tmp_path, "any", text) == [2]
    assert after(tmp_path, "any", text, NEGATIVE) == [4, 99]


def test_after_counts_days_as_they_are(tmp_path: Path) -> None:
    text = """
        person | code  | date
        1      | fall  | 2026-01-01
        1      | score | 2026-01-11
        2      | fall  | 2026-01-01
        2      | score | 2026-01-12
    """
    days = "{events: {codelist: score}, after: {criterion: fall, within: 10 days}}\n"
    assert asked(tmp_path, days + FALL, text) == [1]


def test_the_last_anchor_in_doubt(tmp_path: Path) -> None:
    # The fall was on a day in January: 1 April is within 3 months of all its days, 15 April of some, 1 May of none.
    text = """
        person | code  | date
        1      | fall  | 2026-01
        1      | score | 2026-04-01
        2      | fall  | 2026-01
        2      | score | 2026-04-15
        3      | fall  | 2026-01
        3      | score | 2026-05-01
    """
    assert after(tmp_path, "last", text) == [1]
    assert after(tmp_path, "last", text, NEGATIVE) == [3, 99]


def test_an_anchor_that_may_not_count_starts_nothing_for_a_person_and_may_against(tmp_path: Path) -> None:
    text = """
        person | code  | date       | confidential
        1      | fall  | 2026-01-01 | 1
        1      | score | 2026-02-01 | 0
        2      | fall  | 2026-01-01 | 1
        2      | score | 2026-06-01 | 0
    """
    for which in ("first", "last"):
        assert after(tmp_path, which, text) == []
        assert after(tmp_path, which, text, NEGATIVE) == [2, 99]


def test_too_many_after_an_anchor_in_doubt(tmp_path: Path) -> None:
    # One score certainly follows. The second score of person 1 may follow too; that of person 2 does not.
    text = """
        person | code  | date
        1      | fall  | 2026-01
        1      | score | 2026-02-01
        1      | score | 2026-04-15
        2      | fall  | 2026-01
        2      | score | 2026-02-01
        2      | score | 2026-05-15
    """
    criterion = "{events: {codelist: score}, at_most: 1, after: {criterion: fall, within: 3 months}}\n"
    assert asked(tmp_path, criterion + FALL, text) == [2, 99]
    assert asked(tmp_path, criterion + FALL, text, NEGATIVE) == []


def test_between_two_bounds_against_a_person_each_is_read_its_own_way(tmp_path: Path) -> None:
    # Two or three dates count. Person 1 may have two, because "May 2026" may not be the 10th; person 2 certainly has
    # four.
    text = """
        person | code  | date
        1      | score | 2026-05-10
        1      | score | 2026-05
        2      | score | 2026-01-01
        2      | score | 2026-01-02
        2      | score | 2026-01-03
        2      | score | 2026-01-04
    """
    criterion = "{events: {codelist: score}, at_least: 2, at_most: 3}"
    assert asked(tmp_path, criterion, text, NEGATIVE) == [2, 99]
    assert asked(tmp_path, criterion, text) == []
