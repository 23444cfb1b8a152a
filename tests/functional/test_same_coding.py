"""From files to lists: the same record in Read v2, CTV3 and SNOMED gets the same answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.functional.plain import write_plain

pytestmark = pytest.mark.usefixtures("no_quality")

RULE = """\
rule: coded
version: 1
title: Coded
study: {name: Coded}
population: {}
criteria:
  back: {events: {codelist: painful-condition, within: 5 years}, persists: 3 months, same: meaning}
  palliative: {latest: {codelist: palliative, roles: [palliative]}}
include: back
exclude: [palliative]
"""
CODES = """\
code_id,snomed,read2,ctv3,term,is_medicine
1,267982002,,,Pain in lumbar spine,0
2,161891005,,,Backache,0
3,306237005,,,Referral to palliative care service,0
4,30989003,,,Knee pain,0
11,,N142.00,,Pain in lumbar spine,0
12,,16C2.00,,Backache,0
13,,8H7g.00,,Referral to palliative care service,0
14,,1M10.00,,Knee pain,0
21,,,XE1FB,Pain in lumbar spine,0
22,,,16C2.,Backache,0
23,,,XaAex,Referral to palliative care service,0
24,,,Xa0wx,Knee pain,0
"""


def test_back_pain_again_is_found_and_a_referral_to_palliative_care_keeps_off(tmp_path: Path) -> None:
    """Three people for each system: back pain again; the same and a referral; back pain and then a knee."""
    people, events = [], []
    for first in (1, 11, 21):
        for n, codes in enumerate(((0, 1), (0, 1, 2), (0, 3))):
            number = 10 * first + n
            people.append(f"{number},A00001,p{number},,{number},1980-06-15,day,2010-01-01,regular,0,0")
            events += [f"{number},{first + code},2026-0{1 + 4 * k}-01,day,0" for k, code in enumerate(codes)]
    write_plain(tmp_path / "extract", "\n".join(people), "\n".join(events))
    (tmp_path / "extract" / "code.csv").write_text(CODES, encoding="utf-8")
    (tmp_path / "extract" / "code_parent.csv").write_text("code_id,parent_id\n", encoding="utf-8")
    (tmp_path / "coded.yaml").write_text(RULE, encoding="utf-8")
    source, rule = Source(tmp_path / "extract"), tmp_path / "coded.yaml"
    found = run_search(SearchOptions(source=source, rule=rule, out=tmp_path / "run", accept_missing=True))
    listed = sorted(row.local_number for rows in found.lists.values() for row in rows)
    assert listed == ["10", "110", "210"]
