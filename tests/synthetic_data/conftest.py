"""One extract of 5,000 patients in 3 practices, written once for all the tests that only read it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from synthetic_data import Summary, generate
from tests.effort import some
from tests.synthetic_data.nights import Nights, write

Row = dict[str, str]


@dataclass(frozen=True)
class Extract:
    folder: Path
    summary: Summary

    def path(self, table: str) -> Path:
        return next(self.folder.glob(f"*_{table}_*.csv"))

    def rows(self, table: str, *columns: str) -> list[Row]:
        """Every row, with these columns or all. Polars is fast; that Python's csv reads the files is its own test."""
        return pl.read_csv(self.path(table), infer_schema=False, columns=columns or None).fill_null("").to_dicts()

    def truth(self) -> list[Row]:
        with (self.folder / "truth.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="session")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    folder = tmp_path_factory.mktemp("synthetic") / "extract"
    return Extract(folder, generate("emis", patients=5000, practices=3, seed=11, out=folder))


@pytest.fixture(scope="session", params=some((1, 2, 3), 1))
def nights(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """300 patients in 3 practices over 5 nights; from three seeds in the long run."""
    return write(tmp_path_factory.mktemp("nights") / "out", request.param)
