"""Bad input gets an error that says which file, line or column and what to do, and never what a patient's row says."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.codes.systems import verhoeff_ok
from pipeline.errors import ExtractError
from tests.extracts.emis_folder import (
    ORG,
    clinical_code,
    csv_text,
    drug_code,
    issue,
    observation,
    patient,
    read,
    rows,
    small_extract,
    write,
    write_delivery,
    write_extract,
)

REQUIRED = (
    "Admin_Patient",
    "Admin_Organisation",
    "CareRecord_Observation",
    "Prescribing_IssueRecord",
    "Coding_ClinicalCode",
    "Coding_DrugCode",
)


@pytest.mark.parametrize("table", REQUIRED)
def test_a_required_file_that_is_not_there(tmp_path: Path, table: str) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    (folder / f"{table}.csv").unlink()
    with pytest.raises(ExtractError, match=f"no file {table}"):
        read(folder)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("Admin_Patient", "DateOfDeath"),
        ("Admin_Patient", "SpineSensitive"),
        ("CareRecord_Observation", "Deleted"),
        ("Coding_ClinicalCode", "SnomedCTConceptId"),
    ],
)
def test_a_required_column_that_is_not_there(tmp_path: Path, table: str, column: str) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    path = folder / f"{table}.csv"
    write(path, path.read_text(encoding="utf-8").replace(f'"{column}"', '"Other"', 1))
    with pytest.raises(ExtractError, match=rf"{table}\.csv: no column {column} in its first line"):
        read(folder)


def test_a_column_that_appears_twice(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    path = folder / "CareRecord_Observation.csv"
    write(path, path.read_text(encoding="utf-8").replace('"Value"', '"codeid"', 1))
    with pytest.raises(ExtractError, match=r"CareRecord_Observation\.csv: the column CodeId appears 2 times"):
        read(folder)


@pytest.mark.parametrize("table", REQUIRED)
def test_an_empty_file(tmp_path: Path, table: str) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    (folder / f"{table}.csv").write_bytes(b"")
    with pytest.raises(ExtractError, match=rf"{table}\.csv is empty \(0 bytes\)"):
        read(folder)


@pytest.mark.parametrize("table", ["Admin_Patient", "Admin_Organisation", "CareRecord_Observation"])
def test_a_header_and_nothing_else(tmp_path: Path, table: str) -> None:
    with pytest.raises(ExtractError, match=rf"{table}\.csv has a header and no rows"):
        read(write_extract(tmp_path / "in", small_extract(**{table: []})))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_in_two_byte_characters(tmp_path: Path, encoding: str) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    text = csv_text("Admin_Patient", [patient(Surname="\u010a\u0a0a Müller")])  # bytes of line ends inside characters
    (folder / "Admin_Patient.csv").write_bytes(text.encode(encoding))
    con, extract = read(folder)
    assert rows(con, "SELECT surname FROM patient") == [("\u010a\u0a0a Müller",)]
    assert [file.lines for file in extract.files if file.name == "Admin_Patient.csv"] == [2]


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le"])
def test_a_file_in_four_byte_characters(tmp_path: Path, encoding: str) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    (folder / "Admin_Patient.csv").write_bytes(csv_text("Admin_Patient", [patient()]).encode(encoding))
    with pytest.raises(ExtractError, match=r"Admin_Patient\.csv is not text in UTF-8 or UTF-16"):
        read(folder)


def test_a_header_that_is_no_text(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    (folder / "Admin_Patient.csv").write_bytes(b"\xa4\xff\x01,\n")
    with pytest.raises(ExtractError, match="line 1 cannot be read as a header"):
        read(folder)


# A spreadsheet keeps 15 digits: the 16th becomes 0, and the check digit fails nine times in ten.
LONG_CODES = ("1814041000006118", "1814051000006116", "1658771000006116")


def test_rounded_ids(tmp_path: Path) -> None:
    assert all(verhoeff_ok(code) for code in LONG_CODES)
    whole = [clinical_code(code) for code in LONG_CODES]
    read(write_extract(tmp_path / "whole", small_extract(Coding_ClinicalCode=whole)))
    rounded = [clinical_code(code[:15] + "0") for code in LONG_CODES]
    with pytest.raises(ExtractError, match=r"Coding_ClinicalCode\.csv was saved by a spreadsheet.*column CodeId"):
        read(write_extract(tmp_path / "rounded", small_extract(Coding_ClinicalCode=rounded)))


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        ("Coding_ClinicalCode", clinical_code("1.81404E+15"), "CodeId"),
        ("Coding_ClinicalCode", clinical_code(SnomedCTConceptId="7.514810000001E+14"), "SnomedCTConceptId"),
        ("Coding_DrugCode", drug_code(DmdProductCodeId="3e+17"), "DmdProductCodeId"),
        ("CareRecord_Observation", observation(1, CodeId="1.81404E+15"), "CodeId"),
        ("CareRecord_Observation", observation(1, EffectiveDate="44706"), "EffectiveDate"),
        ("CareRecord_Observation", observation(1, EnteredDate="01/02/2020"), "EnteredDate"),
        ("Prescribing_IssueRecord", issue(1, EffectiveDate="1/2/20 10:00"), "EffectiveDate"),
        ("Admin_Patient", patient(DateOfBirth="29/02/1980"), "DateOfBirth"),
    ],
)
def test_long_numbers_and_dates_as_a_spreadsheet_writes_them(
    tmp_path: Path, table: str, row: dict[str, str], column: str
) -> None:
    folder = write_extract(tmp_path / "in", small_extract(**{table: [row]}))
    with pytest.raises(ExtractError, match=rf"{table}\.csv was saved by a spreadsheet.*column {column}"):
        read(folder)


def test_one_odd_date_among_good_ones_is_no_spreadsheet(tmp_path: Path) -> None:
    seen = [observation(1, EffectiveDate="44706"), observation(2), observation(3)]
    con, _ = read(write_extract(tmp_path / "in", small_extract(CareRecord_Observation=seen)))
    assert rows(con, "SELECT count(*), count(date) FROM event") == [(3, 2)]


def test_a_torn_dictionary_is_refused_when_a_row_needs_it(tmp_path: Path) -> None:
    """The lost line may be the code of a diagnosis that keeps somebody off the list."""
    folder = write_extract(tmp_path / "in", small_extract(CareRecord_Observation=[observation(1, CodeId="102")]))
    path = folder / "Coding_ClinicalCode.csv"
    write(path, path.read_text(encoding="utf-8") + '"102","Cancer\r\n')
    with pytest.raises(ExtractError, match="1 lines cannot be read, and 1 rows have codes it does not list"):
        read(folder)


def test_a_torn_dictionary_nobody_needs_is_only_warned_of(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    path = folder / "Coding_ClinicalCode.csv"
    write(path, path.read_text(encoding="utf-8") + '"102","Cancer\r\n')
    con, extract = read(folder)
    assert rows(con, "FROM reject") == [("Coding_ClinicalCode.csv", 3, "a quotation mark is left open")]
    assert extract.left_out == {"lines that could not be read": 1}


def test_a_lost_line_about_a_practice_is_refused(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract(Agreements_SharingOrganisation=[]))
    path = folder / "Agreements_SharingOrganisation.csv"
    write(path, path.read_text(encoding="utf-8") + f'"{ORG}","true","2026-01-01 10:00:00","tr\r\n')
    with pytest.raises(ExtractError, match="may say that a practice has withdrawn"):
        read(folder)


def test_an_unknown_folder_says_what_was_looked_for_and_found(tmp_path: Path) -> None:
    (tmp_path / "letter about Jo Testcase.docx").write_bytes(b"x")
    (tmp_path / "1_Admin_Patient_20261120013000_AAAAAAAA-EE37-41AB-90D6-DC9D4B03D102.csv.gpg").write_bytes(b"x")
    with pytest.raises(
        ExtractError, match=r"Admin_Patient\.csv.*patient\.csv.*found 1 \.docx, 1 \.gpg.*decrypt"
    ) as caught:
        read(tmp_path)
    assert "Testcase" not in str(caught.value)


def test_no_folder_at_all(tmp_path: Path) -> None:
    with pytest.raises(ExtractError, match="must be a folder"):
        read(tmp_path / "in")


def test_a_name_whose_digits_are_no_date(tmp_path: Path) -> None:
    folder = write_delivery(tmp_path / "in", small_extract(), 1, "20261399013000")
    with pytest.raises(ExtractError, match="digits in its name are not a date"):
        read(folder)


def test_a_csv_nobody_knows_is_mentioned(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    write(folder / "Observation (1).csv", "a,b\n")
    write(folder / "truth.csv", "a,b\n")  # a synthetic extract's, not the supplier's
    write(folder / "CareRecord_Diary.csv", "a,b\n")  # an EMIS table we do not need
    _, extract = read(folder)
    said = "1 of the CSV files in the folder are not named as tables of this format, and were not read."
    assert extract.warnings == (said,)
