import re
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.lists.cells import fit_height
from pipeline.lists.columns import COLUMNS
from pipeline.lists.prompts import split_questions
from pipeline.lists.row import ListProvenance, ListRow
from pipeline.lists.text_safety import make_safe
from pipeline.lists.xlsx_list import write_xlsx
from tests.lists.invented import ABOUT, HEADER, LUKASZ, SAOIRSE
from tests.lists.nasty import nasty_text


def write_and_load(folder: Path, *people: ListRow, about: ListProvenance = ABOUT) -> Workbook:
    write_xlsx(folder / "list.xlsx", people, about)
    return load_workbook(folder / "list.xlsx")


def sheet_of(book: Workbook, name: str = "Invitation list") -> Worksheet:
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def values(sheet: Worksheet) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(values_only=True))


def read_about(book: Workbook) -> dict[str, str]:
    return {str(label): str(text) for label, text in values(sheet_of(book, "About this list"))}


def test_rows_survive_a_round_trip(tmp_path: Path) -> None:
    header, first, second = values(sheet_of(write_and_load(tmp_path, SAOIRSE, LUKASZ)))
    assert list(header) == HEADER
    assert first[:8] == ("00417", "9990000018", "0007", "Ms", "Saoirse", "O'Brien", datetime(1980, 2, 29), "F")
    assert first[8:] == (SAOIRSE.why, "Not known", None, "Interpreter needed", datetime(2026, 11, 20), *[None] * 4)
    assert second[2:7] == ("999000041000000102", "Ms", "Łukasz", "O'Brien", "aged 49 or 50")


def test_identifiers_are_text_and_dates_are_dates(tmp_path: Path) -> None:
    sheet = sheet_of(write_and_load(tmp_path, SAOIRSE))
    assert {(sheet[cell].data_type, sheet[cell].number_format) for cell in ("A2", "B2", "C2")} == {("s", "@")}
    assert (sheet["M2"].data_type, sheet["M2"].number_format) == ("d", "dd/mm/yyyy")
    assert (sheet["G2"].data_type, sheet["G2"].number_format) == ("d", 'dd/mm/yyyy" (46)"')
    assert sheet["Q2"].number_format == "dd/mm/yyyy"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(nasty_text, nasty_text)
def test_whatever_the_record_says_no_cell_is_a_formula(tmp_path: Path, why: str, local: str) -> None:
    about = replace(ABOUT, study=why, practice_name=local, lines=((why, local),), questions=(why, local))
    book = write_and_load(tmp_path, replace(SAOIRSE, why=why, local_number=local, flags=why), about=about)
    for sheet in book.worksheets:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type in "fe"]
    assert sheet_of(book)["L2"].value == (make_safe(why) or None)
    assert sheet_of(book)["C2"].value == (make_safe(local) or None)
    with zipfile.ZipFile(tmp_path / "list.xlsx") as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml") + parts.read("xl/worksheets/sheet2.xml")
        assert not [name for name in parts.namelist() if "externalLink" in name]


def test_no_warning_triangles_on_identifiers(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "list.xlsx", [SAOIRSE, LUKASZ], ABOUT)
    with zipfile.ZipFile(tmp_path / "list.xlsx") as parts:
        assert b'<ignoredError sqref="A2:C3" numberStoredAsText="1"/>' in parts.read("xl/worksheets/sheet1.xml")


def test_each_part_of_why_has_a_line(tmp_path: Path) -> None:
    # Three lines of 13 points and 4 to spare are 43, which is 42.75 in whole pixels.
    sheet = sheet_of(write_and_load(tmp_path, replace(SAOIRSE, why="Pain core: 4 entries\n=Pain drugs\nOff work")))
    assert sheet["I2"].value == "Pain core: 4 entries\n'=Pain drugs\nOff work"
    assert sheet.row_dimensions[2].height == 42.75


def test_sorting_puts_no_row_where_it_does_not_fit(tmp_path: Path) -> None:
    whys = ("short", "\n".join(["Pain: 4 entries"] * 6), "\n".join(["Pain: 4 entries"] * 20))
    sheet = sheet_of(write_and_load(tmp_path, *(replace(SAOIRSE, why=why) for why in whys)))
    heights = [float(sheet.row_dimensions[row].height or 0) for row in (2, 3, 4)]
    assert heights[0] == heights[1] == pytest.approx(6 * 13 + 4, abs=0.5)
    assert heights[2] == pytest.approx(20 * 13 + 4, abs=0.5)  # one so tall has its own


def test_an_address_is_no_link(tmp_path: Path) -> None:
    sheet = sheet_of(
        write_and_load(tmp_path, replace(SAOIRSE, surname="https://example.org", why="mailto:a@example.org"))
    )
    assert sheet["F2"].value == "https://example.org"
    assert sheet["F2"].hyperlink is None and sheet["I2"].hyperlink is None


def test_same_input_same_bytes_whatever_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_xlsx(tmp_path / "one.xlsx", [SAOIRSE, LUKASZ], ABOUT)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(2_000_000_000))
    write_xlsx(tmp_path / "two.xlsx", [SAOIRSE, LUKASZ], ABOUT)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.xlsx") as parts:
        stamps = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", parts.read("docProps/core.xml"))
        assert stamps == [b"2026-11-20T00:00:00Z"] * 2  # created and modified: the index date
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_choices_come_from_a_sheet_nobody_sees(tmp_path: Path) -> None:
    book = write_and_load(tmp_path, SAOIRSE, LUKASZ)
    assert book.sheetnames == ["Invitation list", "To print", "About this list", "Choices"]
    assert [sheet.sheet_state for sheet in book.worksheets] == [*["visible"] * 3, "veryHidden"]
    assert book.defined_names["decision_choices"].attr_text == "Choices!$A$1:$A$3"
    assert book.defined_names["reason_choices"].attr_text == f"Choices!$B$1:$B${len(ABOUT.reasons)}"
    columns = list(sheet_of(book, "Choices").iter_cols(values_only=True))
    assert [word for word in columns[0] if word] == ["approved", "rejected", "later"]
    assert columns[1] == ABOUT.reasons


def test_every_person_can_be_decided_on_and_sorted_and_the_record_refuses_typing(tmp_path: Path) -> None:
    sheet = sheet_of(write_and_load(tmp_path, SAOIRSE, LUKASZ))
    checks = {str(check.sqref): check for check in sheet.data_validations.dataValidation}
    assert (checks["N2:N3"].type, checks["N2:N3"].formula1) == ("list", "decision_choices")
    assert (checks["O2:O3"].type, checks["O2:O3"].formula1) == ("list", "reason_choices")
    # 19 November 2026, in days since 30 December 1899
    assert (checks["Q2:Q3"].type, checks["Q2:Q3"].formula1) == ("date", "46345")
    record = checks["A2:M3"]
    assert (record.type, record.formula1, record.errorStyle) == ("custom", "FALSE", None)  # None: stop
    # Excel refuses to sort rows of which a cell is locked; the headings are.
    locked = {cell.row for row in sheet.iter_rows() for cell in row if cell.protection.locked}
    assert locked == {1}
    rules = sheet.protection
    assert rules.sheet and not rules.password
    # In the file, 1 means forbidden.
    assert not (rules.autoFilter or rules.sort or rules.formatColumns or rules.formatRows)
    assert rules.insertRows and rules.deleteRows and rules.formatCells


def test_what_to_judge_stands_beside_each_decision(tmp_path: Path) -> None:
    checks = sheet_of(write_and_load(tmp_path, SAOIRSE)).data_validations.dataValidation
    (beside,) = (check for check in checks if str(check.sqref) == "N2")
    assert beside.promptTitle == "Judge for each person"
    assert beside.prompt == "• In work, as far as you know\n• The pain has not lasted 3 months"


@given(st.lists(st.text("abc ", min_size=1, max_size=300), max_size=9))
def test_questions_are_shown_whole_or_said_to_stand_elsewhere(questions: list[str]) -> None:
    notes = split_questions(questions, 2)
    assert all(len(note) <= 255 for note in notes)
    shown = [question for question in questions if any(f"• {question}".strip() in note for note in notes)]
    assert shown == questions or "To print" in notes[-1]


def test_a_wrong_nhs_number_is_marked_by_its_check_digit(tmp_path: Path) -> None:
    marked = sheet_of(write_and_load(tmp_path, SAOIRSE, LUKASZ)).conditional_formatting
    (rule,) = next(one.rules for one in marked if str(one.sqref) == "B2:B3")
    digits = 'SUBSTITUTE(SUBSTITUTE($B2," ",""),"-","")'
    check = f"MOD(11-MOD(SUMPRODUCT(MID({digits},ROW($1:$9),1)*(11-ROW($1:$9))),11),11)"
    wrong = f"OR(LEN({digits})<>10,{check}<>RIGHT({digits},1)*1)"
    assert rule.formula == [f'IF($B2="",$C2="",IFERROR({wrong},TRUE))']


def test_no_hidden_sheet_keeps_anyone_s_identifiers(tmp_path: Path) -> None:
    book = write_and_load(tmp_path, SAOIRSE, LUKASZ)
    kept = {str(cell) for row in values(sheet_of(book, "Choices")) for cell in row if cell}
    assert kept <= {"approved", "rejected", "later", *ABOUT.reasons}


def test_a_rejection_without_a_reason_says_so_in_words(tmp_path: Path) -> None:
    marked = sheet_of(write_and_load(tmp_path, SAOIRSE)).conditional_formatting
    (rule,) = next(one.rules for one in marked if str(one.sqref) == "N2:O2")
    assert rule.formula == ['AND($N2="rejected",TRIM($O2)="")']
    assert rule.dxf.numFmt.formatCode == '@" (reason?)"'


def test_headings_explain_themselves(tmp_path: Path) -> None:
    sheet = sheet_of(write_and_load(tmp_path, SAOIRSE))
    prompts = {check.promptTitle: check.prompt for check in sheet.data_validations.dataValidation if check.type is None}
    assert prompts == {column.heading: column.help for column in COLUMNS}


def test_headings_read_as_words_and_keep_their_names_for_programs(tmp_path: Path) -> None:
    header = next(sheet_of(write_and_load(tmp_path, SAOIRSE)).iter_rows(max_row=1))
    assert [cell.value for cell in header] == HEADER
    shown = [cell.number_format for cell in header]
    assert shown == [f';;;"{column.heading}"' for column in COLUMNS]
    assert not [words for words in shown if "_" in words]


def test_the_page(tmp_path: Path) -> None:
    sheet = sheet_of(write_and_load(tmp_path, SAOIRSE, LUKASZ))
    assert sheet.freeze_panes == "G2"  # the heading, and the columns up to the surname
    assert sheet.auto_filter.ref == "A1:Q3"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.scale == 90  # 10 point type is 9 point on paper
    with zipfile.ZipFile(tmp_path / "list.xlsx") as parts:
        page = ElementTree.fromstring(parts.read("xl/worksheets/sheet1.xml"))
    words = [page.findtext(f".//{{*}}{name}") for name in ("oddHeader", "oddFooter")]
    assert words == [
        "&L&BInvitation list: InSTEP&B\nSmith && Jones Surgery (A81001)"
        "&RExtract date 19/11/2026\nRule instep, version 1",
        "&L&BConfidential: patient data&RPage &P of &N",
    ]


def test_evidence_of_work_stands_out(tmp_path: Path) -> None:
    sheet = sheet_of(write_and_load(tmp_path, SAOIRSE, LUKASZ, replace(SAOIRSE, in_work_evidence="conflicting")))
    assert [sheet[cell].font.bold for cell in ("J2", "J3", "J4")] == [False, True, True]


def test_about_says_what_it_was_given(tmp_path: Path) -> None:
    about = read_about(write_and_load(tmp_path, SAOIRSE, LUKASZ))
    assert about["Practice"] == "Smith & Jones Surgery (A81001)"
    assert about["People to review"] == "2"
    assert about["Rule"] == "People with chronic pain who may be out of work (instep, version 1)"
    assert about["Extract date"] == "19/11/2026"
    assert about["Index date"].startswith("20/11/2026")
    assert about["Only the person can say"] == "Wants to work"
    assert about["Rule sha256"] == "0123abcd" * 8
    assert "No code says reliably who is out of work" in about["The search cannot tell"]
    assert "Do not open it in Excel" in about["The CSV file"]


def test_document_has_a_title_and_a_practice_without_a_name(tmp_path: Path) -> None:
    book = write_and_load(tmp_path, about=replace(ABOUT, practice_name=""))
    assert book.properties.title == "Invitation list: InSTEP, A81001"
    assert book.properties.subject == "Confidential: patient data"


def test_nobody_found(tmp_path: Path) -> None:
    book = write_and_load(tmp_path)
    assert values(sheet_of(book)) == [tuple(HEADER)]  # no program can take the sentence for a person
    with zipfile.ZipFile(tmp_path / "list.xlsx") as parts:
        assert b"You have no one to review today" in parts.read("xl/drawings/drawing1.xml")
    assert read_about(book)["People to review"].startswith("0. You have no one to review today")


def test_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    # Each of these characters takes two of Excel's 32,767 units; XlsxWriter by itself would leave the cell empty.
    sheet = sheet_of(write_and_load(tmp_path, replace(SAOIRSE, why="\U0001f600" * 40_000)))
    written = str(sheet["I2"].value)
    assert written.startswith("\U0001f600" * 15_000) and written.endswith("[cut here: too long for one cell]")
    assert len(written.encode("utf-16-le")) // 2 <= 32_767


def test_days_before_excels_calendar_are_text(tmp_path: Path) -> None:
    sheet = sheet_of(write_and_load(tmp_path, replace(SAOIRSE, date_of_birth=date(1899, 12, 31))))
    assert sheet["G2"].value == "31/12/1899"
    sheet = sheet_of(write_and_load(tmp_path, replace(SAOIRSE, date_of_birth=date(1900, 3, 1))))
    assert sheet["G2"].value == datetime(1900, 3, 1)


def test_rows_have_room_for_their_text() -> None:
    # 257 characters at 1.2 * 36 - 3 = 40.2 a line take 7 lines of 13 points, and 4 to spare.
    assert fit_height([("x" * 257, 36), ("", 10)]) == 7 * 13 + 4
    assert fit_height([("", 10)]) == 13 + 4
    assert fit_height([("x" * 100_000, 10)]) == 409  # Excel's tallest


def test_a_long_list(tmp_path: Path) -> None:
    people = [replace(SAOIRSE, nhs_number=f"{number:010}") for number in range(2_000)]
    rows = values(sheet_of(write_and_load(tmp_path, *people)))
    assert [row[1] for row in rows[1:]] == [person.nhs_number for person in people]
