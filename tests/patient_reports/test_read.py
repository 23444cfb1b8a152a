"""Reading a practice's report of patients: what each line becomes, and which files are refused."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from pipeline.errors import ExtractError, UsageError
from pipeline.patient_reports.model import PatientReport, ReportedPatient
from pipeline.patient_reports.read import read_report

A, B = "9990000018", "9990000026"
SOMEBODY = ReportedPatient(A, None, None, None)


def report(folder: Path, text: str, encoding: str = "utf-8") -> PatientReport:
    path = folder / "report.csv"
    path.write_bytes(dedent(text).lstrip("\n").encode(encoding))
    found = read_report(path)
    books = len(found.preamble) + 1 + len(found.people) + found.repeats + found.breaks + len(found.rejects)
    assert books == found.lines
    return found


def rejects(folder: Path, text: str) -> dict[int, str]:
    return {reject.line: reject.reason for reject in report(folder, text).rejects}


def test_every_line_is_a_patient_a_repeat_or_a_reject(tmp_path: Path) -> None:
    found = report(
        tmp_path,
        f"""
        Patients with pain
        Last run: 20/11/2026

        EMIS Number,Full Name,NHS Number,Date of Birth,Organisation Code,Postcode
        11,"O'BRIEN, Saoirse (Ms)",999 000 0018,31-Dec-1980,a00001,
        11,"O'BRIEN, Saoirse (Ms)",{A},31/12/1980,A00001,
        12,"SMITH
        Jane",999-000-0026,1980-12-31,A00001,
        13,No number,,,A00001,
        ,Nobody,,,A00001,
        14,Typed wrongly,9990000027,,A00001,
        15,Cut short
        ,Total: 4,,,,

        """,
    )
    assert found.preamble == ("Patients with pain", "Last run: 20/11/2026", "")
    day = date(1980, 12, 31)
    assert found.people == (
        ReportedPatient(A, "11", "A00001", day),
        ReportedPatient(B, "12", "A00001", day),
        ReportedPatient(None, "13", "A00001", None),
    )
    assert (found.repeats, found.breaks) == (1, 1)
    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (10, "no NHS number and no practice number"),
        (11, "an NHS number that fails its check digit"),
        (12, "2 columns where the header has 6"),
        (13, "a total or a note at the end, not a patient"),
        (14, "an empty line"),
    ]
    # Totals and empty lines are no loss, so they are not worth a warning.
    assert found.warnings == (
        "report.csv: 3 lines do not identify anyone. The first is line 10 (no NHS number and no practice number).",
    )


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("999000001", "nine digits"),  # a lost zero cannot be told from a slip, so none is put back
        ("99900000180", "does not have ten digits"),
        ("9990000018.0", "does not have ten digits"),
        ("9990000018 (temporary)", "does not have ten digits"),
        ("9990000019", "fails its check digit"),
        ("٩٩٩٠٠٠٠٠١٨", "does not have ten digits"),
        ("unknown", "no NHS number"),
        ("", "an empty line"),
    ],
)
def test_a_number_in_doubt_names_nobody(tmp_path: Path, written: str, reason: str) -> None:
    found = rejects(tmp_path, f"NHS Number,Surname\n{A},\n{written},\n{B},\n")
    assert list(found) == [3] and reason in found[3]
    assert not any(character.isdecimal() for character in found[3])


@pytest.mark.parametrize(
    "written", [f" {A} ", "999 000 0018", "999-000-0018", f'="{A}"', f"'{A}", "999\u00a0000\u00a00018"]
)
def test_a_number_may_be_dressed(tmp_path: Path, written: str) -> None:
    assert report(tmp_path, f"NHS Number,Surname\n{written},X\n").people == (SOMEBODY,)


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("31-Dec-1980", date(1980, 12, 31)),
        ("1/2/1980", date(1980, 2, 1)),  # the day comes first, as everywhere in Britain
        ("1980-02-01", date(1980, 2, 1)),
        ("01 sept 1980", date(1980, 9, 1)),
        ("", None),
    ],
)
def test_dates_of_birth(tmp_path: Path, written: str, born: date | None) -> None:
    found = report(tmp_path, f"NHS Number,Date of Birth\n{A},{written}\n")
    assert found.people == (replace(SOMEBODY, date_of_birth=born),)


@pytest.mark.parametrize("written", ["12/31/1980", "30-Feb-1980", "31-Dec-80", "29586", "31-Foo-1980", "1980"])
def test_a_date_of_birth_that_cannot_be_read_is_not_left_out_of_the_check(tmp_path: Path, written: str) -> None:
    found = rejects(tmp_path, f"NHS Number,Date of Birth\n{A},{written}\n{B},\n")
    assert list(found) == [2] and "a date of birth" in found[2]


def test_of_repeated_titles_the_first_counts_and_the_others_may_not_disagree(tmp_path: Path) -> None:
    text = f"""
        NHS Number,Code Term,NHS Number,Code Term,Date of Birth,Date of Birth
        {A},Pain,{A},Pain,1980-01-01,01/01/1980
        {B},Pain,,,,
        9990000034,Pain,{A},Pain,,
        ,Pain,9990000042,Pain,,
        9990000050,Pain,9990000050,Pain,1980-01-01,1980-01-02
    """
    found = report(tmp_path, text)
    assert [person.nhs_number for person in found.people] == [A, B]
    assert [(reject.line, reject.reason) for reject in found.rejects] == [
        (4, "a second NHS Number column that disagrees with the first"),
        (5, "a second NHS Number column that disagrees with the first"),
        (6, "a second Date of Birth column that disagrees with the first"),
    ]


def test_a_repeat_may_add_a_date_of_birth_but_not_change_it(tmp_path: Path) -> None:
    found = report(tmp_path, f"NHS Number,Date of Birth\n{A},\n{A},1980-01-01\n{A},1980-01-02\n")
    assert found.people == (replace(SOMEBODY, date_of_birth=date(1980, 1, 1)),)
    assert found.repeats == 1 and [reject.line for reject in found.rejects] == [4]


def test_a_count_at_the_end_is_nobodys_number(tmp_path: Path) -> None:
    found = report(tmp_path, "EMIS Number,Surname\n7,A\n9,B\n2,\n")
    assert [person.local_number for person in found.people] == ["7", "9"]
    assert [reject.line for reject in found.rejects] == [4] and found.warnings


def test_an_open_quotation_mark_costs_one_line(tmp_path: Path) -> None:
    found = report(tmp_path, f'NHS Number,Surname\n{A},"SMITH\n{B},"JONES"\n')
    assert [person.nhs_number for person in found.people] == [B]
    assert [(reject.line, reject.reason) for reject in found.rejects] == [(2, "a quotation mark is left open")]


def test_columns_left_empty_at_the_end_are_no_fault(tmp_path: Path) -> None:
    assert report(tmp_path, f"NHS Number,Surname\n{A},Smith,,\n").people == (SOMEBODY,)


def test_a_column_too_many_is_a_fault(tmp_path: Path) -> None:
    assert rejects(tmp_path, f"Surname,NHS Number\nSmith,{A},x\nJones,{B}\n") == {2: "3 columns where the header has 2"}


def test_a_report_without_patients_is_said(tmp_path: Path) -> None:
    found = report(tmp_path, "NHS Number,Surname\n")
    assert found.people == () and found.warnings == (
        "report.csv names no one: there are no patients below its column titles.",
    )


@pytest.mark.parametrize("titles", ["NHS Number", "NHS number", "nhs_number", "NHS No.", "NHS NO"])
def test_titles_as_several_systems_spell_them(tmp_path: Path, titles: str) -> None:
    assert report(tmp_path, f"{titles}\n{A}\n").people == (SOMEBODY,)


def test_a_line_of_the_preamble_that_holds_a_number_is_no_header(tmp_path: Path) -> None:
    assert report(tmp_path, f"NHS Number,{B}\nNHS Number,Surname\n{A},Smith\n").people == (SOMEBODY,)


def test_old_windows_text(tmp_path: Path) -> None:
    assert report(tmp_path, f"NHS Number,Surname\n{A},Zoë\n", "cp1252").people == (SOMEBODY,)


REFUSED = {
    "a workbook": (b"PK\x03\x04\x14\x00", "choose Save As and CSV"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1", "choose Save As and CSV"),
    "empty": (b"\r\n", "is empty"),
    "no header": (b"Name,Number\nSmith,1\n", "has a column titled NHS Number or EMIS Number"),
    "no header within 30 lines": (b"\n" * 30 + b"NHS Number\n", "has a column titled NHS Number"),
    "numbers rounded": (b"NHS Number,Surname\n9990000018,A\n9.99E+09,B\n", "was saved by a spreadsheet"),
    "local numbers rounded": (b"EMIS Number,Surname\n1.2E+05,A\n", "was saved by a spreadsheet"),
    "nobody in it": (b"NHS Number\n9990000019\n", "no line names a patient"),
    "no text": (b"NHS Number\n\x81\x8d\n", "cannot be read as text"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(tmp_path: Path, name: str) -> None:
    data, said = REFUSED[name]
    (tmp_path / "report.csv").write_bytes(data)
    with pytest.raises(ExtractError, match=said) as refused:
        read_report(tmp_path / "report.csv")
    assert "999" not in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no file"):
        read_report(tmp_path / "report.csv")
    with pytest.raises(ExtractError, match="Is it a folder"):
        read_report(tmp_path)
