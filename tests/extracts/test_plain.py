"""The canonical tables as CSV or Parquet, for anyone whose format we do not know."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import ExtractError
from pipeline.extracts.gaps import Topic
from tests.extracts.emis_folder import read, rows, write

PRACTICE = "practice_id,supplier,extract_date\nA81001,home,2026-11-20\n"
PATIENT = (
    "person_row,practice_id,patient_id,nhs_number,date_of_birth,birth_precision,registration_type,is_test,is_restricted\n"
    "7,A81001,jo,0990000018,1980-02-29,day,regular,FALSE,0\n"
    "9,A81001,sam,,1975-06-15,year,Temporary,true,1\n"
)
CODE = "code_id,snomed,read2,local,is_medicine\n1,161891005,9Nu0.00,123456789012345678,0\n5,,,d1,True\n"
EVENT = "person_row,code_id,date,date_precision,is_confidential,value\n7,1,2026-03-15,month,0,7.5\n9,1,,day,true,\n"
PRESCRIPTION = "person_row,code_id,date,date_precision,kind,is_confidential\n7,5,2026-04-01,day,acute,false\n"
FILES = {"practice": PRACTICE, "patient": PATIENT, "code": CODE, "event": EVENT, "prescription": PRESCRIPTION}
DUMMY = {"patient: dummy patients, kept and marked": 1}


def put(folder: Path, **changed: str) -> Path:
    folder.mkdir()
    for name, text in (FILES | changed).items():
        write(folder / f"{name}.csv", text)
    return folder


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def test_the_tables_as_csv(tmp_path: Path) -> None:
    con, extract = read(put(tmp_path / "in"))
    assert (extract.format, extract.left_out) == ("canonical tables", DUMMY)
    assert rows(con, "FROM practice") == [("A81001", None, "home", day(2026, 11, 20))]
    columns = (
        "person_row, nhs_number, date_of_birth, birth_precision, registration_type, is_test, is_restricted, surname"
    )
    assert rows(con, f"SELECT {columns} FROM patient") == [
        (1, "0990000018", day(1980, 2, 29), "day", "regular", 0, 0, None),
        (2, None, day(1975, 1, 1), "year", "temporary", 1, 1, None),  # the first possible day
    ]
    assert rows(con, "SELECT code_id, snomed, read2, local, is_medicine FROM code") == [
        (1, "161891005", "9Nu0.00", "123456789012345678", 0),
        (2, None, None, "d1", 1),
    ]
    # The second row has no date, so its precision is unknown; line 2 of the file is its first row.
    columns = "person_row, code_id, date, date_precision, value, source_file, source_key"
    assert rows(con, f"SELECT {columns} FROM event ORDER BY source_key") == [
        (1, 1, day(2026, 3, 1), "month", 7.5, 1, "2"),
        (2, 1, None, "unknown", None, 1, "3"),
    ]
    assert rows(con, "SELECT code_id, kind, source_file FROM prescription") == [(2, "acute", 2)]
    assert rows(con, "FROM source_file") == [(1, "event.csv"), (2, "prescription.csv")]
    said = {(gap.topic, gap.text.split(",")[0]) for gap in extract.gaps if gap.is_missing}
    assert {
        (Topic.RECORDED_ON, "event.csv has no column recorded_on"),
        (Topic.ENCOUNTER, "event.csv has no column encounter"),
        (Topic.REGISTERED_TO, "patient.csv has no column registered_to"),
        (Topic.HIERARCHY, "There is no code_parent table"),
    } <= said


def test_the_same_tables_as_parquet_give_the_same_rows(tmp_path: Path) -> None:
    first, _ = read(put(tmp_path / "csv"))
    folder = tmp_path / "parquet"
    folder.mkdir()
    for name in FILES:
        query = f"SELECT * FROM read_csv(?, all_varchar = {name == 'code'})"  # dates as dates, numbers as numbers
        if name == "patient":
            query = "SELECT * FROM read_csv(?, types = {'nhs_number': 'VARCHAR'})"
        duckdb.execute(f"COPY ({query}) TO '{folder / name}.parquet'", [str(tmp_path / "csv" / f"{name}.csv")])
    second, extract = read(folder)
    for table in ("practice", "patient", "code"):
        assert rows(first, f"FROM {table}") == rows(second, f"FROM {table}")
    for table in ("event", "prescription"):
        assert rows(first, f"SELECT * EXCLUDE source_key FROM {table} ORDER BY ALL") == rows(
            second, f"SELECT * EXCLUDE source_key FROM {table} ORDER BY ALL"
        )
    assert rows(second, "SELECT source_key FROM event ORDER BY 1") == [("1",), ("2",)]
    assert [(each.name, each.lines, each.rows) for each in extract.files if "event" in each.name] == [
        ("event.parquet", 0, 2)
    ]


def test_sources_parents_and_columns_that_are_not_ours(tmp_path: Path) -> None:
    event = "person_row,code_id,date_precision,is_confidential,source_file,source_key,colour\n7,1,unknown,0,4,k1,red\n"
    event += "7,1,unknown,0,8,k2,red\n"
    parents = "code_id,parent_id\n1,5\n1,99\n"
    folder = put(tmp_path / "in", event=event, source_file="file_id,file\n4,old.csv\n", code_parent=parents)
    con, extract = read(folder)
    # 8 is no file anyone knows, so that row comes from event.csv, which gets the next number.
    assert rows(con, "SELECT source_key, file FROM event JOIN source_file ON source_file = file_id ORDER BY 1") == [
        ("k1", "old.csv"),
        ("k2", "event.csv"),
    ]
    assert rows(con, "FROM code_parent") == [(1, 2)]
    assert extract.left_out == {"code_parent: rows whose code is not in the extract": 1} | DUMMY
    assert extract.warnings == ("event.csv: 1 columns are not in the canonical table and were not read.",)


def test_a_source_file_number_means_nothing_without_its_table(tmp_path: Path) -> None:
    event = "person_row,date_precision,is_confidential,source_file,source_key\n7,unknown,0,2,k1\n"
    con, _ = read(put(tmp_path / "in", event=event))
    assert rows(con, "SELECT file FROM event JOIN source_file ON source_file = file_id") == [("event.csv",)]


def test_lines_are_physical_lines_even_after_a_line_break_in_a_field(tmp_path: Path) -> None:
    event = 'person_row,code_id,date_precision,is_confidential,unit\n7,1,unknown,0,"two\nlines"\n7,1,unknown,0,x\n'
    con, extract = read(put(tmp_path / "in", event=event))
    assert rows(con, "SELECT unit, source_key FROM event ORDER BY 2") == [("two\nlines", "2"), ("x", "4")]
    assert [each.breaks for each in extract.files if each.name == "event.csv"] == [1]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("practice", "2026-11-20", "20.11.2026", "practice.csv, line 2: extract_date: write a date as yyyy-mm-dd"),
        ("practice", "home", "", "practice.csv, line 2: supplier is empty"),
        ("practice", "A81001", "A 81", "practice_id must be 1 to 20 letters and digits"),
        ("code", "d1,True", "d1,maybe", "code.csv, line 3: is_medicine: write true or false"),
        ("code", "5,,", "1,,", "code.csv, line 3: this code_id is on an earlier line too"),
        ("code", "5,,", "5.5,,", "code.csv, line 3: code_id: write a whole number"),
        ("patient", "9,A81001", "7,A81001", "patient.csv, line 3: this person_row is on an earlier line too"),
        ("patient", "sam", "jo", "patient.csv, line 3: this practice_id, patient_id is on an earlier line too"),
        ("patient", ",is_restricted", ",restricted", "patient.csv: no column is_restricted"),
    ],
)
def test_what_is_refused(tmp_path: Path, name: str, old: str, new: str, said: str) -> None:
    assert old in FILES[name]
    with pytest.raises(ExtractError) as caught:
        read(put(tmp_path / "in", **{name: FILES[name].replace(old, new, 1)}))
    assert said in str(caught.value)


def test_a_patient_with_a_wrong_value_is_rejected_and_so_not_listed(tmp_path: Path) -> None:
    text = PATIENT.replace("1980-02-29", "29 February")
    con, extract = read(put(tmp_path / "in", patient=text))
    assert rows(con, "SELECT patient_id FROM patient") == [("sam",)]
    assert rows(con, "FROM reject") == [("patient.csv", 2, "date_of_birth: write a date as yyyy-mm-dd")]
    assert (
        extract.left_out
        == {
            "patient: rows with a wrong value": 1,
            "event: rows whose patient is not in the extract": 1,
            "prescription: rows whose patient is not in the extract": 1,
        }
        | DUMMY
    )


def test_an_event_keeps_its_row_when_a_value_can_be_spared(tmp_path: Path) -> None:
    """Wrong date, wrong value; an unknown code; an unknown person; and a precision that is none, which is needed."""
    head = "person_row,code_id,date,date_precision,is_confidential,value\n"
    event = head + "7,1,soon,day,0,x\n7,99,2026-01-01,day,0,\n8,1,2026-01-01,day,0,\n7,1,2026-01-01,week,0,\n"
    con, extract = read(put(tmp_path / "in", event=event))
    assert rows(con, "SELECT code_id, date, date_precision, value, source_key FROM event ORDER BY source_key") == [
        (1, None, "unknown", None, "2"),
        (None, day(2026, 1, 1), "day", None, "3"),
    ]
    assert rows(con, "FROM reject") == [
        ("event.csv", 5, "date_precision: write one of day, month, year, unknown"),
    ]
    assert (
        extract.left_out
        == {
            "event: rows with a wrong value": 1,
            "event: rows whose patient is not in the extract": 1,
            "event: rows with a code not in the code table, kept": 1,
            "event: wrong values that were emptied, row kept": 2,
        }
        | DUMMY
    )


def test_a_torn_code_table_is_refused_when_a_row_needs_it(tmp_path: Path) -> None:
    code = CODE + '6,"open,9Nu0.00,d2,0\n'
    read(put(tmp_path / "spare", code=code))
    with pytest.raises(ExtractError, match=r"code\.csv: 1 lines cannot be read, and 1 rows have codes"):
        read(put(tmp_path / "needed", code=code, event=EVENT + "7,6,2026-01-01,day,0,\n"))


def test_too_many_wrong_rows_are_refused(tmp_path: Path) -> None:
    event = EVENT + "7,1,2026-01-01,never,0,\n" * 11
    with pytest.raises(ExtractError, match=r"event\.csv, line 4: date_precision.*11 rows"):
        read(put(tmp_path / "in", event=event))


def test_a_missing_table_and_one_given_twice(tmp_path: Path) -> None:
    folder = put(tmp_path / "in")
    (folder / "event.csv").unlink()
    with pytest.raises(ExtractError, match="no event table"):
        read(folder)
    write(folder / "event.csv", EVENT)
    (folder / "event.parquet").write_bytes(b"")
    with pytest.raises(ExtractError, match="event both as"):
        read(folder)


def test_a_parquet_file_cut_short(tmp_path: Path) -> None:
    folder = put(tmp_path / "in")
    (folder / "event.csv").rename(folder / "event.parquet")
    with pytest.raises(ExtractError, match=r"event\.parquet cannot be read as Parquet"):
        read(folder)


def test_ids_as_fractions_are_refused(tmp_path: Path) -> None:
    folder = put(tmp_path / "in")
    (folder / "code.csv").unlink()
    query = "SELECT 1 AS code_id, CAST(1 AS DOUBLE) AS snomed, false AS is_medicine"
    duckdb.execute(f"COPY ({query}) TO '{folder}/code.parquet'")
    with pytest.raises(ExtractError, match="column snomed holds numbers"):
        read(folder)


def test_both_formats_in_one_folder(tmp_path: Path) -> None:
    folder = put(tmp_path / "in")
    write(folder / "Admin_Patient.csv", "PatientGuid\n")
    with pytest.raises(ExtractError, match="The folder holds two extracts"):
        read(folder)
