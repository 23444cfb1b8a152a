"""A rule that lists so many new people of a practice in a night: the search, and a study's nights."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.casefinding.options import SearchOptions
from pipeline.runs.explain import explain
from pipeline.runs.explain_text import describe
from pipeline.runs.search import run_search
from pipeline.store.source import Source
from tests.functional.plain import write_plain
from tests.functional.test_leave_out import EVENTS, NUMBERS, PEOPLE, RULE
from tests.night.small import NUMBERS as EVERYONE
from tests.night.small import PRACTICES, later, make_site, night, read_list, somebody

pytestmark = pytest.mark.usefixtures("no_quality")


def test_the_others_wait_and_are_counted(tmp_path: Path) -> None:
    write_plain(tmp_path / "extract", "\n".join(PEOPLE), EVENTS)
    (tmp_path / "pain.yaml").write_text(f"{RULE}limit: {{new_per_night: 1}}\n", encoding="utf-8")
    source = Source(tmp_path / "extract")
    asked = SearchOptions(source=source, rule=tmp_path / "pain.yaml", out=tmp_path / "run", accept_missing=True)
    found = run_search(asked)
    assert sum(map(len, found.lists.values())) == 1
    [left] = [count for count in found.attrition if count.name == "waiting"]
    assert (left.people, left.left) == (1, 3)
    assert any(said.startswith("3 people wait to be listed: the rule lists at most 1 new") for said in found.warnings)
    said = [line for number in NUMBERS for own in explain(asked.out, number) for line in describe(own)]
    assert len([line for line in said if line.startswith("Not listed yet: the rule is met")]) in (2, 3)


def test_no_one_is_pushed_off_and_everyone_comes_on(tmp_path: Path) -> None:
    people = [somebody(number) for number in range(5)]
    site = make_site(tmp_path)
    rule = tmp_path / "pain.yaml"
    rule.write_text(f"{rule.read_text(encoding='utf-8')}limit: {{new_per_night: 2}}\n", encoding="utf-8")
    listed: list[set[str]] = []
    for day in range(3):
        done = night(site, people, later(day))
        assert done.exit_code == 0
        listed.append({row["nhs_number"] for row in read_list(site, PRACTICES[0])})
        [study] = done.studies
        assert any("wait" in said for said in study.warnings) == (day < 2)
    assert [len(one) for one in listed] == [2, 4, 5]
    assert listed[0] < listed[1] < listed[2] == {*EVERYONE[:5]}
