"""The older EMIS-X Explorer tables, medicines by course; every answer worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import ExtractError
from tests.extracts.emis_folder import rows
from tests.extracts.explorer_folder import (
    OLDER,
    Row,
    course,
    older,
    older_code,
    older_observation,
    older_person,
    read,
    write_tables,
)

ORG = "0000000a-aaaa-4bbb-8ccc-0000000000dd"
OTHER_ORG = "0000000b-aaaa-4bbb-8ccc-0000000000dd"


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def test_one_of_each(tmp_path: Path) -> None:
    con, extract = read(write_tables(tmp_path / "in", older(), OLDER))
    assert (extract.version, extract.pseudonymised_because, extract.left_out) == (
        "older tables, medicines by course",
        "",
        {},
    )
    # The practice by the medicines of its patients; the day by the newest row typed in.
    assert rows(con, "FROM practice") == [("EXA0000000AAAAA", ORG, "EMIS", day(2026, 3, 16))]
    columns = "patient_id, nhs_number, surname, given_name, postcode, date_of_birth, birth_precision, sex"
    assert rows(con, f"SELECT {columns} FROM patient") == [
        ("{A1}", None, "Testcase", "Jo", "XX1 1AA", day(1980, 2, 29), "day", "F")
    ]
    # Registered now is registered on that day; since when is not known.
    columns = "registered_from, registered_to, registration_type, is_test, is_restricted"
    assert rows(con, f"SELECT {columns} FROM patient") == [(day(2026, 3, 16), None, "regular", 0, 0)]
    columns = "c.snomed, c.read2, c.local, c.term, date, date_precision, recorded_on, is_confidential, source_key"
    assert rows(con, f"SELECT {columns} FROM event JOIN code c USING (code_id)") == [
        ("161891005", "16C2.00", "101", "Backache", day(2026, 3, 15), "day", day(2026, 3, 16), 0, "B1")
    ]
    # Twelve issues, of which the newest alone has a date: one row, not twelve.
    columns = "c.dmd, c.term, c.is_medicine, date, date_precision, recorded_on, kind, quantity, unit, duration_days"
    assert rows(con, f"SELECT {columns}, source_key FROM prescription JOIN code c USING (code_id)") == [
        ("376689003", "Codeine 30mg tablets", 1, day(2026, 4, 1), "day", None, "repeat", 56.0, "tablet", 28, "C1")
    ]
    assert any("Only the newest issue of each course" in gap.text for gap in extract.gaps)
    assert any("16/03/2026 is taken" in warning for warning in extract.warnings)


def test_courses_without_an_issue_date(tmp_path: Path) -> None:
    """Never issued is no prescription; issued on a day that is not told is one, undated."""
    undated = {"emis_mostrecent_issue_date": ""}
    courses = [
        course(1, **undated, number_of_issues="0"),
        course(2, **undated),
        course(3, **undated, number_of_issues=""),
        course(4, number_of_issues="0"),
    ]
    con, extract = read(write_tables(tmp_path / "in", older(medication=courses), OLDER))
    assert rows(con, "SELECT source_key, date, date_precision FROM prescription ORDER BY 1") == [
        ("C2", None, "unknown"),
        ("C3", None, "unknown"),
        ("C4", day(2026, 4, 1), "day"),
    ]
    assert extract.left_out == {"medication courses: never issued": 1}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({}, "repeat"),
        ({"emis_prescription_type": "Acute"}, "acute"),
        ({"emis_prescription_type": "Repeat Dispensing"}, "repeat"),
        ({"emis_prescription_type": ""}, "unknown"),
        ({"emis_issue_method": "Outside Hospital"}, "elsewhere"),
    ],
)
def test_the_kind_of_a_course(tmp_path: Path, values: Row, kind: str) -> None:
    con, _ = read(write_tables(tmp_path / "in", older(medication=[course(1, **values)]), OLDER))
    assert rows(con, "SELECT kind FROM prescription") == [(kind,)]


def test_precision_and_confidence(tmp_path: Path) -> None:
    observed = [
        older_observation(1, effective_date_precision="YM"),
        older_observation(2, effective_date_precision="Y"),
        older_observation(3, effective_date_precision="U"),
        older_observation(4, effective_date_precision="YMDT", confidential_flag="true"),
        older_observation(5, effective_date_precision="QQ"),
    ]
    courses = [course(1, confidential_flag="true")]
    con, extract = read(write_tables(tmp_path / "in", older(observation=observed, medication=courses), OLDER))
    assert rows(con, "SELECT source_key, date, date_precision, is_confidential FROM event ORDER BY 1") == [
        ("B1", day(2026, 3, 1), "month", 0),
        ("B2", day(2026, 1, 1), "year", 0),
        ("B3", None, "unknown", 0),
        ("B4", day(2026, 3, 15), "day", 1),
        ("B5", None, "unknown", 0),
    ]
    assert rows(con, "SELECT is_confidential FROM prescription") == [(1,)]
    assert extract.left_out == {"observations: with a date of a precision that is not known, kept without it": 1}


def test_what_rows_say_of_their_patients(tmp_path: Path) -> None:
    """Regular and current; regular and gone; something else; a test patient; a restricted one; one without rows."""
    gone = {"regular_and_current_active_flag": "false"}
    other = {**gone, "regular_patient_flag": "false", "non_regular_and_current_active_flag": "true"}
    observed = [
        older_observation(1, "A"),
        older_observation(2, "B", **gone),
        older_observation(3, "C", **other),
        older_observation(4, "D", dummy_patient_flag="true"),
        older_observation(5, "E", confidential_patient_flag="true"),
    ]
    people = [older_person(key) for key in "ABCDEF"]
    folder = write_tables(
        tmp_path / "in", older(patient=people, observation=observed, medication=[course(1, "E")]), OLDER
    )
    con, extract = read(folder)
    now = day(2026, 3, 16)
    columns = "patient_id, registration_type, registered_from, is_test, is_restricted"
    assert rows(con, f"SELECT {columns} FROM patient ORDER BY 1") == [
        ("A", "regular", now, 0, 0),
        ("B", "regular", None, 0, 0),
        ("C", "other", now, 0, 0),
        ("D", "regular", now, 1, 0),
        ("E", "regular", now, 0, 1),
        ("F", "other", None, 0, 0),
    ]
    assert extract.left_out["patients: without a row that says whether they are registered, kept as not"] == 1


def test_marked_objections(tmp_path: Path) -> None:
    """Each mark is the code in its name, once a patient; the marks that mix codes are not read."""
    observed = [
        older_observation(1, "A", opt_out_9nu0_flag="true"),
        older_observation(2, "A", opt_out_9nu0_flag="true"),
        older_observation(3, "B"),
    ]
    tables = older(
        patient=[older_person("A"), older_person("B")],
        observation=observed,
        medication=[course(1, "B", opt_out_93c1_flag="true")],
    )
    con, _ = read(write_tables(tmp_path / "in", tables, OLDER))
    query = (
        "SELECT read2, date, source_key FROM event JOIN code USING (code_id) WHERE term LIKE 'Objection%' ORDER BY 1, 3"
    )
    now = day(2026, 3, 16)
    assert rows(con, query) == [
        ("93C1.00", now, "opt_out_93c1_flag of B"),
        ("93C1.00", None, "opt_out_93c1_flag of B, undated"),
        ("9Nu0.00", now, "opt_out_9nu0_flag of A"),
        ("9Nu0.00", None, "opt_out_9nu0_flag of A, undated"),
    ]


def test_practices_of_patients(tmp_path: Path) -> None:
    """One practice named anywhere is everybody's; of several, each patient's own, and none without medicines."""
    people = [older_person("A"), older_person("B"), older_person("C")]
    observed = [older_observation(number, key) for number, key in enumerate("ABC")]
    org = "emis_registration_organisation_guid"
    one = older(patient=people, observation=observed, medication=[course(1, "A")])
    con, _ = read(write_tables(tmp_path / "one", one, OLDER))
    assert rows(con, "SELECT DISTINCT practice_id FROM patient") == [("EXA0000000AAAAA",)]
    two = one | {"medication": [course(1, "A"), course(2, "B", **{org: OTHER_ORG})]}
    con, extract = read(write_tables(tmp_path / "two", two, OLDER))
    assert rows(con, "SELECT patient_id, practice_id FROM patient ORDER BY 1") == [
        ("A", "EXA0000000AAAAA"),
        ("B", "EXA0000000BAAAA"),
        ("C", "EXPLORER"),
    ]
    assert rows(con, "SELECT count(*) FROM event") == [(3,)]
    assert any("1 patients have no practice" in warning for warning in extract.warnings)


def test_codes_without_a_dictionary(tmp_path: Path) -> None:
    """Rows carry their codes, so the dictionary adds the hierarchy alone; a product's names are all kept."""
    tables = older(medication=[course(1), course(2, emis_original_term="Codeine Tabs 30mg")])
    del tables["clinical_codes"]
    con, extract = read(write_tables(tmp_path / "in", tables, OLDER))
    assert rows(con, "SELECT snomed, read2, local, term FROM event JOIN code USING (code_id)") == [
        ("161891005", "16C2.00", "101", "Backache")
    ]
    assert rows(con, "SELECT dmd, local, term FROM prescription JOIN code USING (code_id) ORDER BY 3") == [
        ("376689003", "201", "Codeine 30mg tablets"),
        ("376689003", "201", "Codeine Tabs 30mg"),
    ]
    assert any("There is no clinical_code file" in gap.text and "hierarchy" in gap.text for gap in extract.gaps)


def test_a_code_in_two_refsets_is_one(tmp_path: Path) -> None:
    codes = [
        older_code(refset_simple_id="1", parent_code_id="100"),
        older_code(refset_simple_id="2"),
        older_code("100"),
    ]
    con, _ = read(write_tables(tmp_path / "in", older(clinical_codes=codes), OLDER))
    assert rows(con, "SELECT local, count(*) FROM code WHERE local IN ('100', '101') GROUP BY 1 ORDER BY 1") == [
        ("100", 1),
        ("101", 1),
    ]
    parents = (
        "SELECT c.local, p.local FROM code_parent r JOIN code c USING (code_id) JOIN code p ON p.code_id = parent_id"
    )
    assert rows(con, parents) == [("101", "100")]


@pytest.mark.parametrize(
    ("written", "read2"),
    [
        ("9Nu0.00", "9Nu0.00"),
        ("9NU0.", "9NU0.00"),
        ("N239-1", "N239.11"),
        ("246", "246..00"),
        ("EMISNQ1", None),
        ("ESCTBA1", None),
        ("", None),
    ],
)
def test_read_codes(tmp_path: Path, written: str, read2: str | None) -> None:
    """Seven characters or five, or as EMIS writes them; never another case, and EMIS's own codes are none."""
    observed = [older_observation(1, readv2_code=written)]
    con, _ = read(write_tables(tmp_path / "in", older(observation=observed), OLDER))
    assert rows(con, "SELECT read2 FROM event JOIN code USING (code_id)") == [(read2,)]


def test_a_clock_that_runs_ahead_does_not_make_the_extract_newer(tmp_path: Path) -> None:
    """Ten rows a week for a year; one typed in 30 days after the last of them. Within a week it could not be told."""
    begin = day(2025, 11, 20)
    days = [begin + 7 * week for week in range(53) for _ in range(10)] + [begin + 7 * 52 + 30]
    observed = [
        older_observation(number, recorded_date=f"{date.fromordinal(when)}T00:00:00.000Z")
        for number, when in enumerate(days)
    ]
    con, _ = read(write_tables(tmp_path / "in", older(observation=observed, medication=[course(1)]), OLDER))
    newest = day(2026, 11, 19)
    assert rows(con, "SELECT extract_date FROM practice") == [(newest,)]


def test_an_extract_that_does_not_say_when_it_was_made(tmp_path: Path) -> None:
    blank = {"recorded_date": ""}
    tables = older(observation=[older_observation(1, **blank)], medication=[course(1, **blank)])
    with pytest.raises(ExtractError, match="does not say when it was made"):
        read(write_tables(tmp_path / "in", tables, OLDER))
