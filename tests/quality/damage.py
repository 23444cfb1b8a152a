"""Small ways to spoil a synthetic EMIS extract, and to check what is left of it."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.quality.check_alone import check_alone
from pipeline.quality.gate import QualityRequest
from pipeline.quality.previous import read_previous
from pipeline.quality.report.model import Report
from pipeline.rules.check import CheckedRule, check_rule
from pipeline.rules.load import load_rule
from pipeline.store.source import Source

TODAY = date(2026, 11, 22)
FIRST, SECOND = "ZZ0001", "ZZ0002"
PATIENT, EVENT, ISSUE = "Admin_Patient", "CareRecord_Observation", "Prescribing_IssueRecord"
CODE = "Coding_ClinicalCode"

Found = tuple[str, str, str, tuple[str, ...]]


def instep() -> CheckedRule:
    return check_rule(load_rule(Path("instep")))


def copy(extract: Path, to: Path) -> Path:
    """The same files, each to be replaced but never written into."""
    to.mkdir()
    for path in extract.glob("*.csv"):
        os.link(path, to / path.name)
    return to


def change(folder: Path, table: str, how: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Every value is text, as it stands in the file."""
    path = next(folder.glob(f"*_{table}_2*.csv"))
    changed = how(pl.read_csv(path, infer_schema=False))
    path.unlink()
    changed.write_csv(path)


def of_practice(folder: Path, practice: str) -> pl.Expr:
    path = next(folder.glob("*_Admin_Organisation_2*.csv"))
    row = pl.read_csv(path, infer_schema=False).filter(pl.col("ODSCode") == practice)
    guid: str = row["OrganisationGuid"][0]
    return pl.col("OrganisationGuid") == guid


def named(codelist: str, role: str | None = None) -> pl.Expr:
    """The rows of the clinical dictionary that an entry of a shipped list names, of one role or of all."""
    path = Path(__file__).parents[2] / "codelists" / f"{codelist}.csv"
    entries = pl.read_csv(path, infer_schema=False)
    codes = (entries.filter(pl.col("role") == role) if role else entries)["code"].to_list()
    return pl.col("SnomedCTConceptId").is_in(codes) | pl.col("ReadTermId").str.head(5).str.pad_end(5, ".").is_in(codes)


def uncode(where: pl.Expr) -> list[pl.Expr]:
    """Of those rows of the dictionary, no code that anybody knows is left."""
    where = where.fill_null(False)
    return [put("SnomedCTConceptId", None, where), put("ReadTermId", None, where)]


def each(share: int) -> pl.Expr:
    """One row in so many, spread evenly."""
    return pl.int_range(pl.len()) % share == 0


def put(column: str, value: str | None, where: pl.Expr) -> pl.Expr:
    return pl.when(where).then(pl.lit(value, pl.String)).otherwise(pl.col(column)).alias(column)


def check(folder: Path, out: Path, today: date = TODAY, previous: Path | None = None) -> Report:
    request = QualityRequest(rules=(instep(),), previous=read_previous(previous) if previous else None, today=today)
    return check_alone(Source(folder), out, request)[0]


def found(report: Report) -> list[Found]:
    """Level and kind, practice, item, months of every finding."""
    return [(f"{one.level}: {one.kind}", one.practice, one.item, one.months) for one in report.findings]


def said(report: Report) -> str:
    return " ".join(f"{one.what} {one.since} {one.do} {one.ask}" for one in report.findings)
