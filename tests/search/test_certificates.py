"""Fit notes merged into spells. The rule: gap 7 days, lasts 42, assume 28, within 12 months of 20 November 2026."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.search.tables import ON_SQL, Spec, rows

RULE = """
population: {registered: {type: regular}}
criteria:
  off_work:
    certificates: {roles: [not_fit, unspecified], within: 12 months}
    spell: {gap: 7 days, lasts: 42 days, assume: 28 days}
include: off_work
"""
AGAINST = """
population: {registered: {type: regular}}
criteria:
  pain: {events: {codelist: pain}}
  off_work:
    certificates: {roles: [not_fit, unspecified], within: 12 months}
    spell: {gap: 7 days, lasts: 42 days, assume: 28 days}
include: pain
exclude: [off_work]
"""


def spec(folder: Path, text: str, rule: str = RULE, index: date = date(2026, 11, 20)) -> Spec:
    """Rows of the list `fit-notes`: person, date, role, and optionally encounter, value, confidential."""
    table = rows(text)
    made = Spec(folder, rule, index=index).people("person\n" + "\n".join(sorted({row["person"] for row in table})))
    names = [*table[0], "code"]
    lines = [" | ".join([*row.values(), "fit-notes"]) for row in table]
    return made.events("\n".join([" | ".join(names), *lines]))


def spells(made: Spec) -> list[tuple[int, int, int]]:
    """Each spell as person, length in days, notes."""
    made.run()
    sql = "SELECT person_row, ends - starts, notes FROM spec__off_work_spells ORDER BY person_row, starts"
    found = made.engine.fetch(sql)
    return [(int(a), int(b), int(c)) for a, b, c in found]


@ON_SQL
def test_two_notes_of_28_days_21_days_apart_make_49(tmp_path: Path) -> None:
    made = spec(
        tmp_path,
        """
        person | date       | role
        1      | 2026-03-01 | not_fit
        1      | 2026-03-22 | not_fit
    """,
    )
    assert spells(made) == [(1, 49, 2)]
    assert made.found() == [1]


@ON_SQL
def test_a_gap_of_7_days_joins_and_8_does_not(tmp_path: Path) -> None:
    # A note of 1 March covers up to 28 March and ends on the 29th. 5 April is 7 days after that end, 6 April 8 days.
    made = spec(
        tmp_path,
        """
        person | date       | role
        1      | 2026-03-01 | not_fit
        1      | 2026-04-05 | unspecified
        2      | 2026-03-01 | not_fit
        2      | 2026-04-06 | not_fit
    """,
    )
    assert spells(made) == [(1, 63, 2), (2, 28, 1), (2, 28, 1)]  # bridged days count: 35 + 28
    assert made.found() == [1]


def test_lasts_is_at_least(tmp_path: Path) -> None:
    # Notes 14 days apart make 28 + 14 = 42 days, which is enough; 13 days apart make 41.
    made = spec(
        tmp_path,
        """
        person | date       | role
        1      | 2026-03-01 | not_fit
        1      | 2026-03-15 | not_fit
        2      | 2026-03-01 | not_fit
        2      | 2026-03-14 | not_fit
    """,
    )
    assert made.found() == [1]


@ON_SQL
def test_a_spell_counts_whole_when_any_of_its_days_is_in_the_window(tmp_path: Path) -> None:
    # The window starts on 20 November 2025. 1: notes of 9 and 24 October cover the days to 20 November, which is in the
    # window. 2: a day earlier, so the last day is 19 November, which is not.
    made = spec(
        tmp_path,
        """
        person | date       | role
        1      | 2025-10-09 | not_fit
        1      | 2025-10-24 | not_fit
        2      | 2025-10-08 | not_fit
        2      | 2025-10-23 | not_fit
    """,
    )
    assert spells(made) == [(1, 43, 2), (2, 43, 2)]
    assert made.found() == [1]


@ON_SQL
def test_no_day_after_the_index_date_counts(tmp_path: Path) -> None:
    # 1: notes of 1 October and 1 November 2026 make 51 days, up to and including 20 November, not 59.
    # 2: notes of 15 October and 1 November make 37 days by the index date, although they run to 28 November (45 days).
    made = spec(
        tmp_path,
        """
        person | date       | role
        1      | 2026-10-01 | not_fit
        1      | 2026-11-01 | not_fit
        2      | 2026-10-15 | not_fit
        2      | 2026-11-01 | not_fit
    """,
    )
    assert spells(made) == [(1, 51, 2), (2, 37, 2)]
    assert made.found() == [1]


@ON_SQL
def test_roles_that_are_no_time_off_do_not_join(tmp_path: Path) -> None:
    made = spec(
        tmp_path,
        """
        person | date       | role
        1      | 2026-03-01 | not_fit
        1      | 2026-03-20 | duplicate
        2      | 2026-03-01 | not_fit
        2      | 2026-03-20 | may_be_fit
    """,
    )
    assert spells(made) == [(1, 28, 1), (2, 28, 1)]


@ON_SQL
def test_a_coded_length_replaces_the_assumed_one(tmp_path: Path) -> None:
    # 1: a coded length of 60 days. 2: 2 weeks. 3: 2 months from 1 March is 1 May, so 61 days. 4: the length belongs to
    # another encounter. 5: several lengths in one encounter, so the longest. 6: 400 days is too long to be true, so 28
    # are assumed.
    made = spec(
        tmp_path,
        """
        person | date       | role            | encounter | value
        1      | 2026-03-01 | not_fit         | a         |
        1      | 2026-03-01 | duration_days   | a         | 60
        2      | 2026-03-01 | not_fit         | a         |
        2      | 2026-03-01 | duration_weeks  | a         | 2
        3      | 2026-03-01 | not_fit         | a         |
        3      | 2026-03-01 | duration_months | a         | 2
        4      | 2026-03-01 | not_fit         | a         |
        4      | 2026-03-01 | duration_days   | b         | 60
        5      | 2026-03-01 | not_fit         | a         |
        5      | 2026-03-01 | duration_days   | a         | 10
        5      | 2026-03-01 | duration_weeks  | a         | 6
        5      | 2026-03-01 | duration_months | a         | 1
        6      | 2026-03-01 | not_fit         | a         |
        6      | 2026-03-01 | duration_days   | a         | 400
    """,
    )
    assert spells(made) == [(1, 60, 1), (2, 14, 1), (3, 61, 1), (4, 28, 1), (5, 42, 1), (6, 28, 1)]
    assert made.found() == [1, 3, 5]
    assumed = made.engine.fetch("SELECT person_row FROM spec__off_work_spells WHERE assumed = 1 ORDER BY 1")
    assert [row[0] for row in assumed] == [4, 6]


def test_nothing_is_assumed_where_a_rule_says_none(tmp_path: Path) -> None:
    # A note without a length counts on its own day. 1: 28 days would join to 49. 2: coded lengths are certain. 3: notes
    # a week apart are joined by the rule's own gap. 4: a note of 41 days, and the next note's own day, make 42.
    made = spec(
        tmp_path,
        """
        person | date       | role           | encounter | value
        1      | 2026-03-01 | not_fit        |           |
        1      | 2026-03-22 | not_fit        |           |
        2      | 2026-03-01 | not_fit        | a         |
        2      | 2026-03-01 | duration_weeks | a         | 6
        3      | 2026-03-01 | not_fit        |           |
        3      | 2026-03-08 | not_fit        |           |
        3      | 2026-03-15 | not_fit        |           |
        3      | 2026-03-22 | not_fit        |           |
        3      | 2026-03-29 | not_fit        |           |
        3      | 2026-04-05 | not_fit        |           |
        3      | 2026-04-12 | not_fit        |           |
        4      | 2026-03-01 | not_fit        | a         |
        4      | 2026-03-01 | duration_days  | a         | 41
        4      | 2026-04-11 | not_fit        |           |
    """,
        RULE.replace("assume: 28 days", "assume: none"),
    )
    assert made.found() == [2, 3, 4]


def test_against_a_person_a_note_without_a_length_may_last_as_long_as_any_where_none_is_assumed(tmp_path: Path) -> None:
    # 1: up to a year, so more than 42 days. 2: from 20 October only 32 days have passed. 3: two years ago it would have
    # ended before the window. 4: a coded week is a week.
    made = Spec(tmp_path, AGAINST.replace("assume: 28 days", "assume: none")).people("person\n1\n2\n3\n4")
    made.events("""
        person | code      | date       | role           | encounter | value
        1      | pain      | 2026-01-01 |                |           |
        2      | pain      | 2026-01-01 |                |           |
        3      | pain      | 2026-01-01 |                |           |
        4      | pain      | 2026-01-01 |                |           |
        1      | fit-notes | 2026-03-01 | not_fit        |           |
        2      | fit-notes | 2026-10-20 | not_fit        |           |
        3      | fit-notes | 2024-11-01 | not_fit        |           |
        4      | fit-notes | 2026-03-01 | not_fit        | a         |
        4      | fit-notes | 2026-03-01 | duration_weeks | a         | 1
    """)
    assert made.found() == [2, 3, 4]


def test_a_length_that_may_lie_after_the_index_date_never_lengthens_a_spell_for_a_person(tmp_path: Path) -> None:
    # The row of a length says "2026", which may be after 20 November. 1: 10 weeks may not count, and 28 days are too
    # few. 2: 2 notes of a week, if it counts, and 28 days that join, if it does not. 3: 60 certain days stay, however
    # many more may count. 4: it was written in November, up to the index date at least. 5: in 2025, certainly before.
    made = spec(
        tmp_path,
        """
        person | date       | role           | encounter | value
        1      | 2026-09-01 | not_fit        | a         |
        1      | 2026       | duration_weeks | a         | 10
        2      | 2026-09-01 | not_fit        | a         |
        2      | 2026       | duration_days  | a         | 7
        2      | 2026-09-22 | not_fit        | b         |
        2      | 2026       | duration_days  | b         | 7
        3      | 2026-03-01 | not_fit        | a         |
        3      | 2026-03-01 | duration_days  | a         | 60
        3      | 2026       | duration_days  | a         | 90
        4      | 2026-09-01 | not_fit        | a         |
        4      | 2026-11    | duration_weeks | a         | 10
        5      | 2025-12-01 | not_fit        | a         |
        5      | 2025       | duration_weeks | a         | 10
    """,
    )
    assert made.found() == [3, 5]


def test_against_a_person_a_length_that_may_lie_after_the_index_date_never_shortens_a_spell(tmp_path: Path) -> None:
    # 1: 2 notes 21 days apart, whose week may not count: then 28 days are assumed, which make 49. 2: the 10 weeks may
    # count. 3: the week of each note was written in 2025, and certainly counts.
    made = Spec(tmp_path, AGAINST).people("person\n1\n2\n3")
    made.events("""
        person | code      | date       | role           | encounter | value
        1      | pain      | 2026-01-01 |                |           |
        2      | pain      | 2026-01-01 |                |           |
        3      | pain      | 2026-01-01 |                |           |
        1      | fit-notes | 2026-09-01 | not_fit        | a         |
        1      | fit-notes | 2026       | duration_weeks | a         | 1
        1      | fit-notes | 2026-09-22 | not_fit        | b         |
        1      | fit-notes | 2026       | duration_weeks | b         | 1
        2      | fit-notes | 2026-09-01 | not_fit        | a         |
        2      | fit-notes | 2026       | duration_weeks | a         | 10
        3      | fit-notes | 2026-09-01 | not_fit        | a         |
        3      | fit-notes | 2025       | duration_weeks | a         | 1
        3      | fit-notes | 2026-09-22 | not_fit        | b         |
        3      | fit-notes | 2025       | duration_weeks | b         | 1
    """)
    assert made.found() == [3]


def test_a_window_without_a_day_is_met_by_no_note(tmp_path: Path) -> None:
    # From 20 November 2025 to 1 January 2025. An undated note excludes in any window that has a day.
    rule = AGAINST.replace("within: 12 months", "between: {from: 12 months, to: 2025-01-01}")
    made = Spec(tmp_path, rule).people("person\n1\n2")
    made.events("""
        person | code      | date       | role
        1      | pain      | 2026-01-01 |
        2      | pain      | 2026-01-01 |
        1      | fit-notes |            | not_fit
        2      | fit-notes | 2024       | not_fit
    """)
    assert made.found() == [1, 2]


def test_for_a_person_only_exactly_dated_open_notes_count(tmp_path: Path) -> None:
    made = spec(
        tmp_path,
        """
        person | date       | role    | confidential
        1      | 2026-03    | not_fit | 0
        1      | 2026-04    | not_fit | 0
        2      |            | not_fit | 0
        3      | 2026-03-01 | not_fit | 1
        3      | 2026-03-22 | not_fit | 0
    """,
    )
    assert made.found() == []


def test_a_confidential_length_is_not_replaced_by_a_longer_assumption(tmp_path: Path) -> None:
    # The encounters of both notes hold a confidential length. Neither what it says nor its absence may help.
    made = spec(
        tmp_path,
        """
        person | date       | role          | encounter | value | confidential
        1      | 2026-03-01 | not_fit       | a         |       | 0
        1      | 2026-03-01 | duration_days | a         | 7     | 1
        1      | 2026-03-22 | not_fit       | b         |       | 0
        1      | 2026-03-22 | duration_days | b         | 7     | 1
    """,
    )
    assert made.found() == []


def test_a_confidential_length_hides_its_note_even_if_it_cannot_be_believed(tmp_path: Path) -> None:
    # Neither 400 days nor a missing number is a length; with an open note, 28 days would then be assumed. So 1 and 2
    # would have a spell of 49 days, as 3 has, whose row is not confidential.
    made = spec(
        tmp_path,
        """
        person | date       | role          | encounter | value | confidential
        1      | 2026-03-01 | not_fit       | a         |       | 0
        1      | 2026-03-01 | duration_days | a         | 400   | 1
        1      | 2026-03-22 | not_fit       | b         |       | 0
        2      | 2026-03-01 | not_fit       | a         |       | 0
        2      | 2026-03-01 | duration_days | a         |       | 1
        2      | 2026-03-22 | not_fit       | b         |       | 0
        3      | 2026-03-01 | not_fit       | a         |       | 0
        3      | 2026-03-01 | duration_days | a         | 400   | 0
        3      | 2026-03-22 | not_fit       | b         |       | 0
    """,
    )
    assert made.found() == [3]


def test_against_a_person_possible_spells_count(tmp_path: Path) -> None:
    # 1: March to the end of April, plus 28 days. 2: an undated note could be of any day. 3: confidential notes do
    # exclude. 4: one note of 28 days is too short, whatever is assumed. 5: no note.
    made = Spec(tmp_path, AGAINST).people("person\n1\n2\n3\n4\n5")
    made.events("""
        person | code      | date       | role    | confidential
        1      | pain      | 2026-01-01 |         | 0
        2      | pain      | 2026-01-01 |         | 0
        3      | pain      | 2026-01-01 |         | 0
        4      | pain      | 2026-01-01 |         | 0
        5      | pain      | 2026-01-01 |         | 0
        1      | fit-notes | 2026-03    | not_fit | 0
        1      | fit-notes | 2026-04    | not_fit | 0
        2      | fit-notes |            | not_fit | 0
        3      | fit-notes | 2026-03-01 | not_fit | 1
        3      | fit-notes | 2026-03-22 | not_fit | 1
        4      | fit-notes | 2026-03-01 | not_fit | 0
    """)
    assert made.found() == [4, 5]


def test_a_length_that_cannot_be_believed_is_assumed_against_a_person_as_well(tmp_path: Path) -> None:
    # 1: 367 days, 53 weeks, 13 months, 0 days and 1.5 weeks are mistakes, so 28 days are assumed. 2: 366 days are the
    # most that is believed.
    made = Spec(tmp_path, AGAINST).people("person\n1\n2")
    made.events("""
        person | code      | date       | role            | encounter | value
        1      | pain      | 2026-01-01 |                 |           |
        2      | pain      | 2026-01-01 |                 |           |
        1      | fit-notes | 2026-03-01 | not_fit         | a         |
        1      | fit-notes | 2026-03-01 | duration_days   | a         | 367
        1      | fit-notes | 2026-03-01 | duration_weeks  | a         | 53
        1      | fit-notes | 2026-03-01 | duration_months | a         | 13
        1      | fit-notes | 2026-03-01 | duration_days   | a         | 0
        1      | fit-notes | 2026-03-01 | duration_weeks  | a         | 1.5
        2      | fit-notes | 2026-03-01 | not_fit         | a         |
        2      | fit-notes | 2026-03-01 | duration_days   | a         | 366
    """)
    assert made.found() == [1]


NOTES = st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["not_fit", "unspecified"])), min_size=1, max_size=8)


def painted(notes: list[tuple[int, str]]) -> set[int]:
    """The longest run's length, by painting days: a note paints 28, and gaps of up to 7 unpainted days are bridged."""
    days = sorted({day for start, _ in notes for day in range(start, start + 28)})
    lengths, first = set(), days[0]
    for day, following in zip(days, [*days[1:], 10_000], strict=True):
        if following - day - 1 > 7:
            lengths.add(day - first + 1)
            first = following
    return lengths


@given(notes=NOTES, order=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@ON_SQL
def test_order_overlap_and_duplicates_do_not_change_a_spell(
    tmp_path: Path, notes: list[tuple[int, str]], order: object
) -> None:
    """The spells are those found by painting days on a calendar, whatever the order and however often a note stands."""
    repeated = [*notes, *notes[:2]]
    order.shuffle(repeated)  # type: ignore[attr-defined]
    start = date(2026, 3, 1)
    lines = [f"1 | {start + timedelta(days=offset)} | {role}" for offset, role in repeated]
    made = spec(tmp_path, "person | date | role\n" + "\n".join(lines), index=date(2027, 3, 1))
    assert {length for _, length, _ in spells(made)} == painted(notes)


AFTER = """
    after: {criterion: fall, within: 3 months}
  fall: {events: {codelist: fall}}
include"""


def test_only_notes_after_the_anchor_make_a_spell(tmp_path: Path) -> None:
    # The fall was on 1 March. Only the notes dated from then to 1 June are merged: of person 2 the one before is not,
    # of person 3 the one after. Person 4 did not fall. Against a person, an undated note may have come after the fall,
    # and so may any note after an undated fall.
    made = """
        person | date       | role
        1      | 2026-03-01 | not_fit
        1      | 2026-03-22 | not_fit
        2      | 2026-02-20 | not_fit
        2      | 2026-03-13 | not_fit
        3      | 2026-05-25 | not_fit
        3      | 2026-06-15 | not_fit
        4      | 2026-03-01 | not_fit
        4      | 2026-03-22 | not_fit
        5      |            | not_fit
        6      |            | not_fit
        7      | 2026-03-01 | not_fit
        7      | 2026-03-22 | not_fit
    """
    falls = "person | code | date\n" + "\n".join(f"{n} | fall | 2026-03-01" for n in (1, 2, 3, 5)) + "\n7 | fall | "
    assert spec(tmp_path, made, RULE.replace("include", AFTER.strip("\n"), 1)).events(falls).found() == [1]
    pain = "person | code | date\n" + "\n".join(f"{n} | pain | 2026-01-01" for n in range(1, 8))
    against = spec(tmp_path, made, AGAINST.replace("include", AFTER.strip("\n"), 1))
    assert against.events(falls).events(pain).found() == [2, 3, 4, 6]
