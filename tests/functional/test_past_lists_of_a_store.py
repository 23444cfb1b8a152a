"""A store with deltas: what a later delivery says keeps a name off the list of a day before it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.extracts.emis_folder import Row, clinical_code, observation, patient
from tests.store.nightly import begin, deliver
from tests.store.parcels import DAY

pytestmark = pytest.mark.usefixtures("no_quality")

RULE = """\
rule: past
version: 1
title: Past
study: {name: Past}
population: {}
criteria:
  pain: {events: {codelist: chronic-pain}}
  dissent: {latest: {codelist: type-1-dissent, roles: [dissent]}}
include: pain
exclude: [dissent]
"""
PAIN, DISSENT = "101", "102"
CODES = [
    clinical_code(PAIN, SnomedCTConceptId="82423001", ReadTermId=""),
    clinical_code(DISSENT, SnomedCTConceptId="", ReadTermId="9Nu0"),
]
CHANGES: dict[str, dict[str, list[Row]]] = {
    "died": {"Admin_Patient": [patient(DateOfDeath="{day}")]},
    "left": {"Admin_Patient": [patient(DateOfDeactivation="{day}")]},
    "said no": {"CareRecord_Observation": [observation(9, CodeId=DISSENT, EffectiveDate="{day}", EnteredDate="{day}")]},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_later_delivery_keeps_a_name_off_an_earlier_list(tmp_path: Path, change: str) -> None:
    store = begin(tmp_path, Coding_ClinicalCode=CODES, CareRecord_Observation=[observation(1, CodeId=PAIN)])
    day = (DAY + timedelta(days=1)).isoformat()
    changed = {
        table: [{name: text.replace("{day}", day) for name, text in row.items()} for row in rows]
        for table, rows in CHANGES[change].items()
    }
    deliver(store, 1002, False, **changed)
    (tmp_path / "past.yaml").write_text(RULE, encoding="utf-8")
    source, rule = Source(store, is_store=True), tmp_path / "past.yaml"
    found = run_search(SearchOptions(source=source, rule=rule, out=tmp_path / "run", as_of=DAY, accept_missing=True))
    assert len(found.identities) == 1 and sum(map(len, found.lists.values())) == 0
    assert any("may not be named today" in said for said in found.warnings)
