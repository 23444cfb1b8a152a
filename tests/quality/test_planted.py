"""Each planted fault is found, named in words its reader can act on, and nothing else is said."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.quality.count.periods import TAIL
from tests.quality.damage import (
    CODE,
    EVENT,
    FIRST,
    ISSUE,
    PATIENT,
    SECOND,
    TODAY,
    change,
    check,
    copy,
    each,
    found,
    named,
    of_practice,
    put,
    said,
    uncode,
)

DAY = pl.col("EffectiveDate")


@pytest.fixture
def folder(extract: Path, tmp_path: Path) -> Path:
    return copy(extract, tmp_path / "damaged")


def test_nhs_numbers_that_fail_their_check(folder: Path, tmp_path: Path) -> None:
    own = of_practice(folder, FIRST)
    wrong = pl.concat_str(pl.col("NhsNumber").str.head(9), (10 - pl.col("NhsNumber").str.tail(1).cast(int)) % 10)
    spoilt = pl.when(own & each(5)).then(wrong).otherwise(pl.col("NhsNumber")).alias("NhsNumber")
    change(folder, PATIENT, lambda rows: rows.with_columns(spoilt))
    report = check(folder, tmp_path / "out")
    assert found(report) == [("stop: nhs_number_invalid", FIRST, "patient", ())]
    assert "NHS numbers fail their check digit" in said(report) and "service desk" in said(report)


def test_dates_before_birth(folder: Path, tmp_path: Path) -> None:
    own = of_practice(folder, SECOND)
    change(folder, EVENT, lambda rows: rows.with_columns(put("EffectiveDate", "1850-01-01", own & each(30))))
    report = check(folder, tmp_path / "out")
    assert found(report) == [("warn: before_birth", SECOND, "event", ())]
    assert "are dated before the patient was born" in said(report)


def test_dates_in_the_future(folder: Path, tmp_path: Path) -> None:
    change(folder, ISSUE, lambda rows: rows.with_columns(put("EffectiveDate", "2027-06-01", each(8))))
    report = check(folder, tmp_path / "out")
    assert found(report) == [("stop: in_future", practice, "prescription", ()) for practice in (FIRST, SECOND)]
    assert "are dated after the extract was made" in said(report)


def test_a_month_without_prescriptions(folder: Path, tmp_path: Path) -> None:
    lost = of_practice(folder, SECOND) & DAY.str.starts_with("2026-06")
    change(folder, ISSUE, lambda rows: rows.filter(lost.not_() | DAY.is_null()))
    report = check(folder, tmp_path / "out")
    assert found(report) == [("stop: month_low", SECOND, "prescription", ("2026-06",))]
    assert "There are no prescriptions in June 2026. About" in said(report)
    assert "Ask for these rows to be sent again" in said(report)


def test_fit_notes_that_stopped_coming(folder: Path, tmp_path: Path) -> None:
    """Three whole months and what there is of this one are one finding, still going on."""
    codes = pl.read_csv(next(folder.glob(f"*_{CODE}_2*.csv")), infer_schema=False)
    notes = codes.filter(named("fit-notes"))["CodeId"].to_list()
    lost = of_practice(folder, FIRST) & pl.col("CodeId").is_in(notes) & (DAY >= "2026-08-01") & (DAY <= "2026-11-20")
    change(folder, EVENT, lambda rows: rows.filter(lost.fill_null(False).not_()))
    report = check(folder, tmp_path / "out")
    assert len(found(report)) == 1
    level, practice, item, months = found(report)[0]
    assert (level, practice, item) == ("stop: month_low", FIRST, "certificate")
    assert months in (("2026-08", "2026-09", "2026-10"), ("2026-08", "2026-09", "2026-10", TAIL))
    assert "There have been no fit notes" in said(report)


def test_a_feed_that_broke_this_month(folder: Path, tmp_path: Path) -> None:
    change(folder, EVENT, lambda rows: rows.filter((DAY < "2026-11-05") | (DAY > "2026-11-20") | DAY.is_null()))
    report = check(folder, tmp_path / "out")
    assert {row for row in found(report)} >= {("stop: month_low", p, "event", (TAIL,)) for p in (FIRST, SECOND)}
    assert "Since 7 November 2026, and continuing." in said(report)
    assert {row[2] for row in found(report)} <= {"event", "certificate"}


@pytest.mark.parametrize(
    ("table", "column", "item", "level", "words"),
    [
        (PATIENT, "Surname", "patient.surname", "stop", "The surname is missing"),
        (PATIENT, "NhsNumber", "patient.nhs_number", "stop", "The NHS number is missing"),
        (EVENT, "EnteredDate", "event.recorded_on", "warn", "The date of entry is missing"),
    ],
)
def test_a_column_gone_blank(
    folder: Path, tmp_path: Path, table: str, column: str, item: str, level: str, words: str
) -> None:
    change(folder, table, lambda rows: rows.with_columns(put(column, None, of_practice(folder, FIRST))))
    report = check(folder, tmp_path / "out")
    assert found(report) == [(f"{level}: column_blank", FIRST, item, ())]
    assert words in said(report) and "(100%)" in said(report)


def test_a_column_blank_from_one_month_on(folder: Path, tmp_path: Path) -> None:
    late = of_practice(folder, SECOND) & (DAY >= "2026-09-01")
    change(folder, ISSUE, lambda rows: rows.with_columns(put("CourseDurationInDays", None, late.fill_null(False))))
    report = check(folder, tmp_path / "out")
    months = ("2026-09", "2026-10", TAIL)
    assert found(report) == [("warn: column_faded", SECOND, "prescription.duration_days", months)]
    assert (
        "The length of the course is filled in for only 0 prescriptions since the beginning of September 2026."
        in said(report)
    )


def test_codes_of_no_known_system(folder: Path, tmp_path: Path) -> None:
    own = pl.int_range(pl.len()) % 3 > 0
    blank = [put(column, None, own) for column in ("ReadTermId", "SnomedCTConceptId", "SnomedCTDescriptionId")]
    change(folder, CODE, lambda rows: rows.with_columns(blank))
    report = check(folder, tmp_path / "out")
    assert {(row[0].split()[1], row[2]) for row in found(report)} == {("code_unknown", "event")}
    assert "belongs to no system Casefinder knows" in said(report) and "code dictionaries" in said(report)


def test_a_code_list_that_hits_nothing(folder: Path, tmp_path: Path) -> None:
    """Of dissent: who said no would be written to, so the run stops."""
    change(folder, CODE, lambda rows: rows.with_columns(uncode(named("type-1-dissent"))))
    report = check(folder, tmp_path / "out")
    assert found(report) == [
        ("stop: list_silent", "", "type-1-dissent", ()),
        ("stop: list_silent", "", "type-1-dissent/dissent", ()),
    ]
    assert "the code list 'type-1-dissent' finds nothing at all" in said(report) and "study team" in said(report)


def test_a_role_that_hits_nothing(folder: Path, tmp_path: Path) -> None:
    change(folder, CODE, lambda rows: rows.with_columns(uncode(named("fit-notes", "not_fit"))))
    report = check(folder, tmp_path / "out")
    assert ("warn: list_silent", "", "fit-notes/not_fit", ()) in found(report)
    assert {row[2].split("/")[0] for row in found(report)} <= {"fit-notes", "certificate"}
    assert "the meaning 'not fit' in the code list 'fit-notes' finds nothing" in said(report)


def test_patients_without_registration(folder: Path, tmp_path: Path) -> None:
    change(folder, PATIENT, lambda rows: rows.with_columns(put("DateOfRegistration", None, each(5))))
    report = check(folder, tmp_path / "out")
    assert found(report) == [("warn: unregistered", practice, "patient", ()) for practice in (FIRST, SECOND)]
    assert "have no registration date" in said(report)


def test_patients_twice_and_rows_twice(folder: Path, tmp_path: Path) -> None:
    def twice(key: str, where: pl.Expr) -> pl.Expr:
        new = pl.concat_str(pl.lit("{FFFF"), pl.col(key).str.slice(5))
        return pl.when(where).then(new).otherwise(pl.col(key)).alias(key)

    def double(rows: pl.DataFrame, key: str, where: pl.Expr) -> pl.DataFrame:
        return pl.concat([rows, rows.filter(where).with_columns(twice(key, pl.lit(True)))])

    change(folder, PATIENT, lambda rows: double(rows, "PatientGuid", each(4) & of_practice(folder, FIRST)))
    change(folder, ISSUE, lambda rows: double(rows, "IssueRecordGuid", of_practice(folder, SECOND)))
    report = check(folder, tmp_path / "out")
    assert found(report) == [
        ("stop: nhs_number_repeated", FIRST, "patient", ()),
        ("stop: rows_repeated", SECOND, "prescription", ()),
    ]
    assert "share their NHS number" in said(report) and "say the same as another one" in said(report)


def test_rows_of_patients_who_are_not_there(folder: Path, tmp_path: Path) -> None:
    change(folder, PATIENT, lambda rows: rows.filter(each(3).not_()))
    report = check(folder, tmp_path / "out")
    assert [row[:3] for row in found(report)] == [
        ("stop: rows_orphaned", "", "event"),
        ("stop: rows_orphaned", "", "prescription"),
    ]
    assert "belong to patients who are not in the extract" in said(report)


def test_an_extract_too_old(extract: Path, tmp_path: Path) -> None:
    report = check(extract, tmp_path / "out", TODAY + timedelta(60))
    assert found(report) == [("warn: extract_old", practice, "", ()) for practice in (FIRST, SECOND)]
    assert "62 days old" in said(report) and "made on 20 November 2026" in said(report)
    assert check(extract, tmp_path / "young", date(2026, 12, 20)).findings == ()


def test_a_practice_without_prescriptions(folder: Path, tmp_path: Path) -> None:
    change(folder, ISSUE, lambda rows: rows.filter(of_practice(folder, SECOND).not_()))
    report = check(folder, tmp_path / "out")
    assert found(report) == [("stop: practice_zero", SECOND, "prescription", ())]
    assert "There are no prescriptions in the last twelve whole months" in said(report)


def test_a_practice_where_nobody_is_registered(folder: Path, tmp_path: Path) -> None:
    own = of_practice(folder, SECOND)
    change(folder, PATIENT, lambda rows: rows.with_columns(put("PatientTypeDescription", "Temporary", own)))
    report = check(folder, tmp_path / "out")
    assert found(report) == [("stop: nobody_registered", SECOND, "patient", ())]


def test_a_patient_table_cut_off_since_the_last_run(folder: Path, clean: Path, tmp_path: Path) -> None:
    own = of_practice(folder, FIRST)
    for table in (PATIENT, EVENT, ISSUE):
        kept = (pl.col("PatientGuid").hash(1) % 10 < 4) | own.not_()
        change(folder, table, lambda rows, kept=kept: rows.filter(kept))  # type: ignore[misc]
    report = check(folder, tmp_path / "out", previous=clean)
    assert found(report) == [
        ("stop: patients_changed", FIRST, "", ()),
        ("stop: volume_changed", FIRST, "event", ()),
        ("stop: volume_changed", FIRST, "prescription", ()),
    ]
    assert "far fewer registered patients than in the last run" in said(report)
    assert "Since the last run, on the extract of 20 November 2026." in said(report)


def test_a_practice_that_is_gone(folder: Path, clean: Path, tmp_path: Path) -> None:
    for table in (PATIENT, EVENT, ISSUE):
        change(folder, table, lambda rows: rows.filter(of_practice(folder, SECOND).not_()))
    report = check(folder, tmp_path / "out", previous=clean)
    assert found(report) == [("warn: practice_gone", SECOND, "", ())]
    assert "not in this extract" in said(report)


def test_a_fault_that_stays_says_since_when(folder: Path, clean: Path, tmp_path: Path) -> None:
    change(folder, PATIENT, lambda rows: rows.with_columns(put("Surname", None, each(1))))
    new = check(folder, tmp_path / "one", previous=clean)
    assert {one.since for one in new.findings} == {"New: it was not found in the extract of 20 November 2026."}
    still = check(folder, tmp_path / "two", previous=tmp_path / "one")
    assert {one.since for one in still.findings} == {"At least since the extract of 20 November 2026."}


def test_files_that_a_spreadsheet_saved(folder: Path, tmp_path: Path) -> None:
    change(folder, CODE, lambda rows: rows.with_columns(pl.col("CodeId").str.head(15) + "0"))
    report = check(folder, tmp_path / "out")
    assert [row[0] for row in found(report)] == ["stop: unreadable"]
    assert "was saved by a spreadsheet" in said(report) and "never opened and saved again" in said(report)
    assert (tmp_path / "out" / "quality.html").exists()
