"""The check of a TPP extract: clean files pass, and what is planted in TPP's own tables is named in plain words."""

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.quality.count.periods import TAIL
from pipeline.quality.report.model import Report
from synthetic_data import generate
from tests.quality.damage import FIRST, SECOND, check, each, found, put, said

OWN = pl.col("IDOrganisationVisibleTo")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one delivery of a bulk extract."""
    folder = tmp_path_factory.mktemp("tpp") / "extract"
    generate("tpp", 2500, 2, 5, folder)
    [delivery] = [path for path in folder.iterdir() if path.is_dir()]
    return delivery


def copy(sound: Path, to: Path) -> Path:
    """The same files, each to be replaced but never written into."""
    (to / sound.name).mkdir(parents=True)
    for path in sound.iterdir():
        os.link(path, to / sound.name / path.name)
    return to / sound.name


def change(folder: Path, table: str, how: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Every value is text, as it stands in the file."""
    path = folder / f"{table}.csv"
    changed = how(pl.read_csv(path, infer_schema=False, encoding="cp1252"))
    path.unlink()
    path.write_bytes(changed.write_csv(quote_style="always").encode("cp1252"))


def fit_notes() -> pl.Expr:
    listed = pl.read_csv(Path(__file__).parents[2] / "codelists" / "fit-notes.csv", infer_schema=False)
    return pl.any_horizontal(pl.col("SNOMEDCode", "CTV3Code").is_in(listed["code"].to_list()))


def in_month(months: str, *columns: str) -> pl.Expr:
    """A day in one of these months of 2026 in any of the columns."""
    return pl.any_horizontal(pl.col(*columns).str.contains(f"({months}) 2026")).fill_null(False)


def wrong_number() -> pl.Expr:
    """The NHS number with another check digit. Some stand in threes, as people write them."""
    digits = pl.col("NHSNumber").str.replace_all(" ", "")
    last = pl.when(digits.str.ends_with("7")).then(pl.lit("8")).otherwise(pl.lit("7"))
    return pl.when(digits.str.len_chars() == 10).then(pl.concat_str(digits.str.head(9), last)).otherwise(digits)


@pytest.fixture(scope="module")
def report(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Of an extract with a fault in each of three tables; two of them in a practice each."""
    base = tmp_path_factory.mktemp("faults")
    folder = copy(sound, base)
    spoilt = pl.when((OWN == FIRST) & each(4)).then(wrong_number()).otherwise(pl.col("NHSNumber")).alias("NHSNumber")
    change(folder, "SRPatient", lambda rows: rows.with_columns(spoilt, put("Surname", "", OWN == SECOND)))
    june = (OWN == SECOND) & in_month("Jun", "DateEvent", "DateMedicationStart")
    change(folder, "SRPrimaryCareMedication", lambda rows: rows.filter(june.not_()))
    autumn = (OWN == FIRST) & fit_notes() & in_month("Aug|Sep|Oct|Nov", "DateEvent", "DateEventRecorded")
    change(folder, "SRCode", lambda rows: rows.filter(autumn.not_()))
    return check(folder, base / "out")


def of_kind(report: Report, kind: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [row for row in found(report) if row[0].endswith(f": {kind}")]


def test_a_clean_extract_gives_no_warning(sound: Path, tmp_path: Path) -> None:
    """Though TPP sends no confidential rows, no names of staff and no local numbers: its reader has said so."""
    clean = check(sound, tmp_path / "out")
    assert (clean.format, found(clean), clean.verdict) == ("TPP SystmOne SRE", [], "pass")


def test_nhs_numbers_that_fail_their_check(report: Report) -> None:
    assert of_kind(report, "nhs_number_invalid") == [("stop: nhs_number_invalid", FIRST, "patient", ())]
    assert "NHS numbers fail their check digit" in said(report) and "service desk" in said(report)


def test_a_month_without_medication(report: Report) -> None:
    """TPP's medication is called prescriptions, as of any supplier."""
    assert ("stop: month_low", SECOND, "prescription", ("2026-06",)) in found(report)
    assert "There are no prescriptions in June 2026. About" in said(report)


def test_fit_notes_that_stopped_coming(report: Report) -> None:
    """They lie among all other codes, by their SNOMED or their CTV3 code."""
    [(level, practice, _, months)] = [row for row in of_kind(report, "month_low") if row[2] == "certificate"]
    assert (level, practice, months) == ("stop: month_low", FIRST, ("2026-08", "2026-09", "2026-10", TAIL))
    assert "There have been no fit notes since the beginning of August 2026." in said(report)


def test_surnames_gone_blank(report: Report) -> None:
    assert of_kind(report, "column_blank") == [("stop: column_blank", SECOND, "patient.surname", ())]
    assert "The surname is missing" in said(report) and "(100%)" in said(report)


def test_nothing_else_is_said(report: Report) -> None:
    assert len(report.findings) == 4


def test_damage_to_codes_and_a_table_cut_off(sound: Path, tmp_path: Path) -> None:
    """A SNOMED code that lost its last digit fails its check; a patient who is missing leaves rows behind."""
    folder = copy(sound, tmp_path)
    cut = pl.when(each(3)).then(pl.col("SNOMEDCode").str.head(-1)).otherwise(pl.col("SNOMEDCode")).alias("SNOMEDCode")
    change(folder, "SRCode", lambda rows: rows.with_columns(cut))
    change(folder, "SRPatient", lambda rows: rows.filter(each(3).not_()))
    report = check(folder, tmp_path / "out")
    assert {row[2] for row in of_kind(report, "rows_orphaned")} == {"event", "prescription"}
    assert "The patient table has probably been cut short" in said(report)
    assert [row[2] for row in of_kind(report, "code_damaged")] == ["snomed"]
    assert "SNOMED CT codes in use are not written as" in said(report) and "spreadsheet" in said(report)
