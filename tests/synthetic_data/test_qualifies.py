"""The referee on people small enough to judge by hand. Index date 20 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from synthetic_data.population.catalogue import find_codes
from synthetic_data.population.medicines import find_medicines
from synthetic_data.population.referee import find_qualifying
from synthetic_data.population.registrations import TYPES
from synthetic_data.population.rows import MONTH, NO_DAY, YEAR_ONLY, Rows
from tests.synthetic_data.records import INDEX, NOT_FIT, OPIOID, PAIN, Case, Dated, day, in_both, registered, rows

BACKACHE, CANCER = int(find_codes("painful-condition")[0][0]), int(find_codes("cancer")[0][0])
SCIATICA = int(find_codes("painful-condition", "sciatica")[0][0])
LOW_BACK_PAIN, BACK = (int(code) for code in find_codes("painful-condition", "back pain")[0])
MAY_BE_FIT, DUPLICATE = (int(find_codes("fit-notes", role)[0][0]) for role in ("may_be_fit", "duplicate"))
GABAPENTINOID, METHADONE = (int(find_medicines(topic)[0][0]) for topic in ("gabapentinoids", "opioid-substitution"))


def judge(case: Case, events: Rows | None = None, issues: Rows | None = None, **spoilt: object) -> bool:
    """Whether the case qualifies; `spoilt` are columns of the registration."""
    columns = {name: np.array([value]) for name, value in spoilt.items()}
    registrations = replace(registered(), **columns)
    events = case.events() if events is None else events
    issues = rows(list(case.issues)) if issues is None else issues
    return bool(find_qualifying(registrations, events, issues, INDEX)[0])


def notes(*days: str, code: int = NOT_FIT) -> Case:
    return Case(notes=tuple((code, text) for text in days))


def test_the_plain_case_qualifies() -> None:
    assert judge(Case())


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (notes("2026-08-03"), False),  # 28 days
        (notes("2026-08-03", "2026-08-16"), False),  # 13 + 28 = 41 days
        (notes("2026-08-03", "2026-08-17"), True),  # 14 + 28 = 42 days
        (notes("2026-08-03", "2026-09-07"), True),  # ends 31 August, 7 days' gap joins: 35 + 28 = 63 days
        (notes("2026-08-03", "2026-09-08"), False),  # 8 days' gap: two spells of 28
        (notes("2026-08-03", "2026-08-03"), False),  # twice the same day is once
        (notes("2026-10-09", "2026-10-23"), True),  # 9 October to the index, 20 November, both in: 43 days
        (notes("2026-10-10", "2026-10-24"), True),  # 42 days up to the index
        (notes("2026-10-11", "2026-10-25"), False),  # would run to 22 November; cut at the index: 41 days
        (notes("2025-10-10", "2025-10-24"), True),  # last day 20 November 2025, the window's first
        (notes("2025-10-09", "2025-10-23"), False),  # last day 19 November 2025
        (notes("2026-08-03", "2026-08-24", code=MAY_BE_FIT), False),
        (notes("2026-08-03", "2026-08-24", code=DUPLICATE), False),
        (notes("2026-08-03", ""), False),  # an undated note is no note
        (notes("2026-11-21", "2026-12-05"), False),  # after the index
    ],
)
def test_spells(case: Case, expected: bool) -> None:
    assert judge(case) == expected


@pytest.mark.parametrize(
    ("pain", "expected"),
    [
        (((PAIN, "2021-11-20"),), True),  # five years ago to the day
        (((PAIN, "2021-11-19"),), False),
        (((PAIN, ""),), False),  # unknown: may not be within five years
        (((PAIN, "2026-11-21"),), False),  # the future
        (((BACKACHE, "2025-01-10"),), False),  # once
        (((BACKACHE, "2025-01-10"), (BACKACHE, "2025-04-09")), False),  # a day short of 3 months
        (((BACKACHE, "2025-01-10"), (BACKACHE, "2025-04-10")), True),
        (((BACKACHE, "2024-11-30"), (BACKACHE, "2025-02-28")), True),  # 30 November + 3 months: the last of February
        (((LOW_BACK_PAIN, "2025-01-10"), (BACK, "2025-04-10")), True),  # one condition, coded in two ways
        (((BACK, "2025-01-10"), (SCIATICA, "2025-04-10")), False),  # two conditions
        (((BACKACHE, "2021-11-19"), (BACKACHE, "2022-03-01")), False),  # the first is before the window
    ],
)
def test_pain(pain: tuple[Dated, ...], expected: bool) -> None:
    assert judge(Case(pain=pain)) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2026-06-10", "2026-07-10", "2026-08-10"), False),  # three dates
        (("2026-06-10", "2026-07-10", "2026-08-10", "2026-08-10"), False),  # four issues, three dates
        (("2025-11-20", "2026-07-10", "2026-08-10", "2026-11-20"), True),  # both ends of the window are in
        (("2025-11-19", "2026-07-10", "2026-08-10", "2026-11-20"), False),
        (("2026-06-10", "2026-07-10", "2026-08-10", "2026-09-10"), True),  # 3 months from the first to the last
        (("2026-06-10", "2026-07-10", "2026-08-10", "2026-09-09"), False),  # a day short of them
        (("", "2026-07-10", "2026-08-10", "2026-11-20"), False),  # an undated issue is not a date
    ],
)
def test_pain_drugs(days: tuple[str, ...], expected: bool) -> None:
    assert judge(Case(issues=tuple((OPIOID, text) for text in days))) == expected


def test_the_two_drug_lists_count_together() -> None:
    two = ((OPIOID, "2026-06-10"), (OPIOID, "2026-07-10"), (GABAPENTINOID, "2026-08-10"), (GABAPENTINOID, "2026-09-10"))
    assert judge(Case(issues=two))


@pytest.mark.parametrize(
    ("other", "qualifies"),
    [
        ((("cancer", "", "2021-11-20"),), False),
        ((("cancer", "", "2021-11-19"),), True),  # longer ago than five years
        ((("cancer", "", ""),), False),  # an unknown date may be yesterday
        ((("palliative", "palliative", "2001-01-01"),), False),  # ever
        ((("palliative", "palliative", "2025-01-01"), ("palliative", "not_indicated", "2025-06-01")), True),
        ((("palliative", "palliative", "2025-06-01"), ("palliative", "not_indicated", "2025-06-01")), False),  # a tie
        ((("palliative", "palliative", ""), ("palliative", "not_indicated", "2025-06-01")), True),  # undated is oldest
        ((("palliative", "palliative", ""), ("palliative", "not_indicated", "")), False),  # both oldest: a tie
        ((("type-1-dissent", "dissent", "2015-01-01"),), False),
        ((("type-1-dissent", "dissent", "2015-01-01"), ("type-1-dissent", "withdrawn", "2015-01-02")), True),
        ((("research-contact", "declined", "2024-01-01"), ("research-contact", "invited", "2024-02-01")), True),
        ((("research-contact", "declined", "2024-02-02"), ("research-contact", "invited", "2024-02-01")), False),
        ((("research-contact", "invited", "2024-02-01"),), True),
        ((("interpreter-needed", "", "2024-02-01"),), True),  # a flag decides nothing
    ],
)
def test_exclusions(other: tuple[tuple[str, str, str], ...], qualifies: bool) -> None:
    dated = tuple((int(find_codes(topic, role)[0][0]), text) for topic, role, text in other)
    assert judge(Case(other=dated)) == qualifies


@pytest.mark.parametrize(("text", "qualifies"), [("2025-11-20", False), ("2025-11-19", True), ("", False)])
def test_substitution_within_a_year_excludes(text: str, qualifies: bool) -> None:
    assert judge(Case(issues=(*Case().issues, (METHADONE, text)))) == qualifies


@pytest.mark.parametrize(
    ("spoilt", "qualifies"),
    [
        ({"birth": day("2008-11-20")}, True),  # 18 today
        ({"birth": day("2008-11-21")}, False),
        ({"birth": day("1961-11-21")}, True),  # 65 tomorrow
        ({"birth": day("1961-11-20")}, False),
        ({"birth": NO_DAY}, False),
        ({"start": day("2026-08-20")}, True),  # three months to the day
        ({"start": day("2026-08-21")}, False),
        ({"end": day("2026-11-20")}, False),
        ({"end": day("2026-11-21")}, True),  # leaves tomorrow
        ({"death": day("2026-11-01")}, False),
        ({"kind": TYPES.index("Temporary")}, False),
        ({"kind": TYPES.index("Dummy")}, False),
        ({"dummy_flag": True}, False),
        ({"deleted": True}, False),
        ({"sensitive": True}, True),  # for the reviewer to decide
    ],
)
def test_population(spoilt: dict[str, Any], qualifies: bool) -> None:
    case = Case(pain=((PAIN, "2024-03-01"),))
    assert judge(case, **spoilt) == qualifies


def test_someone_born_on_29_february_is_18_on_1_march() -> None:
    case = Case(
        pain=((PAIN, "2021-03-01"),),
        notes=((NOT_FIT, "2021-12-01"), (NOT_FIT, "2021-12-22")),
        issues=tuple((OPIOID, f"2021-{month}-10") for month in ("09", "10", "11", "12")),
    )
    born = replace(registered(), birth=np.array([day("2004-02-29")]))
    records = (born, case.events(), rows(list(case.issues)))
    assert not find_qualifying(*records, date(2022, 2, 28))[0]
    assert find_qualifying(*records, date(2022, 3, 1))[0]


def spoil(case: Case, place: int, **columns: object) -> Rows:
    """The case's events with one of them changed. Order: pain, two notes, others."""
    made = case.events()
    changed = {}
    for name, value in columns.items():
        column = getattr(made, name).copy()
        column[place] = value
        changed[name] = column
    return replace(made, **changed)


@pytest.mark.parametrize(
    ("columns", "qualifies"),
    [
        ({"deleted": True}, False),
        ({"confidential": True}, False),
        ({"who": -1}, False),
        ({"entered": day("2026-11-21")}, False),  # recorded after the index
        ({"entered": NO_DAY}, True),
        ({"precision": MONTH}, True),  # March 2024 lies inside five years
        ({"precision": MONTH, "day": day("2021-11-25")}, False),  # November 2021 does not lie wholly inside
        ({"precision": YEAR_ONLY, "day": day("2022-06-01")}, True),
        ({"precision": YEAR_ONLY, "day": day("2026-02-01")}, False),  # 2026 ends after the index
        ({"day": day("1985-05-04")}, False),  # before birth, and long ago
    ],
)
def test_a_spoilt_pain_row(columns: dict[str, object], qualifies: bool) -> None:
    assert judge(Case(), events=spoil(Case(), 0, **columns)) == qualifies


@pytest.mark.parametrize(
    ("columns", "qualifies"),
    [
        ({}, False),
        ({"deleted": True}, True),
        ({"confidential": True}, False),  # confidential rows do exclude
        ({"precision": YEAR_ONLY, "day": day("2021-03-01")}, False),  # 2021 touches the five years
        ({"precision": YEAR_ONLY, "day": day("2020-12-31")}, True),
        ({"precision": MONTH, "day": day("2026-11-28")}, False),  # November 2026 has begun
        ({"precision": MONTH, "day": day("2026-12-01")}, False),  # the future is not known
        ({"day": day("1985-05-04")}, False),  # nor is a day before birth
        ({"entered": day("2026-11-21")}, False),  # it was entered before the extract, all the same
    ],
)
def test_a_spoilt_cancer_row(columns: dict[str, object], qualifies: bool) -> None:
    case = Case(other=((CANCER, "2024-01-01"),))
    assert judge(case, events=spoil(case, 3, **columns)) == qualifies


def test_a_vague_note_is_no_note() -> None:
    assert not judge(Case(), events=spoil(Case(), 1, precision=MONTH))


def judge_two(**columns: list[object]) -> list[bool]:
    """The same person and the same record in two practices; `columns` of the two registrations."""
    two = replace(registered(2), start=np.array([day("2020-01-01"), day("2023-01-01")]))
    two = replace(two, **{name: np.array(values) for name, values in columns.items()})
    events, issues = (in_both(part) for part in (Case().events(), rows(list(Case().issues))))
    return [bool(one) for one in find_qualifying(two, events, issues, INDEX)]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({}, [False, True]),  # both current: the latest
        ({"end": [day("2023-01-01"), NO_DAY]}, [False, True]),
        ({"end": [NO_DAY, day("2026-01-01")]}, [True, False]),
        ({"kind": [0, TYPES.index("Temporary")]}, [True, False]),
        ({"death": [NO_DAY, day("2026-11-01")]}, [False, False]),  # dead anywhere: listed nowhere
        ({"birth": [day("1985-05-05"), day("1985-05-06")]}, [True, True]),  # another date of birth: two people
        ({"nhs_valid": [True, False]}, [True, True]),
        ({"nhs_number": [9990000018, 9990000026]}, [True, True]),
        ({"start": [day("2020-01-01"), day("2026-10-01")]}, [False, False]),  # the latest wins, and is too new
    ],
)
def test_one_person_once(columns: dict[str, list[object]], expected: list[bool]) -> None:
    assert judge_two(**columns) == expected
