"""The last look is at the newest that is known, also if a study stopped, a night was killed or an old file came."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ledger.letters import export, record_mailed
from pipeline.ledger.listed import people_in
from pipeline.ledger.open import open_ledger
from pipeline.ledger.review import decide
from pipeline.ledger.vocabulary import STATES
from pipeline.night import steps
from pipeline.night.page import PAGE
from pipeline.night.request import NightRequest
from pipeline.night.run_night import run_night
from pipeline.night.settings import Site
from tests.night.small import DAY, PRACTICES, Person, deliver, good_site, keep, later, night, put_back, somebody

OTHERS = [somebody(1), somebody(2)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Site, dict[str, str]]:
    """A site on which person 1 was approved, and person 2 exported; a copy of its folder; their study codes."""
    site = good_site(tmp_path_factory.mktemp("kept") / "site", [somebody(0), *OTHERS])
    with open_ledger(site.ledger, DAY) as ledger:
        codes = {one.registration.patient_id: one.study_code for one in people_in(ledger, "pain", "for_review")}
        for patient in ("1", "2"):
            decide(ledger, "pain", codes[patient], "approved", DAY, "GP")
        assert export(ledger, "pain", [codes["2"]], DAY, "office").done
    return keep(site), site, codes


@pytest.fixture
def site(kept: tuple[Path, Site, dict[str, str]]) -> Site:
    copy, site, _ = kept
    return put_back(site, copy)


@pytest.fixture
def codes(kept: tuple[Path, Site, dict[str, str]]) -> dict[str, str]:
    return kept[2]


def page(site: Site) -> str:
    return (site.output / PAGE).read_text(encoding="utf-8")


def letter(site: Site, code: str, days: int = 1) -> bool:
    with open_ledger(site.ledger, later(days)) as ledger:
        return bool(export(ledger, "pain", [code], later(days), "office").done)


def post(site: Site, code: str) -> bool:
    with open_ledger(site.ledger, later(1)) as ledger:
        return bool(record_mailed(ledger, "pain", [code], later(1), "office").done)


def sights(site: Site) -> dict[str, str | None]:
    with open_ledger(site.ledger, DAY) as ledger:
        return {one.registration.patient_id: one.sight for one in people_in(ledger, "pain", *STATES)}


def break_rule(site: Site) -> None:
    rule = site.output.parent / "pain.yaml"
    rule.write_text(rule.read_text().replace("12 months", "12 moths"))


def fix_rule(site: Site) -> None:
    rule = site.output.parent / "pain.yaml"
    rule.write_text(rule.read_text().replace("12 moths", "12 months"))


def stopped_letters(site: Site, day: int = 1) -> dict[str, str]:
    path = site.output / "runs" / "pain" / f"{later(day)}.do-not-post.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["study_code"]: row["because"] for row in csv.DictReader(file)}


DELIVERED: dict[str, tuple[list[Person], str | None]] = {
    "died": ([somebody(1, died=later(1))], "died"),
    "moved away": ([somebody(1, left=later(1))], "moved"),
    "gone": ([], "missing"),
    "died under another record": ([somebody(1), somebody(1, practice=PRACTICES[1], patient_id="8", died=DAY)], "died"),
    "excluded": ([somebody(1, cancer=later(1))], "found"),
}


@pytest.mark.parametrize("case", DELIVERED)
def test_a_delivery_that_was_not_searched_counts(site: Site, codes: dict[str, str], case: str) -> None:
    people, sight = DELIVERED[case]
    break_rule(site)
    assert night(site, [somebody(0), somebody(2), *people], later(1)).exit_code == 10
    assert sights(site)["2"] == sight and sights(site)["1"] == "found"
    assert not letter(site, codes["1"]) and not letter(site, codes["2"])
    assert post(site, codes["2"]) == (sight == "found")
    assert list(stopped_letters(site)) == [codes["2"]]
    assert "No letters can be exported" in page(site) and "1 letter was exported" in page(site)
    assert codes["2"] not in page(site)


def test_a_person_with_a_number_that_came_later_is_seen_by_their_present_record(
    site: Site, codes: dict[str, str]
) -> None:
    """Their earlier registrations are known too, and are not where they are now."""
    elsewhere = somebody(1, practice=PRACTICES[1], patient_id="8", left=DAY)
    assert night(site, [somebody(0), *OTHERS, elsewhere], later(1)).exit_code == 0
    assert not list(site.output.rglob("do-not-post.csv"))
    break_rule(site)
    assert night(site, [somebody(0), somebody(2), somebody(1, died=DAY), elsewhere], later(2)).exit_code == 10
    assert sights(site)["2"] == "died" and not post(site, codes["2"])


def test_the_next_search_lifts_what_only_waited(site: Site, codes: dict[str, str]) -> None:
    """Also of somebody whose record was not in a delivery that could not be trusted."""
    break_rule(site)
    assert night(site, OTHERS, later(1)).exit_code == 10
    assert sights(site)["1"] == "missing"
    fix_rule(site)
    assert night(site, [somebody(0), *OTHERS], later(2)).exit_code == 0
    assert letter(site, codes["1"], 2) and post(site, codes["2"])


def test_nothing_waits_if_nothing_new_was_delivered(site: Site, codes: dict[str, str]) -> None:
    break_rule(site)
    assert run_night(NightRequest(site=site, today=later(1))).exit_code == 10
    assert letter(site, codes["1"]) and "No letters can be exported" not in page(site)


def test_a_delivery_that_cannot_be_read_changes_nothing(site: Site, codes: dict[str, str]) -> None:
    (site.extract / "patient.csv").unlink()
    assert run_night(NightRequest(site=site, today=later(1))).exit_code == 11
    assert letter(site, codes["1"])


@pytest.mark.usefixtures("real_quality")
def test_the_quality_check_stops_letters_too(site: Site, codes: dict[str, str]) -> None:
    many = [Person(str(number)) for number in range(100, 200)]
    assert night(site, [*many, somebody(0, died=later(1)), *OTHERS], later(1)).exit_code == 12
    assert sights(site)["1"] == "died" and not letter(site, codes["1"])


@pytest.mark.parametrize("step", ["bring_up_to_date", "run_study", "settle_look"])
def test_a_night_that_was_killed(site: Site, codes: dict[str, str], step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kill = _killer(getattr(steps, step), is_after=step == "bring_up_to_date")
    break_rule(site)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(steps, step, kill)
        night(site, [somebody(0, died=later(1)), *OTHERS], later(1))
    assert not letter(site, codes["1"])
    fix_rule(site)
    assert night(site, [somebody(0), *OTHERS], later(2)).exit_code == 0
    assert letter(site, codes["1"], 2)


def _killer(do: Callable[..., object], is_after: bool) -> Callable[..., object]:
    def kill(*given: object) -> object:
        if is_after:
            do(*given)
        raise KeyboardInterrupt

    return kill


def test_an_older_extract_is_refused_and_brings_nothing_back(site: Site, codes: dict[str, str]) -> None:
    old = shutil.copytree(site.extract, site.extract.with_name("old"))
    assert night(site, [somebody(0, cancer=later(9)), *OTHERS], later(10)).exit_code == 0
    shutil.rmtree(site.extract)
    old.rename(site.extract)
    store = (site.store / "manifest.json").read_bytes()
    for day in (11, 12):
        result = run_night(NightRequest(site=site, today=later(day)))
        assert result.exit_code == 17 and "older than one that was already searched" in page(site)
        assert not letter(site, codes["1"], day)
    assert (site.store / "manifest.json").read_bytes() == store
    assert not list(site.output.parent.glob(".casefinder-partial-*.new"))
    assert letter(site, codes["2"], 12), "nothing new was delivered, so what was decided holds"
    assert night(site, [somebody(0), *OTHERS], later(13)).exit_code == 0


def test_an_older_store_is_refused_too(site: Site, codes: dict[str, str]) -> None:
    """A store that was put back from a backup, to which only changes would be applied."""
    then = shutil.copytree(site.store, site.store.with_name("then"))
    assert night(site, [somebody(0, cancer=later(9)), *OTHERS], later(10)).exit_code == 0
    shutil.rmtree(site.store)
    then.rename(site.store)
    text = (site.output.parent / "site.toml").read_text()
    (site.output.parent / "site.toml").write_text(text.replace('"whole"', '"changes"'))
    from_store = site.model_copy(update={"deliveries": "changes"})
    before = sights(site)
    result = run_night(NightRequest(site=from_store, today=later(11)))
    assert result.exit_code == 17 and sights(site) == before and not letter(site, codes["1"], 11)


def test_a_practice_may_stay_as_old_as_it_was(site: Site) -> None:
    assert night(site, [somebody(0), *OTHERS], later(1)).exit_code == 0
    deliver(site, [somebody(0), *OTHERS], later(1))
    assert run_night(NightRequest(site=site, today=later(3))).exit_code == 0


@pytest.mark.parametrize("case", ["died", "gone", "excluded"])
def test_letters_that_must_not_be_posted_are_named_in_a_file_of_their_practice(
    site: Site, codes: dict[str, str], case: str
) -> None:
    people, _ = DELIVERED[case]
    assert night(site, [somebody(0), somebody(2), *people], later(1)).exit_code == 0
    path = site.output / "runs" / "pain" / later(1).isoformat() / "lists" / PRACTICES[0] / "do-not-post.csv"
    with path.open(encoding="utf-8", newline="") as file:
        assert [row["study_code"] for row in csv.DictReader(file)] == [codes["2"]]
    assert "1 letter was exported for practice A81001, but must not be posted" in page(site)
    assert str(path.relative_to(site.output)) in page(site) and codes["2"] not in page(site)
    assert "You do not need to do anything else" not in page(site)
    assert not post(site, codes["2"])


def test_without_such_letters_there_is_no_file(site: Site) -> None:
    assert night(site, [somebody(0), *OTHERS], later(1)).exit_code == 0
    assert not list(site.output.rglob("*do-not-post*")) and "must not be posted" not in page(site)
