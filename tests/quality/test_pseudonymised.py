"""The check of a store that knows nobody: hashes for numbers and no names are in order there, and faults still show."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.quality.check_alone import check_alone
from pipeline.quality.gate import QualityRequest
from pipeline.quality.report.model import Report
from pipeline.store.apply import Settings, build_store
from pipeline.store.source import Source
from tests.quality.damage import (
    FIRST,
    PATIENT,
    SECOND,
    TODAY,
    change,
    copy,
    each,
    found,
    instep,
    of_practice,
    put,
    said,
)

KEY = bytes(range(1, 33))


def check_kept(extract: Path, base: Path) -> Report:
    """Keep the extract with keyed hashes only, and check the store."""
    (base / "store").mkdir()
    build_store(extract, base / "store", Settings(key=KEY))
    report, error = check_alone(
        Source(base / "store", is_store=True), base / "out", QualityRequest(rules=(instep(),), today=TODAY)
    )
    assert error is None
    return report


@pytest.fixture(scope="module")
def clean_report(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return check_kept(extract, tmp_path_factory.mktemp("kept"))


def test_a_clean_store_gives_no_warning(clean_report: Report) -> None:
    assert (found(clean_report), clean_report.verdict) == ([], "pass")


def test_what_is_counted_is_what_the_extract_had(clean_report: Report, extract: Path, tmp_path: Path) -> None:
    """No warning because all is well, not because nothing was looked at."""
    plain, _ = check_alone(Source(extract), tmp_path / "out", QualityRequest(rules=(instep(),), today=TODAY))
    for table, measure in (("patient", "records"), ("event", "rows"), ("prescription", "rows"), ("list", "rows")):
        assert clean_report.profile.totals(table, measure) == plain.profile.totals(table, measure)


def test_faults_are_found_through_the_hashes(extract: Path, tmp_path: Path) -> None:
    """A number that fails its check digit is marked before it is hashed; one that comes twice has one hash."""
    folder = copy(extract, tmp_path / "damaged")
    own = of_practice(folder, FIRST)
    wrong = pl.concat_str(pl.col("NhsNumber").str.head(9), (10 - pl.col("NhsNumber").str.tail(1).cast(int)) % 10)
    spoilt = pl.when(own & each(5)).then(wrong).otherwise(pl.col("NhsNumber")).alias("NhsNumber")
    lost = put("DateOfRegistration", None, of_practice(folder, SECOND) & each(3))
    change(folder, PATIENT, lambda rows: rows.with_columns(spoilt, lost))
    report = check_kept(folder, tmp_path)
    assert ("stop: nhs_number_invalid", FIRST, "patient", ()) in found(report)
    assert {row[0].split()[1] for row in found(report)} == {"nhs_number_invalid", "unregistered"}
    assert "NHS numbers fail their check digit" in said(report)
