"""A night does not take a delivery that is not whole: the last lists stand, and the next night takes it."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from pipeline.night.page import PAGE
from pipeline.night.request import NightRequest
from pipeline.night.run_night import run_night
from tests.effort import longer, some
from tests.night.small import deliver, later, make_site, night, somebody


@longer
@pytest.mark.parametrize(("name", "lost"), some(product(["practice", "patient", "code", "event"], [1, 4, 12]), 5))
def test_a_whole_extract_that_is_cut_does_not_replace_the_store(tmp_path: Path, name: str, lost: int) -> None:
    site = make_site(tmp_path)
    people = [somebody(0), somebody(1)]
    assert night(site, people).exit_code == 0
    deliver(site, [*people, somebody(2)], later(1))
    path = site.extract / f"{name}.csv"
    whole = path.read_bytes()
    path.write_bytes(whole.rstrip(b"\r\n")[:-lost])
    before = (site.store / "manifest.json").read_bytes()
    result = run_night(NightRequest(site=site, today=later(1)))
    assert result.exit_code == 11 and {one.listed_on for one in result.lists} == {later(0)}
    assert f"{name}.csv" in (site.output / PAGE).read_text(encoding="utf-8")
    assert (site.store / "manifest.json").read_bytes() == before
    path.write_bytes(whole)
    assert run_night(NightRequest(site=site, today=later(1))).exit_code == 0


@pytest.mark.parametrize(("name", "column"), [("code_parent", ""), ("patient", "date_of_death")])
def test_a_whole_extract_with_less_than_the_one_before_does_not_replace_the_store(
    tmp_path: Path, name: str, column: str
) -> None:
    """A table or a column that is gone may be what keeps somebody off the list."""
    site = make_site(tmp_path)
    assert night(site, [somebody(0)]).exit_code == 0
    deliver(site, [somebody(0), somebody(1)], later(1))
    path = site.extract / f"{name}.csv"
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(column, "x"), encoding="utf-8") if column else path.unlink()
    before = (site.store / "manifest.json").read_bytes()
    assert run_night(NightRequest(site=site, today=later(1))).exit_code == 11
    assert "The extract before had it" in (site.output / PAGE).read_text(encoding="utf-8")
    assert (site.store / "manifest.json").read_bytes() == before
    path.write_text(whole, encoding="utf-8")
    assert run_night(NightRequest(site=site, today=later(1))).exit_code == 0
