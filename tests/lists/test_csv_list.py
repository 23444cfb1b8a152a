import csv
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from pipeline.errors import OutputError
from pipeline.lists.csv_list import write_csv
from tests.lists.invented import HEADER, LUKASZ, SAOIRSE
from tests.lists.nasty import nasty_text


def read_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, strict=True))


def test_the_whole_file(tmp_path: Path) -> None:
    # Byte order mark, CRLF, quotes only where a value has a comma; ISO dates; four empty columns for the reviewer.
    write_csv(tmp_path / "list.csv", [replace(SAOIRSE, why="Pain, again")])
    row = '00417,9990000018,0007,Ms,Saoirse,O\'Brien,1980-02-29,F,"Pain, again",none,,Interpreter needed,2026-11-20,,,,'
    expected = f"{','.join(HEADER)}\r\n{row}\r\n"
    assert (tmp_path / "list.csv").read_bytes() == b"\xef\xbb\xbf" + expected.encode()


def test_lines_of_why_stay_apart_on_one_line(tmp_path: Path) -> None:
    write_csv(tmp_path / "list.csv", [replace(SAOIRSE, why="Pain core: 4 entries\n=Pain drugs", flags="two\nlines")])
    row = read_rows(tmp_path / "list.csv")[1]
    assert row[8] == "Pain core: 4 entries | '=Pain drugs"
    assert row[11] == "two lines"


def test_nobody_found_is_a_header_alone(tmp_path: Path) -> None:
    write_csv(tmp_path / "list.csv", [])
    assert read_rows(tmp_path / "list.csv") == [HEADER]


def test_another_reader_gets_the_same_text(tmp_path: Path) -> None:
    write_csv(tmp_path / "list.csv", [SAOIRSE, LUKASZ])
    query = "SELECT nhs_number, local_number, surname, date_of_birth FROM read_csv(?, all_varchar = true)"
    with duckdb.connect() as connection:
        rows = connection.execute(query, [str(tmp_path / "list.csv")]).fetchall()
    assert rows == [
        ("9990000018", "0007", "O'Brien", "1980-02-29"),
        ("9990000018", "999000041000000102", "O'Brien", None),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nasty_text, nasty_text)
def test_whatever_the_record_says_no_cell_is_a_formula(tmp_path: Path, why: str, local: str) -> None:
    write_csv(tmp_path / "list.csv", [replace(SAOIRSE, why=why, local_number=local, study_code=why, flags=local)])
    rows = read_rows(tmp_path / "list.csv")
    assert [len(row) for row in rows] == [17, 17]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\0"))]


def test_same_input_same_bytes(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        write_csv(tmp_path / name, [SAOIRSE, LUKASZ])
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="its folder is not there"):
        write_csv(tmp_path / "absent" / "list.csv", [SAOIRSE])
