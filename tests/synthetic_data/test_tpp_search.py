"""A search of TPP files finds whom the generator meant, once nothing is planted that TPP has no way to say."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from synthetic_data import generate
from synthetic_data.population import hard_cases
from synthetic_data.population.rows import EXACT, MONTH, YEAR_ONLY, Rows

RULE = Path(__file__).parents[2] / "rules" / "instep.yaml"


def sayable(rows: Rows) -> Rows:
    """No confidential rows, and dates known to the month or year as the days they are written as."""
    vague = np.isin(rows.precision, (MONTH, YEAR_ONLY))
    return replace(rows, confidential=rows.confidential & False, precision=np.where(vague, EXACT, rows.precision))


def plant(*given: object) -> hard_cases.Chunk:
    registrations, events, issues = hard_cases.plant_hard_cases(*given)  # type: ignore[arg-type]
    return registrations, sayable(events), sayable(issues)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_list_holds_just_those_who_were_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known by practice and NHS number, for TPP does not say the practice's own number of a patient."""
    generating = sys.modules["synthetic_data.generate"]  # the package's name for it is the function
    monkeypatch.setattr(generating, "plant_hard_cases", plant)
    generate("tpp", patients=4000, practices=3, seed=5, out=tmp_path / "tpp")
    run_search(SearchOptions(source=Source(tmp_path / "tpp"), rule=RULE, out=tmp_path / "run"))
    meant = Counter(
        (row["practice"], row["nhs_number"])
        for row in read(tmp_path / "tpp" / "truth.csv")
        if row["record_qualifies"] == "1"
    )
    found = Counter(
        (path.parent.name, row["nhs_number"])
        for path in (tmp_path / "run").glob("lists/*/invitation-list.csv")
        for row in read(path)
    )
    assert found == meant and found.total() > 6
