"""What the record says about work: the newest row in its look-back wins, and a tie is conflicting."""

from pathlib import Path

from tests.search.tables import Spec

RULE = """
population: {registered: {type: regular}}
criteria:
  pain: {events: {codelist: pain}}
include: pain
in_work:
  look_back: {in: 24 months, out: 12 months}
  in: [employed, may_be_fit]
  out: [unemployed]
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
    7      | fit-notes  | 2026-01-01 | may_be_fit | 0
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
"""
# 4: 1 January 2025 is within 24 months. 5: but not within 12. 8: a confidential row about work does count against a
# letter. 9: one that would speak for it does not. 10, 13: undated work is believed, but is older than anything dated.
# 11: a day before the look-back. 12: "2026" may be December, after the June row. 16: "May" out of work may be 1 May, so
# the row of 10 May is certainly as new. 17: "May" in work may be 31 May, the very day of the other.
STATES = {
    1: "in_work",
    2: "out_of_work",
    3: "conflicting",
    4: "in_work",
    5: "none",
    6: "other",
    7: "in_work",
    8: "in_work",
    9: "none",
    10: "in_work",
    11: "none",
    12: "in_work",
    13: "out_of_work",
    14: "conflicting",
    15: "none",
    16: "in_work",
    17: "conflicting",
}


def made(folder: Path, action: str) -> Spec:
    spec = Spec(folder, RULE % action).people("person\n" + "\n".join(map(str, STATES)))
    spec.events("person | code | date\n" + "\n".join(f"{person} | pain | 2026-01-01" for person in STATES))
    return spec.events(ROWS)


def test_each_person_has_one_state(tmp_path: Path) -> None:
    assert made(tmp_path, "flag").work() == STATES


def test_flag_decides_nothing_and_exclude_drops_only_in_work(tmp_path: Path) -> None:
    assert made(tmp_path, "flag").found() == list(STATES)
    assert made(tmp_path, "exclude").found() == [person for person, state in STATES.items() if state != "in_work"]
