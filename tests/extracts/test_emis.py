"""What an EMIS row becomes: one practice, one or two people, every answer worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.tables import TABLES
from tests.extracts.emis_folder import (
    JO,
    ORG,
    clinical_code,
    guid,
    observation,
    patient,
    read,
    rows,
    small_extract,
    write_extract,
)


@pytest.mark.parametrize("version", ["5.0", "5.3", "5.4", "7.1", "8.0", "8.2"])
def test_every_version_gives_the_same_rows(tmp_path: Path, version: str) -> None:
    left = patient(DateOfDeactivation="2025-01-31") if version < "8" else patient(DateofDeactivation="2025-01-31")
    folder = write_extract(tmp_path / "in", small_extract(Admin_Patient=[left]), version)
    con, extract = read(folder)
    assert (extract.version, extract.left_out) == (version, {})
    assert rows(con, "SELECT registered_to FROM patient") == [(date(2025, 1, 31).toordinal(),)]
    assert rows(con, "SELECT person_row, code_id, date, recorded_on, is_confidential FROM event") == [
        (1, 1, date(2026, 3, 15).toordinal(), date(2026, 3, 16).toordinal(), 0)
    ]
    # Codes are numbered clinical first, so the drug is 2; without a drug record its kind is unknown.
    assert rows(con, "SELECT person_row, code_id, date, kind FROM prescription") == [
        (1, 2, date(2026, 4, 1).toordinal(), "unknown")
    ]


def test_all_tables_exist_with_their_columns_and_nothing_else_is_left(tmp_path: Path) -> None:
    con, _ = read(write_extract(tmp_path / "in", small_extract()))
    tables = "SELECT table_name FROM duckdb_tables() WHERE NOT temporary"
    found = {name for (name,) in rows(con, f"{tables} UNION SELECT 'patient'")}  # which is a view
    assert found == {table.name for table in TABLES}
    for table in TABLES:
        assert tuple(column for column, *_ in rows(con, f"DESCRIBE {table.name}")) == table.names


def test_guids_match_whatever_their_case_and_braces(tmp_path: Path) -> None:
    bare = JO.strip("{}").lower()
    con, extract = read(
        write_extract(tmp_path / "in", small_extract(CareRecord_Observation=[observation(1, of=bare, org=ORG.lower())]))
    )
    assert extract.left_out == {}
    assert rows(con, "SELECT person_row, source_key FROM event") == [(1, guid(1, "B"))]


@pytest.mark.parametrize(
    ("text", "precision", "day", "kept"),
    [
        ("2026-03-15", "YMD", date(2026, 3, 15), "day"),
        ("2026-03-15", "ymdt", date(2026, 3, 15), "day"),
        ("2026-03-15 10:20:30", "YMDT", date(2026, 3, 15), "day"),
        ("2026-03-15T10:20:30", "YMD", date(2026, 3, 15), "day"),
        ("2026-03-15", "YM", date(2026, 3, 1), "month"),
        ("2026-03-15", "Y", date(2026, 1, 1), "year"),
        ("2026-03-15", "U", None, "unknown"),
        ("", "U", None, "unknown"),
        ("", "YMD", None, "unknown"),
    ],
)
def test_dates_and_their_precision(tmp_path: Path, text: str, precision: str, day: date | None, kept: str) -> None:
    row = observation(1, EffectiveDate=text, EffectiveDatePrecision=precision)
    con, extract = read(write_extract(tmp_path / "in", small_extract(CareRecord_Observation=[row])))
    assert rows(con, "SELECT date, date_precision FROM event") == [(day and day.toordinal(), kept)]
    assert extract.left_out == {}


@pytest.mark.parametrize("text", ["2026-02-30", "yesterday", "0000-01-01", "-001-01-01", "2026-1-5", "2026-03-15x"])
def test_a_row_whose_date_cannot_be_read_is_kept_without_it(tmp_path: Path, text: str) -> None:
    folder = write_extract(
        tmp_path / "in", small_extract(CareRecord_Observation=[observation(1), observation(2, EffectiveDate=text)])
    )
    con, extract = read(folder)
    assert rows(con, "SELECT date, date_precision FROM event WHERE source_key LIKE '{B0000002%'") == [(None, "unknown")]
    assert extract.left_out == {"observations: with a date that cannot be read, kept without it": 1}


def test_a_precision_nobody_knows_makes_the_date_unknown(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path / "in", small_extract(CareRecord_Observation=[observation(1, EffectiveDatePrecision="D")])
    )
    con, extract = read(folder)
    assert rows(con, "SELECT date, date_precision FROM event") == [(None, "unknown")]
    assert extract.left_out == {"observations: with a date of a precision that is not known, kept without it": 1}


def test_values_units_and_encounters(tmp_path: Path) -> None:
    folder = write_extract(
        tmp_path / "in",
        small_extract(
            CareRecord_Observation=[
                observation(1, Value="7.50", NumericUnit="score", ConsultationGuid=guid(1, "F").lower()),
                observation(2, Value="seven"),
                observation(3, Value="inf"),
            ]
        ),
    )
    con, _ = read(folder)
    assert rows(con, "SELECT value, unit, encounter FROM event ORDER BY source_key") == [
        (7.5, "score", guid(1, "F").strip("{}")),
        (None, None, None),
        (None, None, None),
    ]


def test_columns_in_another_order_and_unknown_ones_are_no_matter(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    path = folder / "CareRecord_Observation.csv"
    lines = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    text = "".join(",".join([f'"{n}x"', *reversed(line)]).upper() + "\n" for n, line in enumerate(lines))
    path.write_text("\ufeff" + text, encoding="utf-8", newline="")
    con, _ = read(folder)
    assert rows(con, "SELECT person_row, code_id, date_precision FROM event") == [(1, 1, "day")]


def test_what_optional_files_and_columns_would_have_said_is_named(tmp_path: Path) -> None:
    _, extract = read(write_extract(tmp_path / "in", small_extract(), "5.3"))
    said = " ".join(gap.text for gap in extract.gaps)
    assert "fit note" in said
    assert "Prescribing_DrugRecord" in said
    assert "Coding_ClinicalCode has no column ParentCodeId" in said


def test_threads_do_not_change_a_row(tmp_path: Path) -> None:
    people = [patient(guid(n), Surname=f"P{n}") for n in range(60, 0, -1)]
    seen = [observation(n, of=guid(n % 70), CodeId=str(100 + n % 7)) for n in range(3000)]
    codes = [clinical_code(str(100 + n)) for n in range(5, -1, -1)]
    folder = write_extract(
        tmp_path / "in",
        small_extract(Admin_Patient=people, CareRecord_Observation=seen, Coding_ClinicalCode=codes),
    )
    (one, first), (four, second) = read(folder, threads=1), read(folder, threads=4)
    assert first == second
    for table in TABLES:
        assert rows(one, f"FROM {table.name}") == rows(four, f"FROM {table.name}")
