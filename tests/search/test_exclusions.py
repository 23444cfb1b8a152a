"""`exclude`, `not` and `latest`. Against a person, whatever is possible counts: doubt never adds a letter."""

from datetime import date
from pathlib import Path

from tests.search.tables import Spec

LATER = date(2026, 12, 31)  # when the extract was made: after the index date

EXCLUDE = """
population: {registered: {type: regular}}
criteria:
  pain: {events: {codelist: pain}}
  cancer: {events: {codelist: cancer%s}%s}
include: %s
exclude: %s
"""


def left_after(
    folder: Path,
    rows: str,
    window: str = ", within: 5 years",
    options: str = "",
    negated: bool = False,
    made: date = LATER,
) -> list[int]:
    """Who is still listed: all have pain, and the rows are `person | date | confidential` of cancer."""
    include, exclude = ("{all: [pain, {not: cancer}]}", "[]") if negated else ("pain", "[cancer]")
    spec = Spec(folder, EXCLUDE % (window, options, include, exclude), made=made)
    people = sorted({line.split("|")[0].strip() for line in rows.strip().splitlines()} | {"9"}, key=int)
    spec.people("person\n" + "\n".join(people))
    spec.events("person | code | date\n" + "\n".join(f"{person} | pain | 2026-01-01" for person in people))
    lines = [f"{p} | cancer | {d} | {c}" for p, d, c in (line.split("|") for line in rows.strip().splitlines())]
    return spec.events("person | code | date | confidential\n" + "\n".join(lines)).found()


# The window is 20 November 2021 to 20 November 2026; person 9 has no such row at all.
DOUBTFUL = """
    1 | 2021-11-20 | 0
    2 | 2021-11-19 | 0
    3 |            | 0
    4 | 2021       | 0
    5 | 2021-10    | 0
    6 | 2026-11-21 | 0
    7 | 2024-01-01 | 1
"""


def test_an_exclusion_holds_whenever_it_possibly_does(tmp_path: Path) -> None:
    # Excluded: 1 (on the first day), 3 (undated), 4 (2021 touches the window), 7 (confidential rows do exclude).
    # Kept: 2 and 5 (certainly before it), 6 (after the index date, not after the extract), 9 (nothing).
    assert left_after(tmp_path, DOUBTFUL) == [2, 5, 6, 9]


def test_not_in_include_reads_like_an_exclusion(tmp_path: Path) -> None:
    assert left_after(tmp_path, DOUBTFUL, negated=True) == [2, 5, 6, 9]


def test_an_exclusion_counts_every_row_in_doubt_as_a_date_of_its_own(tmp_path: Path) -> None:
    rows = """
        1 | 2026-05-10 | 0
        1 | 2026-05    | 0
        2 | 2026-05-10 | 0
        2 | 2026-05-10 | 0
        3 |            | 0
        3 |            | 0
    """
    assert left_after(tmp_path, rows, options=", at_least: 2") == [2, 9]


def test_an_exclusion_that_persists_between_possible_dates(tmp_path: Path) -> None:
    # 1: January, and "2026", which may be December. 2: one imprecise row is one date, however wide its interval.
    # 3: an undated row could be any length of time from the other. 4: one exact row, and one a month later.
    rows = """
        1 | 2026-01-10 | 0
        1 | 2026       | 0
        2 | 2026       | 0
        3 | 2026-01-10 | 0
        3 |            | 0
        4 | 2026-01-10 | 0
        4 | 2026-02-10 | 0
    """
    assert left_after(tmp_path, rows, options=", persists: 3 months") == [2, 4, 9]
    assert left_after(tmp_path, rows, options=", at_least: 2, spread: 3 months") == [2, 4, 9]


def test_the_possible_days_of_an_exclusion_are_not_cut_at_birth_or_at_the_index_date(tmp_path: Path) -> None:
    # 1: from 25 August to the end of November, although 20 November is the index date. 2: from 1 June 1980, although
    # they were born on 15 June. 3 and 4: a day sooner, and a day later, and it is not 3 months.
    rows = """
        1 | 2026-08-25 | 0
        1 | 2026-11    | 0
        2 | 1980-06    | 0
        2 | 1980-09-10 | 0
        3 | 2026-08-31 | 0
        3 | 2026-11-20 | 0
        4 | 1980-06    | 0
        4 | 1980-08-31 | 0
    """
    assert left_after(tmp_path, rows, window="", options=", persists: 3 months") == [3, 4, 9]


def test_two_confidential_entries_on_one_day_are_one_date(tmp_path: Path) -> None:
    # Their day is certain. Only an entry whose date is in doubt counts as a date of its own.
    rows = """
        1 | 2026-01-10 | 1
        1 | 2026-01-10 | 1
        2 | 2026-01-10 | 1
        2 | 2026-02-10 | 1
    """
    assert left_after(tmp_path, rows, options=", at_least: 2") == [1, 9]


def test_not_inside_exclude_turns_the_reading_back(tmp_path: Path) -> None:
    # A person is excluded unless a scan is certain.
    rule = """
        population: {registered: {type: regular}}
        criteria:
          pain: {events: {codelist: pain}}
          scan: {events: {codelist: scan, within: 12 months}}
        include: pain
        exclude: [{not: scan}]
    """
    spec = Spec(tmp_path, rule).people("person\n1\n2\n3")
    spec.events("""
        person | code | date
        1      | pain | 2026-01-01
        2      | pain | 2026-01-01
        3      | pain | 2026-01-01
        1      | scan | 2026-01-01
        2      | scan |
    """)
    assert spec.found() == [1]


def test_the_first_exclusion_that_holds_is_the_reason(tmp_path: Path) -> None:
    rule = """
        population: {registered: {type: regular}}
        criteria:
          pain: {events: {codelist: pain}}
          cancer: {events: {codelist: cancer}}
          dead_end: {events: {codelist: dissent}}
        include: pain
        exclude: [cancer, dead_end]
    """
    spec = Spec(tmp_path, rule).people("person\n1\n2\n3")
    spec.events("""
        person | code    | date
        1      | pain    | 2026-01-01
        2      | pain    | 2026-01-01
        3      | pain    | 2026-01-01
        1      | cancer  | 2026-01-01
        1      | dissent | 2026-01-01
        2      | dissent | 2026-01-01
    """)
    # The two exclusions come after real, alive, registered and pain.
    assert {person: decision.passed for person, decision in spec.decisions().items()} == {1: 4, 2: 5, 3: 6}


LATEST = """
population: {registered: {type: regular}}
criteria:
  pain: {events: {codelist: pain}}
  declined: {latest: {codelist: research, roles: [declined]%s}}
include: %s
exclude: %s
"""


def latest(folder: Path, rows: str, window: str = "", include: str = "pain", exclude: str = "[declined]") -> list[int]:
    spec = Spec(folder, LATEST % (window, include, exclude))
    people = sorted({line.split("|")[0].strip() for line in rows.strip().splitlines()}, key=int)
    spec.people("person\n" + "\n".join(people))
    spec.events("person | code | date\n" + "\n".join(f"{person} | pain | 2026-01-01" for person in people))
    lines = [f"{p} | research | {d} | {r}" for p, d, r in (line.split("|") for line in rows.strip().splitlines())]
    return spec.events("person | code | date | role\n" + "\n".join(lines)).found()


def test_latest_takes_the_newest_day_across_all_roles(tmp_path: Path) -> None:
    rows = """
        1 | 2025-01-01 | declined
        1 | 2026-01-01 | invited
        2 | 2025-01-01 | invited
        2 | 2026-01-01 | declined
        3 | 2026-01-01 | invited
    """
    assert latest(tmp_path, rows) == [1, 3]


def test_on_a_tie_the_role_that_speaks_against_a_letter_wins(tmp_path: Path) -> None:
    rows = """
        1 | 2026-01-01 | declined
        1 | 2026-01-01 | invited
    """
    assert latest(tmp_path, rows) == []
    # In `include` the role asked for speaks for a letter, so on a tie the other role wins.
    assert latest(tmp_path, rows, include="{all: [pain, declined]}", exclude="[]") == []


def test_undated_is_oldest(tmp_path: Path) -> None:
    rows = """
        1 |            | declined
        1 | 1990-01-01 | invited
        2 |            | declined
        3 |            | declined
        3 |            | invited
    """
    assert latest(tmp_path, rows) == [1]


def test_latest_reads_imprecise_dates_against_the_person(tmp_path: Path) -> None:
    # 1: "2025" may be 31 December, after the invitation in June. 2: "2024" is certainly before it.
    rows = """
        1 | 2025       | declined
        1 | 2025-06-01 | invited
        2 | 2024       | declined
        2 | 2025-06-01 | invited
    """
    assert latest(tmp_path, rows) == [2]


def test_for_a_person_latest_must_be_certain(tmp_path: Path) -> None:
    # The window starts on 20 November 2025. 1: "November 2025" only touches it. 3: "2025" may be later than 1 December.
    rows = """
        1 | 2025-11    | declined
        2 | 2026-01-01 | declined
        2 | 2025-11    | invited
        3 | 2025-12-01 | declined
        3 | 2025       | invited
    """
    assert latest(tmp_path, rows, ", within: 12 months", "{all: [pain, declined]}", "[]") == [2]


def test_latest_looks_inside_its_window(tmp_path: Path) -> None:
    # Only the last 12 months count, so neither the old refusal nor the old invitation of person 2 is seen.
    rows = """
        1 | 2020-01-01 | declined
        2 | 2026-01-01 | declined
        2 | 2020-01-01 | invited
    """
    assert latest(tmp_path, rows, ", within: 12 months") == [1]


def test_an_exclusion_that_asks_for_the_same_meaning(tmp_path: Path) -> None:
    # 1: back pain in January, and a knee in "2026", which may be December. 2: both may be the same condition.
    rule = """
        population: {registered: {type: regular}}
        criteria:
          pain: {events: {codelist: pain}}
          lasting: {events: {codelist: pain}, persists: 3 months, same: meaning}
        include: pain
        exclude: [lasting]
    """
    spec = Spec(tmp_path, rule).people("person\n1\n2")
    spec.events("""
        person | code | date       | meaning
        1      | pain | 2026-01-10 | back
        1      | pain | 2026       | knee
        2      | pain | 2026-01-10 | back
        2      | pain | 2026       | back
    """)
    assert spec.found() == [1]
