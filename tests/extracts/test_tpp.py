"""The rows of a TPP SystmOne extract, every answer worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline.extracts.model import SourceFile
from tests.extracts.emis_folder import read, rows
from tests.extracts.tpp_folder import (
    JO,
    OTHER,
    PRACTICE,
    SAM,
    Row,
    code,
    gone,
    medication,
    organisation,
    patient,
    registration,
    small_extract,
    text,
    write,
    write_extract,
)


def day(*parts: int) -> int:
    return date(*parts).toordinal()


def test_what_each_column_of_a_coded_entry_means(tmp_path: Path) -> None:
    entry = code("77", IsNumeric="TRUE", NumericValue="7.5", NumericUnit="mmol/L", IDEvent="901")
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRCode=[entry])))
    columns = "date, date_precision, recorded_on, value, unit, encounter, is_confidential, source_key, file"
    event = "00000000-0000-0000-0000-000000000385"  # 901 in hexadecimal
    assert rows(con, f"SELECT {columns} FROM event JOIN source_file ON file_id = source_file") == [
        (day(2026, 3, 15), "day", day(2026, 3, 16), 7.5, "mmol/L", event, 0, "77", "SRCode.csv")
    ]


def test_what_each_column_of_a_medication_means(tmp_path: Path) -> None:
    issue = medication(
        "88", IsRepeatMedication="TRUE", IDRepeatTemplate="16", MedicationQuantity="56 tablets",
        DateEvent="09 Dec 2026 00:00:00", DateMedicationEnd="29 Apr 2026 00:00:00",
    )  # fmt: skip
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRPrimaryCareMedication=[issue])))
    columns = "date, date_precision, recorded_on, kind, course, quantity, unit, duration_days, source_key, dmd, local"
    assert rows(con, f"SELECT {columns}, term, is_medicine FROM prescription JOIN code USING (code_id)") == [
        (day(2026, 4, 1), "day", day(2026, 4, 1), "repeat", "00000000-0000-0000-0000-000000000010", 56.0, "tablets", 28,
         "88", "376689003", "4711", "Codeine 30mg tablets", 1)
    ]  # fmt: skip


def test_dates(tmp_path: Path) -> None:
    written = {
        "15 Mar 2026 14:05:59": day(2026, 3, 15),
        "15 mar 2026 14:05": day(2026, 3, 15),
        "5 DEC 2026": day(2026, 12, 5),
        "29 Feb 2024 00:00:00": day(2024, 2, 29),
        "29 Feb 2023 00:00:00": None,
        "15 Mrz 2026 00:00:00": None,
        "2026-03-15": day(2026, 3, 15),
        "soon": None,
        "": None,
    }
    entries = [code(str(number), DateEvent=each) for number, each in enumerate(written)]
    con, extract = read(write_extract(tmp_path / "in", small_extract(SRCode=entries)))
    found = rows(con, "SELECT date, date_precision FROM event ORDER BY source_key")
    assert found == [(each, "day" if each else "unknown") for each in written.values()]
    assert extract.left_out == {"coded entries: with a date that cannot be read, kept without it": 3}


def test_values(tmp_path: Path) -> None:
    written: list[tuple[str, str, str, tuple[float | None, str | None]]] = [
        ("TRUE", "0", "kg", (0.0, "kg")),
        ("1", "-1", "", (-1.0, None)),
        ("FALSE", "12", "kg", (None, None)),
        ("0", "-1", "", (None, None)),
        ("", "14", "kg", (14.0, "kg")),
        ("", "0", "", (None, None)),
        ("TRUE", "nan", "", (None, None)),
    ]
    entries = [
        code(str(number), IsNumeric=is_numeric, NumericValue=value, NumericUnit=unit)
        for number, (is_numeric, value, unit, _) in enumerate(written)
    ]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRCode=entries)))
    assert rows(con, "SELECT value, unit FROM event ORDER BY source_key") == [each[3] for each in written]


def test_kinds_of_medication(tmp_path: Path) -> None:
    written: list[tuple[Row, str]] = [
        ({"IsRepeatMedication": "TRUE"}, "repeat"),
        ({"IsRepeatMedication": "FALSE", "IDRepeatTemplate": "-1"}, "acute"),
        ({"IsRepeatMedication": "", "IDRepeatTemplate": "16"}, "repeat"),
        ({"IsRepeatMedication": ""}, "unknown"),
        ({"IsOtherMedication": "TRUE", "IsRepeatMedication": "TRUE"}, "elsewhere"),
        ({"IsHospitalMedication": "1"}, "elsewhere"),
        ({"IsDentalMedication": "TRUE"}, "elsewhere"),
    ]
    drugs = [medication(str(number), **values) for number, (values, _) in enumerate(written)]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRPrimaryCareMedication=drugs)))
    assert rows(con, "SELECT kind FROM prescription ORDER BY source_key") == [(kind,) for _, kind in written]


def test_quantities(tmp_path: Path) -> None:
    written: dict[str, tuple[float | None, str | None]] = {
        "28 tablets": (28.0, "tablets"),
        "2.5ml": (2.5, "ml"),
        "100": (100.0, None),
        "1 x 100 ml": (1.0, "x 100 ml"),
        "one box": (None, None),
        "": (None, None),
    }
    drugs = [medication(str(number), MedicationQuantity=each) for number, each in enumerate(written)]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRPrimaryCareMedication=drugs)))
    assert rows(con, "SELECT quantity, unit FROM prescription ORDER BY source_key") == list(written.values())


def test_when_and_for_how_long(tmp_path: Path) -> None:
    start = "01 Apr 2026 00:00:00"
    written = [
        (start, "29 Apr 2026 00:00:00", day(2026, 4, 1), 28),
        (start, start, day(2026, 4, 1), None),
        (start, "01 Mar 2026 00:00:00", day(2026, 4, 1), None),
        (start, "01 Apr 2046 00:00:00", day(2026, 4, 1), None),
        ("", "29 Apr 2026 00:00:00", day(2026, 3, 31), None),  # of DateEvent
    ]
    drugs = [
        medication(str(number), DateEvent="31 Mar 2026 00:00:00", DateMedicationStart=begins, DateMedicationEnd=ends)
        for number, (begins, ends, _, _) in enumerate(written)
    ]
    con, _ = read(write_extract(tmp_path / "in", small_extract(SRPrimaryCareMedication=drugs)))
    found = rows(con, "SELECT date, duration_days FROM prescription ORDER BY source_key")
    assert found == [each[2:] for each in written]


def test_removed_rows_say_nothing_but_their_key(tmp_path: Path) -> None:
    tables = small_extract(
        SRPatient=[patient(), {"RowIdentifier": SAM, "RemovedData": "1"}],
        SRPatientRegistration=[registration(), gone("32")],
        SRCode=[code(), gone("2"), {"RowIdentifier": "3", "RemovedData": "TRUE"}, code("4", SAM)],
        SRPrimaryCareMedication=[gone("1")],
    )
    con, extract = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT patient_id FROM patient") == [(JO,)]
    assert rows(con, "SELECT source_key FROM event") == [("1",)]
    assert rows(con, "SELECT count(*) FROM prescription") == [(0,)]
    assert extract.left_out == {
        "patients: removed by the supplier": 1,
        "coded entries: removed by the supplier": 2,
        "coded entries: of patients removed in the same delivery": 1,
        "medications: removed by the supplier": 1,
    }


def test_of_two_rows_with_one_key_none_is_lost(tmp_path: Path) -> None:
    tables = small_extract(SRCode=[code(CTV3Code="X75rk"), code()], SRPatient=[patient(Surname="Old"), patient()])
    con, extract = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT surname FROM patient") == [("Testcase",)]
    assert rows(con, "SELECT ctv3 FROM event JOIN code USING (code_id) ORDER BY 1") == [("X75rj",), ("X75rk",)]
    assert extract.left_out == {
        "SRCode: rows that share a key and say different things, all kept": 2,
        "SRPatient: keys whose rows say different things, in doubt": 1,
    }


def test_two_practices_may_use_the_same_keys(tmp_path: Path) -> None:
    tables = small_extract(
        SRPatient=[patient(), patient(org=OTHER, Surname="Else")],
        SRPatientRegistration=[registration(), registration(org=OTHER)],
        SRCode=[code(), code(org=OTHER, CTV3Code="X75rk"), {"RowIdentifier": "2", "RemovedData": "1"}],
        SROrganisation=[organisation(), organisation(OTHER, Name="The Practice")],
    )
    con, extract = read(write_extract(tmp_path / "in", tables))
    columns = "practice_id, name, surname, registration_type, ctv3"
    joins = "patient JOIN practice USING (practice_id) JOIN event USING (person_row) JOIN code USING (code_id)"
    assert rows(con, f"SELECT {columns} FROM {joins} ORDER BY 1") == [
        (PRACTICE, "The Surgery", "Testcase", "regular", "X75rj"),
        (OTHER, "The Practice", "Else", "regular", "X75rk"),
    ]
    assert extract.left_out["rows without a key or practice"] == 1
    assert any("some of them may be removals" in warning for warning in extract.warnings)


def test_rows_without_patient_or_code_are_counted(tmp_path: Path) -> None:
    tables = small_extract(
        SRCode=[code(), code("2", ""), code("3", CTV3Code="", SNOMEDCode="-1")],
        SRPrimaryCareMedication=[medication(IDMultiLexDMD="", IDMultiLexProduct="-1", NameOfMedication="")],
    )
    con, extract = read(write_extract(tmp_path / "in", tables))
    assert rows(con, "SELECT source_key, code_id IS NULL FROM event ORDER BY 1") == [("1", False), ("3", True)]
    assert extract.left_out == {
        "coded entries: that name no patient": 1,
        "coded entries: without a code, kept": 1,
        "medications: without a code, kept": 1,
    }


def test_the_books_balance(tmp_path: Path) -> None:
    """A line break inside a field, a line too short, and a quote left open."""
    entries = [code(str(number)) for number in range(1, 41)]
    entries[4]["CTV3Text"] = "Back\r\npain"
    folder = write_extract(tmp_path / "in", small_extract(SRCode=entries))
    lines = text("SRCode", entries).split("\r\n")
    lines[10], lines[20] = '"9","A81001"', lines[20].replace('"Back pain"', '"Back pain')
    write(folder / "SRCode.csv", "\r\n".join(lines))
    con, extract = read(folder)
    (file,) = (each for each in extract.files if each.name == "SRCode.csv")
    assert file == SourceFile("SRCode.csv", file.sha256, lines=42, rows=38, rejected=2, breaks=1)
    assert rows(con, "SELECT count(*) FROM event") == [(38,)]
    assert rows(con, "SELECT file, line FROM reject ORDER BY 2") == [("SRCode.csv", 11), ("SRCode.csv", 21)]
