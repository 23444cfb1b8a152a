"""Values that a rule cannot compare are counted, without a word about whose they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.functional.plain import write_plain
from tests.functional.test_leave_out import EVENTS, PEOPLE, RULE

pytestmark = pytest.mark.usefixtures("no_quality")
VALUED = RULE.replace("chronic-pain}", "chronic-pain, value: {at_least: 4, unit: [cm], plausible: {to: 10}}}")


def test_the_run_says_how_many_values_it_could_not_compare(tmp_path: Path) -> None:
    write_plain(tmp_path / "extract", "\n".join(PEOPLE), EVENTS)
    # Of four people one has a value in another unit, one in none, and one more than can be.
    odd = zip(EVENTS.splitlines(), ("7,cm", "70,mm", "7,", "70,cm"), strict=True)
    header = "person_row,code_id,date,date_precision,is_confidential,value,unit"
    rows = "\n".join([header, *(f"{row},{value}" for row, value in odd), ""])
    (tmp_path / "extract" / "event.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "pain.yaml").write_text(VALUED, encoding="utf-8")
    source = Source(tmp_path / "extract")
    asked = SearchOptions(source=source, rule=tmp_path / "pain.yaml", out=tmp_path / "run", accept_missing=True)
    found = run_search(asked)
    assert [row.local_number for rows in found.lists.values() for row in rows] == ["L1"]
    [said] = [warning for warning in found.warnings if "calls plausible" in warning]
    assert said.startswith("3 entries of the criterion 'pain' have a value in another unit")
