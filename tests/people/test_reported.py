"""Which records the people of a report are. What is in doubt is no match."""

from datetime import date

import duckdb
import pytest

from pipeline.patient_reports.model import PatientReport, ReportedPatient
from pipeline.people.match_report import Match, match_report
from pipeline.tables import PATIENT, PRACTICE

A, B, C, INVALID = "9990000018", "9990000026", "9990000034", "9990000019"
DAY, OTHER = date(1980, 6, 15), date(1981, 6, 15)

# person_row, practice, NHS number, local number, born, precision, test
RECORDS: list[tuple[int, str, str | None, str, date | None, str, int]] = [
    (1, "A00001", A, "11", DAY, "day", 0),
    (2, "B00002", A, "22", DAY, "day", 0),  # the same person, at another practice
    (3, "A00001", None, "33", DAY, "day", 0),
    (4, "A00001", INVALID, "44", date(1980, 1, 1), "year", 0),
    (5, "A00001", B, "55", DAY, "day", 0),  # 5 and 6 share a number, and cannot be one person
    (6, "B00002", B, "66", OTHER, "day", 0),
    (7, "B00002", C, "33", DAY, "day", 1),  # a test record
    (8, "A00001", None, "88", DAY, "day", 0),  # 8 and 9 share a local number, and cannot be one person
    (9, "A00001", None, "88", OTHER, "day", 0),
    (10, "A00001", None, "99", None, "unknown", 0),
    (11, "A00001", "9990000050", "77", DAY, "day", 0),  # born on one day, with a number each
    (12, "A00001", "9990000069", "77", DAY, "day", 0),
]


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    for table in (PRACTICE, PATIENT):
        made.execute(table.create_sql())
    for practice in ("A00001", "B00002"):
        made.execute("INSERT INTO practice VALUES (?, '', 'Test', 739000)", [practice])
    for row, practice, number, local, born, precision, test in RECORDS:
        made.execute(
            "INSERT INTO patient (person_row, practice_id, patient_id, nhs_number, local_number, date_of_birth, "
            "birth_precision, registration_type, is_test, is_restricted) VALUES (?, ?, ?, ?, ?, ?, ?, 'regular', ?, 0)",
            [
                row,
                practice,
                str(row),
                number,
                local,
                born.toordinal() if born else None,
                precision,
                test,
            ],
        )
    return made


def match(con: duckdb.DuckDBPyConnection, *people: ReportedPatient) -> list[Match]:
    return match_report(con, PatientReport("r.csv", "", 0, (), people, 0, 0, (), ()))


@pytest.mark.parametrize(
    ("number", "local", "practice", "born", "expected"),
    [
        (A, None, None, None, (1, 2)),
        (A, "33", "A00001", DAY, (1, 2)),  # the NHS number goes before the practice's own
        (A, None, None, OTHER, "born_otherwise"),
        (B, None, None, None, "several"),
        (B, None, None, DAY, (5,)),
        (C, None, None, None, "absent"),
        ("9990000042", None, None, None, "absent"),
        (None, "33", "A00001", DAY, (3,)),
        (None, "33", "A00001", None, (3,)),
        (None, "33", "A00001", OTHER, "born_otherwise"),
        (None, "33", "B00002", None, "absent"),  # there it is only a test record's
        (None, "33", None, None, "which_practice"),
        (None, "33", "C00003", None, "other_practice"),
        (None, "12", "A00001", None, "absent"),
        (None, "44", "A00001", DAY, (4,)),  # known to be born in 1980
        (None, "44", "A00001", OTHER, "born_otherwise"),
        (None, "88", "A00001", None, "several"),
        (None, "88", "A00001", OTHER, (9,)),
        (None, "77", "A00001", DAY, "several"),
        (None, "99", "A00001", OTHER, (10,)),  # an unknown date of birth does not differ
        ("9990000042", "33", "A00001", DAY, (3,)),  # a number that came later
        ("9990000042", "11", "A00001", DAY, "other_number"),
        ("9990000042", "33", None, DAY, "which_practice"),
    ],
)
def test_matching(
    con: duckdb.DuckDBPyConnection,
    number: str | None,
    local: str | None,
    practice: str | None,
    born: date | None,
    expected: Match,
) -> None:
    assert match(con, ReportedPatient(number, local, practice, born)) == [expected]


def test_the_only_practice_of_the_extract_need_not_be_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("DELETE FROM practice WHERE practice_id = 'B00002'")
    assert match(con, ReportedPatient(None, "33", None, None)) == [(3,)]


def test_every_person_of_a_report_has_an_answer_in_order(con: duckdb.DuckDBPyConnection) -> None:
    people = [ReportedPatient(C, None, None, None), ReportedPatient(A, None, None, None)]
    assert match(con, *people) == ["absent", (1, 2)] and match(con) == []
