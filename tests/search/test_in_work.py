"""What the record says about work: the newest row decides, whatever it says, and only then is its age asked."""

from pathlib import Path

from tests.search.tables import Spec

RULE = """
population: {registered: {type: regular}}
criteria:
  pain: {events: {codelist: pain}}
include: pain
in_work:
  look_back: {in: 24 months, out: 12 months, roles: {may_be_fit: 6 months}}
  in: [employed, may_be_fit]
  out: [unemployed, unable]
  other: [retired]
  action: %s
"""
ROWS = """
    person | code       | date       | role       | confidential
    1      | employment | 2026-01-01 | employed   | 0
    1      | employment | 2025-12-01 | unemployed | 0
    2      | employment | 2026-01-01 | employed   | 0
    2      | employment | 2026-02-01 | unemployed | 0
    3      | employment | 2026-01-01 | employed   | 0
    3      | employment | 2026-01-01 | unemployed | 0
    4      | employment | 2025-01-01 | employed   | 0
    5      | employment | 2025-01-01 | unemployed | 0
    6      | employment | 2026-01-01 | retired    | 0
    7      | fit-notes  | 2026-06-01 | may_be_fit | 0
    8      | employment | 2026-01-01 | employed   | 1
    8      | employment | 2025-12-01 | unemployed | 0
    9      | employment | 2026-01-01 | unemployed | 1
    10     | employment |            | employed   | 0
    11     | employment | 2024-11-19 | employed   | 0
    12     | employment | 2026       | employed   | 0
    12     | employment | 2026-06-01 | unemployed | 0
    13     | employment |            | employed   | 0
    13     | employment | 2026-06-01 | unemployed | 0
    14     | employment | 2026-06-01 | retired    | 0
    14     | employment | 2026-06-01 | employed   | 0
    16     | employment | 2026-05    | unemployed | 0
    16     | employment | 2026-05-10 | employed   | 0
    17     | employment | 2026-05    | employed   | 0
    17     | employment | 2026-05-31 | unemployed | 0
    18     | employment |            | unemployed | 0
    19     | employment | 2026       | unemployed | 0
    19     | employment | 2025-06-01 | employed   | 0
"""
# 4: 1 January 2025 is within 24 months. 5: but not within 12. 8: a confidential row about work does count against a
# letter. 9: one that would speak for it does not. 10, 13: undated work may be newer than anything dated. 11: a day
# before the look-back. 12: "2026" may be December, after the June row. 16: "May" out of work may be 1 May, so the row
# of 10 May is certainly as new. 17: "May" in work may be 31 May, the very day of the other. 18: undated and out of work
# is as old as it can be. 19: "2026" is 1 January at the earliest, and that is newer.
STATES = {
    1: "in_work",
    2: "out_of_work",
    3: "conflicting",
    4: "in_work",
    5: "not_recent",
    6: "other",
    7: "in_work",
    8: "in_work",
    9: "none",
    10: "in_work",
    11: "not_recent",
    12: "in_work",
    13: "in_work",
    14: "conflicting",
    15: "none",
    16: "in_work",
    17: "conflicting",
    18: "not_recent",
    19: "out_of_work",
}


def made(folder: Path, action: str) -> Spec:
    spec = Spec(folder, RULE % action).people("person\n" + "\n".join(map(str, STATES)))
    spec.events("person | code | date\n" + "\n".join(f"{person} | pain | 2026-01-01" for person in STATES))
    return spec.events(ROWS)


def states(folder: Path, rows: str, rule: str = RULE % "flag") -> dict[int, str]:
    spec = Spec(folder, rule).events(rows)
    people = sorted({str(row["person_row"]) for row in spec.rows["event"]})
    return spec.people("person\n" + "\n".join(people)).work()


def test_each_person_has_one_state(tmp_path: Path) -> None:
    assert made(tmp_path, "flag").work() == STATES


def test_flag_decides_nothing_and_exclude_drops_only_in_work(tmp_path: Path) -> None:
    assert made(tmp_path, "flag").found() == list(STATES)
    assert made(tmp_path, "exclude").found() == [person for person, state in STATES.items() if state != "in_work"]


def test_what_is_too_old_never_gives_way_to_the_older_opposite(tmp_path: Path) -> None:
    rows = """
    person | code       | date       | role
    1      | employment | 2024-12-20 | employed
    1      | employment | 2025-10-20 | unemployed
    2      | employment | 2025-12-01 | unemployed
    2      | fit-notes  | 2026-02-01 | may_be_fit
    3      | employment | 2024-12-20 | retired
    3      | employment | 2025-10-20 | unemployed
    4      | employment | 2025-10-20 | unemployed
    4      | employment | 2025-10-20 | employed
    5      | fit-notes  | 2025-10-20 | may_be_fit
    5      | employment | 2025-10-20 | unemployed
    """
    # 1: employed 23 months ago, unemployed 13 months ago: the newer has passed its 12 months, and the older stays
    # older. 2: as much for a certificate that is believed for 6 months. 3: or for someone who had retired before.
    # 4: a tie conflicts while either row is believed. 5: neither is.
    assert states(tmp_path, rows) == {
        1: "not_recent",
        2: "not_recent",
        3: "not_recent",
        4: "conflicting",
        5: "not_recent",
    }


def test_a_newer_row_that_agrees_takes_nothing_away(tmp_path: Path) -> None:
    rows = """
    person | code       | date       | role
    1      | employment | 2026-01-10 | employed
    1      | fit-notes  | 2026-03-10 | may_be_fit
    2      | employment | 2026-01-10 | employed
    2      | employment | 2026-02-10 | unemployed
    2      | fit-notes  | 2026-03-10 | may_be_fit
    """
    # 1: the certificate has passed its 6 months, but the code for employment is still believed, and nothing since then
    # says otherwise. 2: something does.
    assert states(tmp_path, rows) == {1: "in_work", 2: "not_recent"}


def test_each_look_back_has_both_ends_in(tmp_path: Path) -> None:
    rows = """
    person | code       | date       | role
    1      | employment | 2024-11-20 | employed
    2      | employment | 2024-11-19 | employed
    3      | employment | 2025-11-20 | unemployed
    4      | employment | 2025-11-19 | unemployed
    5      | fit-notes  | 2026-05-20 | may_be_fit
    6      | fit-notes  | 2026-05-19 | may_be_fit
    """
    assert states(tmp_path, rows) == {
        1: "in_work",
        2: "not_recent",
        3: "out_of_work",
        4: "not_recent",
        5: "in_work",
        6: "not_recent",
    }


def test_retired_and_permanently_unable_do_not_age(tmp_path: Path) -> None:
    rows = """
    person | code       | date       | role
    1      | employment | 1996-01-10 | unable
    2      | employment | 2001       | retired
    3      | employment |            | retired
    4      | employment | 1996-01-10 | retired
    4      | employment | 2026-01-10 | employed
    """
    assert states(tmp_path, rows) == {1: "out_of_work", 2: "other", 3: "other", 4: "in_work"}
    ageing = (RULE % "flag").replace("  action", "  permanent: [unable]\n  action")
    ageing = ageing.replace("{may", "{unable: 5 years, may")
    assert states(tmp_path, rows, ageing) == {1: "not_recent", 2: "not_recent", 3: "not_recent", 4: "in_work"}


def test_undated_work_keeps_off(tmp_path: Path) -> None:
    rows = """
    person | code       | date       | role       | confidential
    1      | employment |            | employed   | 0
    1      | employment | 2026-06-01 | unemployed | 0
    2      | employment |            | employed   | 1
    2      | employment | 2026-11-20 | unemployed | 0
    3      | employment | 1900-01-01 | employed   | 0
    3      | employment | 2026-11-20 | retired    | 0
    4      | employment |            | employed   | 0
    4      | employment |            | unemployed | 0
    5      | employment | 2026-06-01 | unemployed | 0
    """
    # 2: confidential. 3: on a day that cannot be.
    pain = "person | code | date\n" + "\n".join(f"{person} | pain | 2026-01-01" for person in range(1, 6))
    spec = Spec(tmp_path, RULE % "exclude").people("person\n1\n2\n3\n4\n5").events(pain).events(rows)
    assert spec.found() == [5]
    assert {one.evidence.age for person, one in spec.decisions().items() if person != 5} == {"undated"}


LATER = (RULE % "flag").replace(
    "  action", "  unless_later: {overtakes: [may_be_fit], roles: [not_fit], lasts: 28 days}\n  action"
)


def test_a_later_certificate_that_is_long_enough_overtakes(tmp_path: Path) -> None:
    rows = """
    person | code       | date       | role           | value | encounter | confidential
    1      | fit-notes  | 2026-06-01 | may_be_fit     |       |           | 0
    1      | fit-notes  | 2026-08-16 | not_fit        |       | a         | 0
    1      | fit-notes  | 2026-08-16 | duration_weeks | 4     | a         | 0
    2      | fit-notes  | 2026-06-01 | may_be_fit     |       |           | 0
    2      | fit-notes  | 2026-08-16 | not_fit        |       | a         | 0
    2      | fit-notes  | 2026-08-16 | duration_days  | 27    | a         | 0
    3      | fit-notes  | 2026-06-01 | may_be_fit     |       |           | 0
    3      | fit-notes  | 2026-08-16 | not_fit        |       | a         | 0
    4      | fit-notes  | 2026-08-16 | may_be_fit     |       |           | 0
    4      | fit-notes  | 2026-08-16 | not_fit        |       | a         | 0
    4      | fit-notes  | 2026-08-16 | duration_weeks | 4     | a         | 0
    5      | employment | 2026-06-01 | employed       |       |           | 0
    5      | fit-notes  | 2026-08-16 | not_fit        |       | a         | 0
    5      | fit-notes  | 2026-08-16 | duration_weeks | 4     | a         | 0
    6      | fit-notes  | 2026-06-01 | may_be_fit     |       |           | 0
    6      | fit-notes  | 2026-08-16 | not_fit        |       | a         | 1
    6      | fit-notes  | 2026-08-16 | duration_weeks | 4     | a         | 0
    7      | fit-notes  |            | may_be_fit     |       |           | 0
    7      | fit-notes  | 2026-08-16 | not_fit        |       | a         | 0
    7      | fit-notes  | 2026-08-16 | duration_weeks | 4     | a         | 0
    8      | employment | 2026-01-10 | employed       |       |           | 0
    8      | fit-notes  | 2026-06-01 | may_be_fit     |       |           | 0
    8      | fit-notes  | 2026-08-16 | not_fit        |       | a         | 0
    8      | fit-notes  | 2026-08-16 | duration_weeks | 4     | a         | 0
    9      | employment | 2026-01-10 | unemployed     |       |           | 0
    9      | fit-notes  | 2026-06-01 | may_be_fit     |       |           | 0
    9      | fit-notes  | 2026-08-16 | not_fit        |       | a         | 0
    9      | fit-notes  | 2026-08-16 | duration_weeks | 4     | a         | 0
    """
    # 2: a day short. 3: no length, and none is assumed. 4: not later. 5: a code for employment is not overtaken. 6: a
    # confidential certificate helps no one. 7: the undated one may be newer. 8: employed before, and nothing says that
    # this has ended. 9: out of work before, but that is the older opposite.
    assert states(tmp_path, rows, LATER) == {
        1: "not_recent",
        **dict.fromkeys(range(2, 9), "in_work"),
        9: "not_recent",
    }


def test_a_length_that_may_lie_after_the_index_date_overtakes_nothing(tmp_path: Path) -> None:
    # "2026" may be after 20 November. 1: so the 4 weeks may not count. 2: these were written in 2025.
    rows = """
    person | code       | date       | role           | value | encounter
    1      | fit-notes  | 2026-06-01 | may_be_fit     |       |
    1      | fit-notes  | 2026-08-16 | not_fit        |       | a
    1      | fit-notes  | 2026       | duration_weeks | 4     | a
    2      | fit-notes  | 2025-12-01 | may_be_fit     |       |
    2      | fit-notes  | 2025-12-16 | not_fit        |       | a
    2      | fit-notes  | 2025       | duration_weeks | 4     | a
    """
    spec = Spec(tmp_path, LATER).people("person\n1\n2").events(rows)
    assert spec.work() == {1: "in_work", 2: "not_recent"}


def test_strength_and_age_are_those_of_the_rows_that_decide(tmp_path: Path) -> None:
    rows = """
    person | code       | date       | role
    1      | employment | 2026-08-21 | employed
    2      | employment | 2026-08-20 | unemployed
    3      | fit-notes  | 2026-05-20 | may_be_fit
    4      | employment | 2025-11-20 | employed
    5      | employment | 2024-11-20 | employed
    6      | employment | 2024-11-19 | employed
    7      | employment |            | employed
    8      | employment | 2026-06-01 | employed
    8      | fit-notes  | 2026-06-01 | may_be_fit
    9      | employment | 2026-06-01 | employed
    9      | employment |            | employed
    10     | employment | 2026-01-10 | employed
    10     | fit-notes  | 2026-03-10 | may_be_fit
    11     | employment | 2027       | nothing
    """
    # 8: the stronger of two on one day. 9: a dated row is named before one without a date, if it says the same.
    # 10: the certificate is too old, so the code for employment decides.
    spec = Spec(tmp_path, RULE % "flag").events(rows).people("person\n" + "\n".join(map(str, range(1, 12))))
    found = {person: (one.evidence.strength, one.evidence.age) for person, one in spec.decisions().items()}
    assert found == {
        1: ("employment_code", "under_3_months"),
        2: ("employment_code", "3_to_6_months"),
        3: ("may_be_fit_certificate", "6_to_12_months"),
        4: ("employment_code", "12_to_24_months"),
        5: ("employment_code", "12_to_24_months"),
        6: ("employment_code", "over_24_months"),
        7: ("employment_code", "undated"),
        8: ("employment_code", "3_to_6_months"),
        9: ("employment_code", "3_to_6_months"),
        10: ("employment_code", "6_to_12_months"),
        11: ("none", "none"),
    }
