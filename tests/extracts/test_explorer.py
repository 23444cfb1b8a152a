"""The current models of EMIS-X Explorer; every answer worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.extracts.emis_folder import rows
from tests.extracts.explorer_folder import (
    clinical_code,
    current,
    drug_code,
    issue,
    observation,
    person,
    read,
    write_tables,
)


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def test_one_of_each(tmp_path: Path) -> None:
    con, extract = read(write_tables(tmp_path / "in", current()))
    assert (extract.format, extract.version) == ("EMIS-X Explorer export", "current models")
    assert extract.left_out == {}
    # The customer number names the practice; the day is that on which the model last wrote a row.
    assert rows(con, "FROM practice") == [("CDB12345", "CDB-12345", "EMIS", day(2026, 11, 20))]
    columns = "patient_id, nhs_number, date_of_birth, birth_precision, sex, date_of_death"
    assert rows(con, f"SELECT {columns} FROM patient") == [
        ("JO", "valid:f422b34e0ac397b6f422b34e0ac397b6", day(1980, 2, 1), "month", "F", None)
    ]
    columns = "registered_from, registered_to, registration_type, is_test, is_restricted"
    assert rows(con, f"SELECT {columns} FROM patient") == [(day(2010, 5, 4), None, "regular", 0, 0)]
    columns = "c.snomed, c.read2, c.local, c.term, c.is_medicine, date, date_precision, recorded_on, is_confidential"
    assert rows(con, f"SELECT {columns}, source_key FROM event JOIN code c USING (code_id)") == [
        ("161891005", "16C2.00", "101", "Backache", 0, day(2026, 3, 15), "day", None, 0, "OBS1")
    ]
    columns = "c.dmd, c.term, c.is_medicine, date, date_precision, kind, quantity, unit, duration_days, source_key"
    assert rows(con, f"SELECT {columns} FROM prescription JOIN code c USING (code_id)") == [
        ("376689003", "Codeine 30mg tablets", 1, day(2026, 4, 1), "day", "repeat", 56.0, "tablet(s)", 28, "ISS1")
    ]
    assert rows(con, "FROM source_file ORDER BY 1")[:2] == [(1, "patient.csv"), (2, "observation.csv")]


def test_what_it_cannot_say(tmp_path: Path) -> None:
    _, extract = read(write_tables(tmp_path / "in", current()))
    said = " ".join(gap.text for gap in extract.gaps)
    for words in ("regular or temporary", "Test patients", "restricted", "was entered", "confidential", "ODS"):
        assert words in said
    assert (
        "The extract holds only the month of birth" in said
        and "does not show whether the NHS number behind it is valid" in said
    )
    assert extract.pseudonymised_because.startswith("This EMIS-X Explorer export is pseudonymised")


def test_soft_deletes_and_cancelled_issues(tmp_path: Path) -> None:
    """A deleted row has its key and nothing else, its patient not either."""
    gone = {"is_deleted": "true", "organisation": "CDB-12345"}
    tables = current(
        patient=[person(), {**gone, "patient_id": "SAM"}],
        observation=[
            observation(1),
            {**gone, "observation_id": "OBS2"},
            observation(3, "SAM"),
            observation(4, ""),
            observation(5, is_deleted="1"),
        ],
        medication_issue_record=[
            issue(1),
            {**gone, "issue_record_id": "ISS2"},
            issue(5, is_deleted="true"),  # perhaps they come with the other columns too
            issue(3, is_cancelled="TRUE"),
            issue(4, is_cancelled=""),
        ],
        clinical_code=[clinical_code(), {"is_deleted": "true", "code_id": "102"}],
    )
    con, extract = read(write_tables(tmp_path / "in", tables))
    assert rows(con, "SELECT source_key FROM event ORDER BY 1") == [("OBS1",)]
    assert rows(con, "SELECT source_key FROM prescription ORDER BY 1") == [("ISS1",), ("ISS4",)]
    assert rows(con, "SELECT local FROM code WHERE is_medicine = 0 AND local IS NOT NULL") == [("101",)]
    assert extract.left_out == {
        "issues: cancelled": 1,
        "issues: deleted by the supplier": 2,
        "observations: deleted by the supplier": 2,
        "observations: that name no patient": 1,
        "observations: whose patient is not in the extract": 1,
        "patients: deleted by the supplier": 1,
    }


@pytest.mark.parametrize(
    ("values", "death", "left"),
    [
        ({}, None, None),
        ({"date_of_death": "2026-01-05 00:00:00 UTC", "has_died": "true"}, day(2026, 1, 5), None),
        ({"has_died": "true"}, day(1980, 2, 1), None),  # some day since birth
        ({"date_of_death": "unclear"}, day(1980, 2, 1), None),
        ({"registration_end_datetime": "2025-06-30 00:00:00 UTC", "is_active": "false"}, None, day(2025, 6, 30)),
        ({"is_active": "FALSE"}, None, day(2010, 5, 4)),  # some day since it began
        ({"is_active": ""}, None, None),
    ],
)
def test_deaths_and_departures(tmp_path: Path, values: dict[str, str], death: int | None, left: int | None) -> None:
    con, _ = read(write_tables(tmp_path / "in", current(patient=[person(**values)])))
    assert rows(con, "SELECT date_of_death, registered_to FROM patient") == [(death, left)]


def test_a_date_of_birth_that_is_not_the_first_says_that_none_is_rounded(tmp_path: Path) -> None:
    people = [person(), person("SAM", date_of_birth="1975-06-15"), person("KIM", date_of_birth="")]
    con, extract = read(write_tables(tmp_path / "in", current(patient=people)))
    assert rows(con, "SELECT patient_id, date_of_birth, birth_precision FROM patient ORDER BY 1") == [
        ("JO", day(1980, 2, 1), "day"),
        ("KIM", None, "unknown"),
        ("SAM", day(1975, 6, 15), "day"),
    ]
    assert "only the month" not in " ".join(gap.text for gap in extract.gaps)


def test_a_marked_objection_is_a_code_on_the_day_of_the_extract(tmp_path: Path) -> None:
    """FALSE is one, TRUE and nothing are not; what cannot be read is one, for doubt adds no letter.

    Since when it stands is not said, so it is told undated too.
    """
    people = [person(key, is_consent_93c1=mark) for key, mark in zip("ABCD", ("false", "true", "", "?"), strict=True)]
    con, _ = read(write_tables(tmp_path / "in", current(patient=people, observation=[observation(1, "A")])))
    query = (
        "SELECT patient_id, read2, date, recorded_on, source_key FROM event JOIN patient USING (person_row) "
        "JOIN code USING (code_id) WHERE term LIKE '%marked by the supplier%' ORDER BY 1, 5"
    )
    made = day(2026, 11, 20)
    assert rows(con, query) == [
        ("A", "9Nu0.00", made, made, "is_consent_93c1 of A"),
        ("A", "9Nu0.00", None, None, "is_consent_93c1 of A, undated"),
        ("D", "9Nu0.00", made, made, "is_consent_93c1 of D"),
        ("D", "9Nu0.00", None, None, "is_consent_93c1 of D, undated"),
    ]


def test_a_national_opt_out_is_said_and_no_event(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "in", current(patient=[person(is_national_data_opted_in="false")]))
    con, extract = read(folder)
    assert rows(con, "SELECT count(*) FROM event") == [(1,)]
    assert any("1 patients have opted out nationally" in each for each in extract.warnings)


def test_codes_of_rows_and_dictionaries(tmp_path: Path) -> None:
    """A row that says what its dictionary says is of that code; one that says other or more is of a code of its own."""
    codes = [
        clinical_code("101", readv2_code="", read_term_id="N145-1"),  # a synonym as EMIS writes it
        clinical_code("102", snomed_concept_id="", readv2_code="9Nu0.00"),
        clinical_code("103", readv2_code="EMISQ12", read_term_id="EMISQ12", parent_code_id="102"),
    ]
    observed = [
        observation(1),
        observation(2, code_id="102", snomed_concept_id="827241000000103"),  # all rows agree: the dictionary learns it
        observation(3, code_id="103", snomed_concept_id=""),
        observation(4, code_id="103", snomed_concept_id="73438004"),
        observation(5, code_id="104", snomed_concept_id="278860009"),  # not in the dictionary
        observation(6, code_id="105", snomed_concept_id=""),
    ]
    con, extract = read(write_tables(tmp_path / "in", current(observation=observed, clinical_code=codes)))
    told = rows(con, "SELECT source_key, local, snomed, read2 FROM event LEFT JOIN code USING (code_id) ORDER BY 1")
    assert told == [
        ("OBS1", "101", "161891005", "N145.11"),
        ("OBS2", "102", "827241000000103", "9Nu0.00"),
        ("OBS3", "103", "161891005", None),
        ("OBS4", "103", "73438004", None),
        ("OBS5", "104", "278860009", None),
        ("OBS6", None, None, None),
    ]
    assert extract.left_out == {"observations: with a code not in the dictionary, kept": 1}
    # Both codes of 103 lie under 102.
    parents = (
        "SELECT c.local, c.snomed, p.local FROM code_parent r JOIN code c ON c.code_id = r.code_id "
        "JOIN code p ON p.code_id = r.parent_id ORDER BY 2"
    )
    assert rows(con, parents) == [("103", "161891005", "102"), ("103", "73438004", "102")]


def test_a_product_that_only_its_row_knows(tmp_path: Path) -> None:
    con, _ = read(
        write_tables(
            tmp_path / "in",
            current(
                medication_issue_record=[issue(1, code_id="202", dmd_product_code_id="42010411000001105")],
                drug_code=[drug_code("202", dmd_product_code_id=""), drug_code("203")],
            ),
        )
    )
    query = "SELECT c.local, c.dmd, c.term FROM prescription JOIN code c USING (code_id)"
    assert rows(con, query) == [("202", "42010411000001105", "Codeine 30mg tablets")]


def test_the_course_says_the_kind_where_the_issue_does_not(tmp_path: Path) -> None:
    record = {
        "is_deleted": "false",
        "drug_record_id": "DRUG1",
        "patient_id": "JO",
        "code_id": "201",
        "prescription_type_description": "Acute",
        "organisation": "CDB-12345",
    }
    issues = [
        issue(1, prescription_type_description=""),
        issue(2, prescription_type_description="", drug_record_id="DRUG2"),
        issue(3, issue_method_description="Outside Hospital"),
        issue(4, prescription_type_description="Automatic"),
    ]
    con, _ = read(
        write_tables(tmp_path / "in", current(medication_issue_record=issues, medication_drug_record=[record]))
    )
    assert rows(con, "SELECT source_key, kind FROM prescription ORDER BY 1") == [
        ("ISS1", "acute"),
        ("ISS2", "unknown"),
        ("ISS3", "elsewhere"),
        ("ISS4", "repeat"),
    ]


def test_dates_that_cannot_be_read_and_rows_said_twice(tmp_path: Path) -> None:
    observed = [
        observation(1, numeric_value="1"),
        observation(1, numeric_value="2", numeric_unit="kg"),
        observation(2, effective_datetime="around Easter"),
        observation(3, effective_datetime=""),
    ]
    con, extract = read(write_tables(tmp_path / "in", current(observation=observed)))
    assert rows(con, "SELECT source_key, value, unit, date, date_precision FROM event ORDER BY 1, 2") == [
        ("OBS1", 1.0, None, day(2026, 3, 15), "day"),
        ("OBS1", 2.0, "kg", day(2026, 3, 15), "day"),
        ("OBS2", None, None, None, "unknown"),
        ("OBS3", None, None, None, "unknown"),
    ]
    assert extract.left_out == {
        "observations: with a date that cannot be read, kept without it": 1,
        "observation: rows that share a key and say different things, all kept": 2,
    }


def test_the_same_key_in_two_practices(tmp_path: Path) -> None:
    """Keys belong to their practice; where a row names none, it is a patient's only if the key is nobody else's."""
    elsewhere = {"organisation": "CDB-9"}
    tables = current(
        patient=[person(), person(**elsewhere), person("SAM")],
        observation=[
            observation(1),
            observation(1, **elsewhere),
            observation(2, organisation=""),
            observation(3, "SAM", organisation=""),
            observation(4, "SAM", **elsewhere),
        ],
    )
    con, extract = read(write_tables(tmp_path / "in", tables))
    query = "SELECT practice_id, patient_id, source_key FROM event JOIN patient USING (person_row) ORDER BY ALL"
    assert rows(con, query) == [("CDB12345", "JO", "OBS1"), ("CDB12345", "SAM", "OBS3"), ("CDB9", "JO", "OBS1")]
    assert extract.left_out["observations: whose patient is not in the extract"] == 2
