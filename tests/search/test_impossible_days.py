"""A day that cannot be is an unknown day, in a row that never helps a person. The extract is of 20 November 2026."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.search.in_memory.find import Decision
from tests.search.tables import ON_SQL, Spec

RULE = """
population: {registered: {type: regular}}
criteria:
  pain: {events: {codelist: pain%s}}
  cancer: {events: {codelist: cancer, within: 5 years}}
include: pain
exclude: [cancer]
"""
# Everybody was born on 15 June 1980, but for person 9, of whom that is not known.
DAYS = """
    1 | 1980-06-14
    2 | 1980-06-15
    3 | 1979
    4 | 1980
    5 | 2026-11-21
    6 | 9999-12-31
    7 | 2027
    8 | 0202-03-05
    9 | 1900-01-01
"""
BORN = "person | born\n" + "\n".join(f"{n} | {'' if n == 9 else '1980-06-15'}" for n in range(1, 10))


def spec_of(folder: Path, rows: str, code: str, window: str = "") -> Spec:
    """The rows are `person | date`, all of them of one code list; for `cancer`, everybody has pain too."""
    spec = Spec(folder, RULE % window).people(BORN)
    lines = [f"{line.split('|')[0]} | {code} | {line.split('|')[1]}" for line in rows.strip().splitlines()]
    if code == "cancer":
        lines += [f"{person} | pain | 2026-01-01" for person in range(1, 10)]
    return spec.events("person | code | date\n" + "\n".join(lines))


def test_such_a_row_never_helps(tmp_path: Path) -> None:
    # Not even where "ever" is asked, which an undated row would do for. 2 is of the day of birth, 4 may be.
    assert spec_of(tmp_path, DAYS, "pain").found() == [2, 4]


def test_such_a_row_keeps_a_person_off_as_an_undated_one_does(tmp_path: Path) -> None:
    # The rows of 2 and 4 can be, and are more than 5 years old.
    assert spec_of(tmp_path, DAYS, "cancer").found() == [2, 4]


@pytest.mark.parametrize("born", ["2026-11-15", "2026-11", "2026"])
def test_an_interval_that_touches_the_day_of_birth_can_be(tmp_path: Path, born: str) -> None:
    # The last possible day of the row against the first possible day of birth.
    rule = RULE % ""
    spec = Spec(tmp_path, rule).people(f"person | born\n1 | {born}\n2 | {born}\n3 | {born}\n4 | {born}")
    before = {"2026-11-15": "2026-11-14", "2026-11": "2026-10", "2026": "2025"}[born]
    spec.events(f"""
        person | code | date
        1      | pain | {before}
        2      | pain | {born if len(born) == 10 else f"{born}-15"[:10] if len(born) == 7 else "2026-06-01"}
        3      | pain | 1960
        4      | pain |
    """)
    assert spec.found() == [2, 4]


def test_later_than_the_index_date_is_not_later_than_the_extract(tmp_path: Path) -> None:
    # In a search as of 1 October, a cancer of November does not count yet. One of after the extract has no known day.
    spec = Spec(tmp_path, RULE % "", index=date(2026, 10, 1), made=date(2026, 11, 20)).people("person\n1\n2\n3")
    spec.events("""
        person | code   | date
        1      | pain   | 2026-01-01
        1      | cancer | 2026-11-20
        2      | pain   | 2026-01-01
        2      | cancer | 2026-11-21
        3      | pain   | 2026-11-20
    """)
    assert spec.found() == [1]


def test_after_the_extract_of_the_persons_own_practice(tmp_path: Path) -> None:
    # The practice's extract is of 1 November, the index date is another practice's.
    spec = Spec(tmp_path, RULE % "", made=date(2026, 11, 1)).people("person\n1\n2")
    spec.events("""
        person | code | date
        1      | pain | 2026-11-01
        2      | pain | 2026-11-02
    """)
    assert spec.found() == [1]


def test_a_day_of_entry_after_the_extract(tmp_path: Path) -> None:
    # A row was entered before the extract was made, whatever it says. So 2 is off, for a cancer of May. A year 9999 is
    # no day of entry, so 4 is on.
    spec = Spec(tmp_path, RULE % "").people("person\n1\n2\n3\n4")
    spec.events("""
        person | code   | date       | recorded
        1      | pain   | 2026-05-01 | 2026-11-20
        2      | pain   | 2026-05-01 | 2026-11-20
        2      | cancer | 2026-05-01 | 2027-03-01
        3      | pain   | 2026-05-01 | 2027-03-01
        4      | pain   | 2026-05-01 | 9999-12-31
    """)
    assert spec.found() == [1, 4]


def test_a_day_of_entry_after_the_extract_and_a_window(tmp_path: Path) -> None:
    # Its own day is known: a cancer of 2019 is more than 5 years old.
    spec = Spec(tmp_path, RULE % "").people("person\n1\n2")
    spec.events("""
        person | code   | date       | recorded
        1      | pain   | 2026-05-01 | 2026-11-20
        1      | cancer | 2019-05-01 | 2027-03-01
        2      | pain   | 2026-05-01 | 2026-11-20
        2      | cancer | 2062-05-01 | 2027-03-01
    """)
    assert spec.found() == [1]


def test_prescriptions_of_days_that_cannot_be(tmp_path: Path) -> None:
    rule = """
        population: {registered: {type: regular}}
        criteria:
          drugs: {prescriptions: {codelist: opioids, within: 12 months}, at_least: 2}
          substitution: {prescriptions: {codelist: methadone, within: 12 months}}
        include: drugs
        exclude: [substitution]
    """
    spec = Spec(tmp_path, rule).people("person\n1\n2\n3")
    spec.prescriptions("""
        person | code      | date
        1      | opioids   | 2026-05-01
        1      | opioids   | 2026-06-01
        2      | opioids   | 2026-05-01
        2      | opioids   | 2062-06-01
        3      | opioids   | 2026-05-01
        3      | opioids   | 2026-06-01
        3      | methadone | 1900-01-01
    """)
    assert spec.found() == [1]


CERTIFICATES = """
population: {registered: {type: regular}}
criteria:
  off_work:
    certificates: {roles: [not_fit], within: 12 months}
    spell: {gap: 7 days, lasts: 28 days, assume: 28 days}
include: %s
"""
NOTES = """
    person | code      | role          | date       | encounter | value
    1      | fit-notes | not_fit       | 2026-05-01 | a         |
    2      | fit-notes | not_fit       | 2062-05-01 | b         |
    3      | fit-notes | not_fit       | 2026-05-01 | c         |
    3      | fit-notes | duration_days | 2062-05-01 | c         | 56
    4      | fit-notes | duration_days | 1900-01-01 | d         | 56
"""


def decide(folder: Path, include: str) -> dict[int, Decision]:
    return Spec(folder, CERTIFICATES % include).people("person\n1\n2\n3\n4").events(NOTES).decisions()


def test_certificates_of_days_that_cannot_be(tmp_path: Path) -> None:
    # 2: such a note is none for a person. 3: neither is one whose length stands in such a row.
    assert [n for n, one in decide(tmp_path, "off_work").items() if one.listed] == [1]


def test_certificates_of_days_that_cannot_be_count_against_a_person(tmp_path: Path) -> None:
    # 4: a length without a note is nothing.
    asked = decide(tmp_path, "{all: [off_work, {not: off_work}]}")
    assert [n for n, one in asked.items() if one.truth["off_work", "against"]] == [1, 2, 3]


def test_the_newest_row_and_days_that_cannot_be(tmp_path: Path) -> None:
    # Against a person, such a row is as old as an undated one: it decides alone, or beside rows that may not help.
    rule = """
        population: {registered: {type: regular}}
        criteria:
          pain: {events: {codelist: pain}}
          declined: {latest: {codelist: contact, roles: [declined]}}
        include: pain
        exclude: [declined]
    """
    spec = Spec(tmp_path, rule).people("person\n1\n2\n3")
    spec.events("""
        person | code    | role     | date
        1      | pain    |          | 2026-01-01
        1      | contact | declined | 2062-03-05
        2      | pain    |          | 2026-01-01
        2      | contact | declined | 2062-03-05
        2      | contact | invited  | 2062-03-06
        3      | pain    |          | 2026-01-01
        3      | contact | declined | 2062-03-05
        3      | contact | invited  | 2026-03-05
    """)
    assert spec.found() == [3]


@ON_SQL
def test_the_day_is_kept_for_people_to_read(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, "1 | 9999-12-31", "cancer")
    hits = spec.run().table("hits")
    rows = spec.engine.fetch(f"SELECT first_day, last_day, impossible_day, left_out FROM {hits} WHERE criterion = 2")
    assert rows == [(None, None, date(9999, 12, 31).toordinal(), "")]
