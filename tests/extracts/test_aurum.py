"""A CPRD Aurum extract, every answer worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.extracts.gaps import Topic
from pipeline.extracts.model import SourceFile
from tests.extracts.aurum_folder import (
    JO,
    MEDICAL,
    PRODUCT,
    SAM,
    issue,
    medical,
    observation,
    patient,
    product,
    read,
    small_extract,
    write_extract,
)
from tests.extracts.emis_folder import rows

TYPES = [
    {"patienttypeid": "3", "Description": "Regular"},
    {"patienttypeid": "8", "Description": "Temporary"},
    {"patienttypeid": "9", "Description": "Dummy"},
]


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def test_what_each_column_means(tmp_path: Path) -> None:
    tables = small_extract(
        Observation=[observation("12345678901234567890", consid="77", value="7.5", numunitid="4")],
        DrugIssue=[issue("9", drugrecid="5", quantity="28", quantunitid="2", duration="14")],
        NumUnit=[{"numunitid": "4", "Description": "mm Hg"}],
        QuantUnit=[{"quantunitid": "2", "Description": "tablet"}],
    )
    con, extract = read(write_extract(tmp_path / "in", tables, "202605_Lookups_CPRDAurum"))
    assert (extract.format, extract.version, extract.left_out) == ("CPRD Aurum", "202605", {})
    assert rows(con, "FROM practice") == [("CPRD20001", None, "CPRD Aurum", day(2026, 11, 20))]
    columns = "practice_id, patient_id, date_of_birth, birth_precision, sex, registered_from, registered_to"
    assert rows(con, f"SELECT {columns}, registration_type, date_of_death, nhs_number, surname FROM patient") == [
        ("CPRD20001", JO, day(1980, 1, 1), "year", "F", day(2010, 5, 4), None, "regular", None, None, None)
    ]
    columns = "date, date_precision, recorded_on, value, unit, encounter IS NOT NULL, is_confidential, source_key, file"
    assert rows(con, f"SELECT {columns} FROM event JOIN source_file ON file_id = source_file") == [
        (day(2026, 3, 15), "day", day(2026, 3, 16), 7.5, "mm Hg", True, 0, "12345678901234567890",
         "study_Extract_Observation_001.txt"),
    ]  # fmt: skip
    columns = "date, recorded_on, kind, course IS NOT NULL, quantity, unit, duration_days, source_key"
    assert rows(con, f"SELECT {columns} FROM prescription") == [
        (day(2026, 4, 1), day(2026, 4, 1), "unknown", True, 28.0, "tablet", 14, "9")
    ]
    assert rows(con, "SELECT snomed, read2, dmd, local, term, is_medicine FROM code ORDER BY is_medicine") == [
        ("161891005", "N145.00", None, "101", "Backache", 0),
        (None, None, "376689003", "201", "Codeine 30mg tablets", 1),
    ]


def test_who_they_are_is_not_known_and_what_is_lost_is_said(tmp_path: Path) -> None:
    header = "patid pracid gender yob regstartdate regenddate patienttypeid"
    folder = write_extract(tmp_path / "in", small_extract())
    path = folder / "study_Extract_Patient_001.txt"
    path.write_text(header.replace(" ", "\t") + f"\n{JO}\t20001\t1\t1980\t04/05/2010\t\t3\n", encoding="latin-1")
    _, extract = read(folder)
    assert extract.pseudonymised_because.startswith("A CPRD extract is pseudonymised")
    assert (
        "The extract holds only the year of birth (and the month, for children), so ages are known to within a year."
        in [gap.text for gap in extract.gaps]
    )
    assert sum("hierarchy" in sentence for sentence in (gap.text for gap in extract.gaps)) == 1
    assert [
        sentence.split(",")[0]
        for sentence in (gap.text for gap in extract.gaps)
        if sentence.startswith("Patient has no")
    ] == [f"Patient has no column {name}" for name in ("mob", "cprd_ddate", "acceptable")]
    lookups = [(gap.text.split()[3], gap.topic) for gap in extract.gaps if gap.text.startswith("There is no")]
    assert lookups == [
        ("PatientType", Topic.TEMPORARY),
        ("PatientType", Topic.TEST_PATIENT),
        ("NumUnit", Topic.UNIT),
        ("QuantUnit", Topic.UNIT),
    ]


def test_births(tmp_path: Path) -> None:
    births: list[tuple[str, str, int | None, str]] = [
        ("1980", "", day(1980, 1, 1), "year"),
        ("2015", "7", day(2015, 7, 1), "month"),
        ("2015", "0", day(2015, 1, 1), "year"),
        ("2015", "13", day(2015, 1, 1), "year"),
        ("", "7", None, "unknown"),
        ("180", "", None, "unknown"),  # CPRD GOLD's way of writing 1980
        ("NA", "NA", None, "unknown"),
    ]
    people = [patient(f"{number}20001", yob=each[0], mob=each[1]) for number, each in enumerate(births)]
    con, _ = read(write_extract(tmp_path / "in", small_extract(Patient=people)))
    found = rows(con, "SELECT date_of_birth, birth_precision FROM patient ORDER BY patient_id")
    assert found == [each[2:] for each in births]


def test_sexes_deaths_and_departures(tmp_path: Path) -> None:
    people = [
        patient("120001", gender="1", cprd_ddate="03/02/2020", emis_ddate="01/01/2019", regenddate="04/02/2020"),
        patient("220001", gender="3", emis_ddate="01/01/2019"),
        patient("320001", gender="4", cprd_ddate="soon", yob="1990", mob="5"),  # dead all the same
        patient("420001", gender="0", regenddate="31/02/2020"),
        patient("520001", gender="", cprd_ddate="NA", regenddate="NA", regstartdate=""),
    ]
    con, extract = read(write_extract(tmp_path / "in", small_extract(Patient=people)))
    columns = "sex, date_of_death, registered_from, registered_to"
    start = day(2010, 5, 4)
    assert rows(con, f"SELECT {columns} FROM patient ORDER BY patient_id") == [
        ("M", day(2020, 2, 3), start, day(2020, 2, 4)),
        ("I", day(2019, 1, 1), start, None),
        ("U", day(1990, 5, 1), start, None),
        (None, None, start, start),
        (None, None, None, None),
    ]
    assert extract.left_out["patients: dates that cannot be read (a death or a departure counts as happened)"] == 2


@pytest.mark.parametrize(
    ("with_lookup", "expected"),
    [
        (True, [("3", "regular", 0), ("4", "other", 0), ("8", "temporary", 0), ("9", "other", 1)]),
        (False, [("3", "regular", 0), ("4", "other", 0), ("8", "other", 0), ("9", "other", 0)]),
    ],
)
def test_types_of_registration(tmp_path: Path, with_lookup: bool, expected: list[tuple[object, ...]]) -> None:
    people = [patient(f"{number}20001", patienttypeid=number) for number in ("3", "4", "8", "9")]
    tables = small_extract(Patient=people) | ({"PatientType": TYPES} if with_lookup else {})
    con, _ = read(write_extract(tmp_path / "in", tables))
    found = rows(con, "SELECT left(patient_id, 1), registration_type, is_test FROM patient ORDER BY patient_id")
    assert found == expected


def test_a_patient_who_is_not_acceptable_is_left_out_with_all_rows(tmp_path: Path) -> None:
    tables = small_extract(
        Patient=[patient(), patient(SAM, acceptable="0")],
        Observation=[observation("1"), observation("2", SAM), observation("3", SAM, obsdate="31/12/9999")],
        DrugIssue=[issue("1", SAM)],
    )
    con, extract = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT patient_id FROM patient") == [(JO,)]
    assert rows(con, "SELECT source_key FROM event") == [("1",)]
    assert rows(con, "SELECT count(*) FROM prescription") == [(0,)]
    assert extract.left_out == {
        "patients: not acceptable by CPRD's quality checks, left out with their rows": 1,
        "observations: of patients who are not acceptable": 2,
        "issues: of patients who are not acceptable": 1,
    }


def test_dates_of_rows(tmp_path: Path) -> None:
    said = ["15/03/2026", "2026-03-15", "31/12/9999", "31/02/2026", "", "NA", "29/02/2024", "15/03/2026 10:30:00"]
    observations = [observation(str(n), obsdate=text) for n, text in enumerate(said)]
    con, extract = read(write_extract(tmp_path / "in", small_extract(Observation=observations)))
    exact, leap = (day(2026, 3, 15), "day"), (day(2024, 2, 29), "day")
    none = (None, "unknown")
    assert rows(con, "SELECT date, date_precision FROM event ORDER BY source_key") == [
        exact, exact, none, none, none, none, leap, exact,
    ]  # fmt: skip
    assert extract.left_out == {
        "observations: with a date that cannot be read, kept without it": 1,
        "observations: with the date 31/12/9999, which stands for none, kept without it": 1,
    }


def test_read_codes(tmp_path: Path) -> None:
    said: list[tuple[str, str, str | None]] = [
        ("N145", "N145.00", "N145.00"),
        ("9Nu0", "9Nu0.00", "9Nu0.00"),
        ("9NU0", "9NU0.00", "9NU0.00"),  # another code than the one above
        ("N143-1", "N143.11", "N143.11"),
        ("N143-1", "", "N143.11"),
        ("G20", "NA", "G20..00"),
        ("", "G20..00", "G20..00"),
        ("G20..00", "G20..00", "G20..00"),
        ("G20", "G2000", "G20..00"),  # not seven characters: EMIS's spelling is used
        ("EMISNQOA1", "EMISNQO", None),  # EMIS's own code, cut to look like Read
        ("^ESCT784250", "ESCT784", None),
        ("EGTON324", "EGTON32", None),
        ("ABCDEFG12", "ABCDEFG", None),  # nobody knows whose, but no Read code is as long
        ("", "", None),
    ]
    codes = [
        medical(str(number), OriginalReadCode=original, CleansedReadCode=cleansed, SnomedCTConceptId="0")
        for number, (original, cleansed, _) in enumerate(said, start=100)
    ]
    con, _ = read(write_extract(tmp_path / "in", small_extract(**{MEDICAL: codes})))
    assert rows(con, "SELECT local, read2, snomed FROM code WHERE is_medicine = 0 ORDER BY local") == [
        (str(number), read2, None) for number, (_, _, read2) in enumerate(said, start=100)
    ]


def test_bnf_chapters(tmp_path: Path) -> None:
    said: list[tuple[str, str | None]] = [
        ("4070200", "0407020"),
        ("04070200", "0407020"),
        ("10010102", "1001012"),
        ("4080100/4070300", "0408010"),
        ("", None),
        ("00000000", None),
        ("4070215", None),  # a last level of two digits has no place in the other systems
    ]
    products = [
        product(str(number), BNFChapter=chapter, TermfromEMIS="", ProductName="Codeine", dmdid="")
        for number, (chapter, _) in enumerate(said, start=200)
    ]
    con, extract = read(write_extract(tmp_path / "in", small_extract(**{PRODUCT: products})))
    assert rows(con, "SELECT local, bnf, term, dmd FROM code WHERE is_medicine = 1 ORDER BY local") == [
        (str(number), bnf, "Codeine", None) for number, (_, bnf) in enumerate(said, start=200)
    ]
    assert "1 products are in several BNF chapters: only the first is used." in extract.warnings


def test_keys(tmp_path: Path) -> None:
    """A row's id counts within its patient; rows of one key all count; a row without one cannot be placed."""
    tables = small_extract(
        Patient=[patient(), patient(SAM)],
        Observation=[
            observation("1", medcodeid="55"),
            observation("1"),
            observation("1", SAM, consid="6"),
            observation("2", consid="6"),
            observation(""),
            observation("3", ""),
            observation("4", "99999999999999999999"),  # nobody of the extract
        ],
    )
    con, extract = read(write_extract(tmp_path / "in", tables))
    columns = "patient_id, source_key, local"
    query = f"SELECT {columns} FROM event JOIN patient USING (person_row) LEFT JOIN code USING (code_id) ORDER BY ALL"
    assert rows(con, query) == [(JO, "1", "101"), (JO, "1", None), (JO, "2", "101"), (SAM, "1", "101")]
    assert rows(con, "SELECT count(DISTINCT encounter) FROM event") == [(2,)]  # two patients' consultations
    assert extract.left_out == {
        "observations: whose patient is not in the extract": 1,
        "Observation: rows that share a key and say different things, all kept": 2,
        "observations: with a code not in the dictionary, kept": 1,
        "rows without a key or patient": 2,
    }
    assert "2 rows have no key or no patient, and were not used." in extract.warnings


def test_a_row_lies_in_the_practice_of_its_patient(tmp_path: Path) -> None:
    observations = [observation("1", pracid="20002"), observation("2", pracid="")]
    con, extract = read(write_extract(tmp_path / "in", small_extract(Observation=observations)))
    assert rows(con, "SELECT count(*) FROM event") == [(2,)]
    assert extract.left_out == {}


def test_two_practices_and_how_new_each_is(tmp_path: Path) -> None:
    practices = [{"pracid": "20001", "lcd": "20/11/2026"}, {"pracid": "20002", "lcd": "01/02/2026"}]
    tables = small_extract(Patient=[patient(), patient("720002", pracid="20002")], Practice=practices)
    con, _ = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT practice_id, extract_date FROM practice") == [
        ("CPRD20001", day(2026, 11, 20)),
        ("CPRD20002", day(2026, 2, 1)),
    ]


def test_without_a_practice_file_the_newest_row_says_how_new_the_records_are(tmp_path: Path) -> None:
    tables = small_extract()
    del tables["Practice"]
    con, extract = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT practice_id, extract_date FROM practice") == [("CPRD20001", day(2026, 4, 1))]
    assert "There is no Practice file, so the extract does not show when a practice's records were collected." in [
        gap.text for gap in extract.gaps
    ]
    assert any(sentence.startswith("1 practices have no date of last collection") for sentence in extract.warnings)


def test_codes_nobody_explains_are_counted(tmp_path: Path) -> None:
    tables = small_extract(Observation=[observation("1", medcodeid="999"), observation("2", medcodeid="")])
    con, extract = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT code_id FROM event") == [(None,), (None,)]
    assert extract.left_out == {"observations: with a code not in the dictionary, kept": 2}


def test_the_books_balance(tmp_path: Path) -> None:
    _, extract = read(write_extract(tmp_path / "in", small_extract()))
    assert len(extract.files) == 6
    for file in extract.files:
        assert file == SourceFile(file.name, file.sha256, 2, 1, 0, 0)
