"""OMOP: what each column means, whatever the files it lies in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from pipeline.extracts.model import Extract
from tests.extracts.omop_folder import (
    FIBROMYALGIA,
    READ_FIBROMYALGIA,
    Row,
    Tables,
    condition,
    drug,
    observation,
    period,
    person,
    read_store,
    rows,
    site,
    small_database,
    source,
    write_csv,
    write_duckdb,
    write_parquet,
)

EXTRACT_DAY = date(2026, 11, 20).toordinal()


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def read(tmp_path: Path, query: str, **tables: list[Row]) -> tuple[list[tuple[object, ...]], Extract]:
    con, extract = read_store(write_csv(tmp_path / "in", small_database(**tables)))
    return rows(con, query), extract


def full_database() -> Tables:
    """A row of every table, every column that is read filled."""
    measured = {"value_as_number": "7.5", "unit_concept_id": "8876", "unit_source_value": ""}
    return small_database(
        death=[{"person_id": "1", "death_date": "2026-06-30"}],
        condition_occurrence=[
            condition(
                5,
                condition_concept_id=str(FIBROMYALGIA),
                condition_source_concept_id=str(READ_FIBROMYALGIA),
                condition_source_value="N239.00-Fibromyalgia",
                visit_occurrence_id="70",
            )
        ],
        observation=[observation(5, visit_occurrence_id="70", value_as_number="2.5", unit_source_value="weeks")],
        measurement=[
            {name.replace("observation", "measurement"): value for name, value in observation(5, **measured).items()}
        ],
        procedure_occurrence=[
            {
                "procedure_occurrence_id": "5",
                "person_id": "1",
                "procedure_concept_id": "1001",
                "procedure_date": "2026-04-02",
                "procedure_source_value": "",
                "procedure_source_concept_id": "0",
                "visit_occurrence_id": "",
            }
        ],
        drug_exposure=[drug(5, visit_occurrence_id="70")],
    )


def test_every_column(tmp_path: Path) -> None:
    con, extract = read_store(write_csv(tmp_path / "in", full_database()))
    assert (extract.format, extract.version, extract.left_out) == ("OMOP Common Data Model", "5.4", {})
    assert extract.pseudonymised_because.startswith("An OMOP database has no names")
    assert rows(con, "FROM practice") == [("A81001", "The Surgery", "OMOP", EXTRACT_DAY)]
    columns = (
        "practice_id, patient_id, nhs_number, date_of_birth, birth_precision, sex, date_of_death, registered_from, "
        "registered_to, registration_type, is_test, is_restricted, local_number, surname"
    )
    born, died, began = day(1980, 2, 29), day(2026, 6, 30), day(2010, 5, 4)
    assert rows(con, f"SELECT {columns} FROM patient") == [
        ("A81001", "1", None, born, "day", "F", died, began, None, "regular", 0, 0, "p1", None)
    ]
    # The same number in each table is another row; the same visit is one encounter.
    columns = "file, source_key, snomed, read2, date, date_precision, value, unit, encounter IS NOT NULL"
    joined = "event JOIN code USING (code_id) JOIN source_file ON source_file = file_id"
    assert rows(con, f"SELECT {columns} FROM {joined} ORDER BY file") == [
        ("condition_occurrence.csv", "5", "203082005", "N239.00", day(2026, 3, 15), "day", None, None, True),
        ("measurement.csv", "5", "751481000000104", None, day(2026, 4, 1), "day", 7.5, "mm[Hg]", False),
        ("observation.csv", "5", "751481000000104", None, day(2026, 4, 1), "day", 2.5, "weeks", True),
        ("procedure_occurrence.csv", "5", "161891005", None, day(2026, 4, 2), "day", None, None, False),
    ]
    assert rows(con, "SELECT count(DISTINCT encounter) FROM event") == [(1,)]
    assert rows(con, "SELECT count(recorded_on), max(is_confidential) FROM event") == [(0, 0)]
    columns = "dmd, term, is_medicine, date, kind, course, quantity, unit, duration_days, source_key"
    assert rows(con, f"SELECT {columns} FROM prescription JOIN code USING (code_id)") == [
        ("42010411000001105", "Codeine 30mg tablets", 1, day(2026, 5, 1), "unknown", None, 56.0, "tablet", 28, "5")
    ]


@pytest.mark.parametrize(
    "write", [partial(write_csv, upper=True), write_parquet, write_duckdb], ids=["CSV", "Parquet", "DB"]
)
def test_whatever_holds_the_tables_the_rows_are_the_same(tmp_path: Path, write: Callable[[Path, Tables], Path]) -> None:
    first, _ = read_store(write_csv(tmp_path / "csv", full_database()))
    second, extract = read_store(write(tmp_path / "other", full_database()))
    for table in ("practice", "patient", "code", "code_parent"):
        assert rows(first, f"FROM {table}") == rows(second, f"FROM {table}")
    for table in ("event", "prescription"):
        columns = "* EXCLUDE (source_file, source_key)"
        assert rows(first, f"SELECT {columns} FROM {table} ORDER BY ALL") == rows(
            second, f"SELECT {columns} FROM {table} ORDER BY ALL"
        )
    assert extract.warnings == () and all(file.rejected == 0 for file in extract.files)


def test_the_rows_of_one_database_file_say_which_table_they_are_of(tmp_path: Path) -> None:
    con, extract = read_store(write_duckdb(tmp_path / "in", small_database()))
    assert [(file.name, file.lines, file.rows) for file in extract.files] == [("cdm.duckdb", 0, 23)]
    assert rows(con, "SELECT source_key FROM event UNION SELECT source_key FROM prescription ORDER BY 1") == [
        ("condition_occurrence 1",),
        ("drug_exposure 1",),
        ("observation 1",),
    ]


BIRTHS = [
    ("6", "15", (1980, 6, 15), "day"),
    ("6", "", (1980, 6, 1), "month"),
    ("", "", (1980, 1, 1), "year"),
    ("", "15", (1980, 1, 1), "year"),
    ("2", "30", (1980, 2, 1), "month"),  # no such day
    ("0", "0", (1980, 1, 1), "year"),
    ("6.0", "15.0", (1980, 6, 15), "day"),  # as a tool without empty integers writes them
]


def test_a_birth_is_known_to_the_day_the_month_or_the_year(tmp_path: Path) -> None:
    """`birth_datetime` is none of it: it may be invented."""
    people = [
        person(n, month_of_birth=month, day_of_birth=of_month, birth_datetime="1980-07-01 00:00:00")
        for n, (month, of_month, _, _) in enumerate(BIRTHS, 1)
    ]
    people += [person(8, year_of_birth=""), person(9, year_of_birth="99999")]
    query = "SELECT date_of_birth, birth_precision FROM patient ORDER BY person_row"
    found, _ = read(tmp_path, query, person=people)
    assert found == [*((day(*first), precision) for _, _, first, precision in BIRTHS), *[(None, "unknown")] * 2]


def test_sex_by_concept_then_by_what_was_written(tmp_path: Path) -> None:
    given = [("8507", ""), ("8532", "M"), ("8551", ""), ("8521", ""), ("0", "m"), ("0", "female?"), ("", "")]
    people = [
        person(n, gender_concept_id=concept, gender_source_value=text) for n, (concept, text) in enumerate(given, 1)
    ]
    found, _ = read(tmp_path, "SELECT sex FROM patient ORDER BY person_row", person=people)
    assert [sex for (sex,) in found] == ["M", "F", "U", "I", "M", "U", "U"]


def test_registrations_are_the_latest_period_and_open_where_it_reaches_the_end(tmp_path: Path) -> None:
    periods = [
        period(1),
        period(2, "2001-01-01", "2005-06-30"),
        period(2, "2015-01-01", "2026-11-19"),  # a day short of the end
        period(3, "2015-01-01", "2027-03-01"),  # beyond it
        period(4, "2015-01-01", ""),
        period(5, "2015-01-01", "never"),  # an end that cannot be read is an end
        period(7, "2015-01-01"),  # nobody
    ]
    query = "SELECT patient_id, registered_from, registered_to FROM patient ORDER BY patient_id"
    found, extract = read(tmp_path, query, person=[person(n) for n in range(1, 7)], observation_period=periods)
    since = day(2015, 1, 1)
    assert found == [
        ("1", day(2010, 5, 4), None),
        ("2", since, day(2026, 11, 19)),
        ("3", since, None),
        ("4", since, None),
        ("5", since, since),
        ("6", None, None),
    ]
    assert {reason: count for reason, count in extract.left_out.items() if not reason.startswith("deaths")} == {
        "observation periods: before the person's latest one": 1,
        "observation periods: of nobody in the person table": 1,
        "persons: without an observation period, kept as not registered": 1,
        "persons: dates that cannot be read (a death or a departure counts as happened)": 1,
    }


def test_a_practice_that_stopped_sending_is_as_old_as_its_newest_period(tmp_path: Path) -> None:
    people = [person(1), person(2, care_site_id="8"), person(3, care_site_id="8")]
    periods = [period(1), period(2, "2001-01-01", "2019-03-31"), period(3, "2001-01-01", "2018-01-01")]
    sites = [site(7), site(8, care_site_source_value="B82002")]
    con, _ = read_store(
        write_csv(tmp_path / "in", small_database(person=people, observation_period=periods, care_site=sites))
    )
    days = "SELECT practice_id, extract_date FROM practice ORDER BY 1"
    assert rows(con, days) == [("A81001", EXTRACT_DAY), ("B82002", day(2019, 3, 31))]
    ends = "SELECT patient_id, registered_to FROM patient ORDER BY 1"
    assert rows(con, ends) == [("1", None), ("2", None), ("3", day(2018, 1, 1))]


@pytest.mark.parametrize(
    ("dates", "expected", "warnings"),
    [
        ({}, (2026, 11, 18), 0),  # both dates are later than any period
        ({"source_release_date": "2026-11-10"}, (2026, 11, 10), 0),
        ({"source_release_date": "", "cdm_release_date": "20261111"}, (2026, 11, 11), 0),
        ({"source_release_date": "", "cdm_release_date": ""}, (2026, 11, 18), 1),
    ],
)
def test_when_the_records_were_taken(
    tmp_path: Path, dates: dict[str, str], expected: tuple[int, int, int], warnings: int
) -> None:
    periods = [period(1, end="2026-11-18"), period(2, end="2099-12-31")]  # the second stands for no end
    people = [person(1), person(2)]
    tables = {"cdm_source": [source(**dates)], "person": people, "observation_period": periods}
    found, extract = read(tmp_path, "SELECT extract_date FROM practice", **tables)
    assert found == [(day(*expected),)] and len(extract.warnings) == warnings


def test_practices_are_called_by_their_code_or_else_by_number(tmp_path: Path) -> None:
    sites = [
        site(1, care_site_source_value="a81001"),
        site(2, care_site_source_value="Old Mill"),  # would not name a folder
        site(3, care_site_source_value="B82002"),
        site(4, care_site_source_value="b82002"),  # two of one code
        site(5, care_site_source_value="CS1"),  # might be another's number
    ]
    people = [person(n, care_site_id=str(n)) for n in range(1, 7)] + [person(7, care_site_id="")]
    periods = [period(n) for n in range(1, 8)]
    query = "SELECT patient_id, practice_id, name FROM patient JOIN practice USING (practice_id) ORDER BY 1"
    found, extract = read(tmp_path, query, care_site=sites, person=people, observation_period=periods)
    codes = ["A81001", "CS2", "CS3", "CS4", "CS5", "CS6", "NOSITE"]
    names = ["The Surgery"] * 5 + [None, None]  # of 6 the care_site table says nothing
    assert found == [(str(n), code, name) for n, (code, name) in enumerate(zip(codes, names, strict=True), 1)]
    assert [warning[:24] for warning in extract.warnings] == ["5 practices have no code", "1 persons have no care_s"]
