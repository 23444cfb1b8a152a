"""CPRD Aurum's files: parts, folders, encodings, damage, and what is no Aurum extract at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.errors import ExtractError
from pipeline.extracts.aurum.files import find_deliveries
from pipeline.extracts.model import Earlier
from pipeline.extracts.read import open_folder, read_delivery
from tests.extracts.aurum_folder import (
    HEADERS,
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
    text,
    write,
    write_extract,
)
from tests.extracts.emis_folder import rows

# Ids with a right check digit, and as a spreadsheet leaves them: the digits after the fifteenth are gone.
SOUND, ROUNDED = "19004821000006110", "19004821000006100"


def keys(folder: Path) -> list[tuple[object, ...]]:
    return rows(read(folder)[0], "SELECT source_key FROM event ORDER BY 1")


def test_many_parts_in_folders_of_their_own_even_of_one_name(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract(), "202605_Lookups_CPRDAurum")
    for place, name, key in (
        ("a", "study_Extract_Observation_001.txt", "2"),
        ("b", "Observation.txt", "3"),
        ("c", "aurum_allpatid_set1_extract_observation_012.TXT", "4"),
    ):
        write(folder / place / name, text("Observation", [observation(key, value="ä")]))
    con, extract = read(folder)
    assert rows(con, "SELECT source_key FROM event ORDER BY 1") == [("1",), ("2",), ("3",), ("4",)]
    assert len(extract.files) == 9


def test_columns_are_found_whatever_their_case_and_order(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    said = text("Observation", [{"MEDCODEID": "101", "ObsDate": "01/02/2026", "new": "x", "PatID": JO, "obsid": "7"}],
                "new MEDCODEID ObsDate PatID obsid")  # fmt: skip
    write(folder / "study_Extract_Observation_001.txt", said)
    con, extract = read(folder)
    assert rows(con, "SELECT source_key, local, encounter FROM event JOIN code USING (code_id)") == [("7", "101", None)]
    lost = [
        sentence for sentence in (gap.text for gap in extract.gaps) if sentence.startswith("Observation has no column")
    ]
    assert [sentence.split(",")[0].split()[-1] for sentence in lost] == ["enterdate", "consid", "value", "numunitid"]


def test_a_later_part_may_have_lost_its_header(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    body = text("Observation", [observation("2"), observation("3")]).partition("\n")[2]
    write(folder / "study_Extract_Observation_002.txt", body)
    assert keys(folder) == [("1",), ("2",), ("3",)]


def test_the_first_part_must_have_its_header(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    write(folder / "study_Extract_Observation_001.txt", text("Observation", [observation("2")]).partition("\n")[2])
    with pytest.raises(ExtractError, match=r"study_Extract_Observation_001\.txt: no column patid"):
        read(folder)


def test_latin_1_quotes_as_data_and_windows_line_ends(tmp_path: Path) -> None:
    codes = [medical(Term="Ménière's \"disease"), medical("102", Term='"Sjögren')]
    folder = write_extract(tmp_path / "in", small_extract(**{MEDICAL: codes}))
    path = folder / f"{MEDICAL}.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    con, extract = read(folder)
    assert rows(con, "SELECT term FROM code WHERE is_medicine = 0 ORDER BY local") == [
        ("Ménière's \"disease",),
        ('"Sjögren',),
    ]
    assert extract.warnings == ()
    assert [(f.lines, f.rows, f.rejected) for f in extract.files if "Medical" in f.name] == [(3, 2, 0)]


def test_a_byte_order_mark_is_no_part_of_a_column(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    path = folder / "study_Extract_Patient_001.txt"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    con, _ = read(folder)
    assert rows(con, "SELECT patient_id FROM patient") == [(JO,)]


def test_a_line_cut_short_is_rejected_and_counted(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    said = text("Observation", [observation("1"), observation("2")]) + f"{JO}\t5\n"
    write(folder / "study_Extract_Observation_001.txt", said)
    con, extract = read(folder)
    assert rows(con, "FROM reject") == [
        ("study_Extract_Observation_001.txt", 4, "2 columns where the header has 15"),
    ]
    assert rows(con, "SELECT source_key FROM event ORDER BY 1") == [("1",), ("2",)]
    assert extract.left_out == {"lines that could not be read": 1}


def test_a_line_lost_from_a_dictionary_refuses_only_where_a_code_is_missing(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    path = folder / f"{MEDICAL}.txt"
    path.write_bytes(path.read_bytes() + b"999\tCancer\n")
    assert keys(folder) == [("1",)]
    write(folder / "study_Extract_Observation_001.txt", text("Observation", [observation("1", medcodeid="999")]))
    with pytest.raises(ExtractError, match="EMISMedicalDictionary: 1 lines cannot be read, and 1 rows"):
        read(folder.rename(tmp_path / "again"))


def test_the_code_browser_s_dictionaries_will_do(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    for name, first, counted in ((MEDICAL, "MedCodeId", "Observations"), (PRODUCT, "ProdCodeId", "DrugIssues")):
        (folder / f"{name}.txt").unlink()
        row = medical() if name == MEDICAL else product()
        header = HEADERS[name].replace(first, f"{first} {counted}", 1).lower()
        said = text(name, [{key.lower(): value for key, value in row.items()} | {counted.lower(): "9"}], header)
        write(folder / {MEDICAL: "CPRDAurumMedical.txt", PRODUCT: "CPRDAurumProduct.txt"}[name], said)
    con, extract = read(folder)
    assert rows(con, "SELECT local, read2, dmd FROM code ORDER BY 1") == [
        ("101", "N145.00", None),
        ("201", None, "376689003"),
    ]
    assert extract.version == "unknown"


def test_of_two_builds_of_a_dictionary_the_later_one_speaks(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract(**{MEDICAL: [medical(Term="new")]}))
    write(folder / "202201_EMISMedicalDictionary.txt", text(MEDICAL, [medical(Term="old"), medical("102")]))
    con, extract = read(folder)
    assert rows(con, "SELECT local, term FROM code WHERE is_medicine = 0 ORDER BY 1") == [
        ("101", "new"),
        ("102", "Backache"),
    ]
    assert extract.left_out == {"rows replaced by a later row of the same key": 1}


@pytest.mark.parametrize("table", ["Observation", "DrugIssue", MEDICAL, PRODUCT])
def test_a_file_that_must_be_there(tmp_path: Path, table: str) -> None:
    tables = small_extract()
    del tables[table]
    with pytest.raises(ExtractError, match=f"has no file {table.removeprefix('202605_')}"):
        read(write_extract(tmp_path / "in", tables))


@pytest.mark.parametrize(
    ("table", "column"),
    [("Patient", "yob"), ("Observation", "obsdate"), ("DrugIssue", "issueid"), ("Practice", "lcd"), (PRODUCT, "dmdid")],
)
def test_a_column_that_must_be_there(tmp_path: Path, table: str, column: str) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    path = next(folder.glob(f"*{table}*.txt"))
    path.write_text(path.read_text().replace(column, "other", 1), encoding="latin-1")
    with pytest.raises(ExtractError, match=f"{path.name}: no column {column}"):
        read(folder)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"Patient": [patient("1234567890123400000")]}, "Patient_001.txt .* the column patid"),
        ({"Patient": [patient("1.23457E+18")]}, "Patient_001.txt .* the column patid"),
        ({"Observation": [observation("1", medcodeid=ROUNDED)]}, "Observation_001.txt .* the column medcodeid"),
        ({"Observation": [observation("1.5E+16")]}, "Observation_001.txt .* the column obsid"),
        ({"DrugIssue": [issue("1", prodcodeid=ROUNDED)]}, "DrugIssue_001.txt .* the column prodcodeid"),
        ({MEDICAL: [medical(ROUNDED)]}, "MedicalDictionary.txt .* the column MedCodeId"),
        ({PRODUCT: [product(dmdid="42009811000001100")]}, "ProductDictionary.txt .* the column dmdid"),
        ({"Observation": [observation("1", obsdate="46096")]}, "Observation_001.txt .* the column obsdate"),
        ({"DrugIssue": [issue("1", issuedate="3/15/26")]}, "DrugIssue_001.txt .* the column issuedate"),
        ({"Patient": [patient(regstartdate="5/4/2010")]}, "Patient_001.txt .* the column regstartdate"),
    ],
)
def test_a_file_saved_by_a_spreadsheet_is_refused(tmp_path: Path, tables: dict[str, object], message: str) -> None:
    with pytest.raises(ExtractError, match=message.replace(" .* ", " was saved by a spreadsheet, which changed ")):
        read(write_extract(tmp_path / "in", small_extract(**tables)))  # type: ignore[arg-type]


def test_sound_ids_are_not_refused(tmp_path: Path) -> None:
    tables = small_extract(
        Patient=[patient(), patient(SAM), patient("3")],  # in made-up samples a patid is any number
        Observation=[observation("1", medcodeid=SOUND)],
        **{MEDICAL: [medical(SOUND)]},
    )
    _, extract = read(write_extract(tmp_path / "in", tables))
    assert extract.left_out == {}


def test_patids_of_another_practice_are_told(tmp_path: Path) -> None:
    _, extract = read(write_extract(tmp_path / "in", small_extract(Patient=[patient("720002")])))
    assert "1 patients have a patid that does not end in their pracid: the pracid was used." in extract.warnings


def test_it_cannot_be_told_how_new_the_records_are(tmp_path: Path) -> None:
    tables = small_extract(
        Practice=[{"pracid": "20001"}],
        Observation=[observation("1", enterdate="")],
        DrugIssue=[issue("1", enterdate="31/12/9999")],
    )
    with pytest.raises(ExtractError, match="Practice: the column lcd gives no date"):
        read(write_extract(tmp_path / "in", tables))


@pytest.mark.parametrize("table", ["Patient", "Observation", MEDICAL])
def test_an_empty_table_is_refused(tmp_path: Path, table: str) -> None:
    with pytest.raises(ExtractError, match="has a header and no rows"):
        read(write_extract(tmp_path / "in", small_extract(**{table: []})))


def test_nothing_can_follow_an_extract(tmp_path: Path) -> None:
    folder = open_folder(write_extract(tmp_path / "in", small_extract()))
    with pytest.raises(ExtractError, match="Build a new store"):
        read_delivery(folder, folder.deliveries[0], duckdb.connect(), tmp_path, earlier=Earlier(0, ()))


def test_files_with_other_names_are_told_and_known_ones_are_not(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    for name in ("study_Extract_Staff_001.txt", "Referral.txt", "Region.txt", "._study_Extract_Patient_001.txt"):
        write(folder / name, "x")
    assert read(folder)[1].warnings == ()
    write(folder / "Observation part 2.txt", "x")
    _, extract = read(folder.rename(tmp_path / "again"))
    assert extract.warnings == ("1 of the text files are not named as CPRD Aurum tables, and were not read.",)


def test_what_is_no_aurum_extract(tmp_path: Path) -> None:
    write(tmp_path / "gold" / "study_Extract_Patient_001.txt", "patid\tvmid\tgender\tyob\tmob\tcrd\ttod\taccept\n")
    write(tmp_path / "gold" / "study_Extract_Practice_001.txt", "pracid\tregion\tlcd\tuts\n")
    write(tmp_path / "omop" / "observation.txt", "observation_id\tperson_id\tobservation_date\n")
    write(tmp_path / "emis" / "Admin_Patient.csv", "PatientGuid,OrganisationGuid\n")
    write(tmp_path / "empty" / "Patient.txt", "")
    for folder in ("gold", "omop", "emis", "empty"):
        assert find_deliveries(tmp_path / folder) == []


def test_an_aurum_extract_is_known_by_any_of_its_tables(tmp_path: Path) -> None:
    write(tmp_path / "in" / "Observation.txt", "PATID\tMedCodeId\n")
    write(tmp_path / "in" / "Patient.txt", "")
    (delivery,) = find_deliveries(tmp_path / "in")
    assert (delivery.first, len(delivery.files)) == (0, 2)
