"""A store that each night builds anew, where two sites were given the same one: their lists never mix."""

from __future__ import annotations

from pathlib import Path

from pipeline.night.deliveries import keep_store
from pipeline.night.page import PAGE
from pipeline.night.request import NightRequest
from pipeline.night.run_night import run_night
from pipeline.store.lock import reading
from tests.night.small import PRACTICES, deliver, later, make_site, night, somebody


def test_while_one_night_uses_the_store_another_leaves_it_alone(tmp_path: Path) -> None:
    mine = make_site(tmp_path / "mine")
    other = make_site(tmp_path / "other").model_copy(update={"store": mine.store})
    assert night(mine, [somebody(0)], practices=PRACTICES[:1]).exit_code == 0
    before = (mine.store / "manifest.json").read_bytes()
    with keep_store(mine):
        result = night(other, [somebody(1)], practices=PRACTICES[1:])
    assert result.exit_code == 13 and "a store of its own" in (other.output / PAGE).read_text(encoding="utf-8")
    assert (mine.store / "manifest.json").read_bytes() == before
    assert night(other, [somebody(1)], practices=PRACTICES[1:]).exit_code == 0


def test_a_store_is_not_replaced_while_somebody_searches_it(tmp_path: Path) -> None:
    site = make_site(tmp_path)
    assert night(site, [somebody(0)]).exit_code == 0
    deliver(site, [somebody(0), somebody(1)], later(1))
    with reading(site.store):
        result = run_night(NightRequest(site=site, today=later(1)))
    assert result.exit_code == 13 and {one.listed_on for one in result.lists} == {later(0)}
    assert run_night(NightRequest(site=site, today=later(1))).exit_code == 0
