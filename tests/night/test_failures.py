"""Nights that fail: the last good list stands, the page says what happened, and the next night puts it right."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipeline.errors import AuditError, CasefinderError, LockedError, OutputError, UsageError
from pipeline.files.publish import PARTIAL
from pipeline.ledger import record_run as record_run_module
from pipeline.ledger.open import open_ledger
from pipeline.ledger.published import published_runs
from pipeline.ledger.verify import verify_ledger
from pipeline.night import publish as publish_module
from pipeline.night import study as study_module
from pipeline.night.advice import ADVICE, advise
from pipeline.night.list_rows import night_lists
from pipeline.night.one_at_a_time import LOCK
from pipeline.night.outcomes import report_records
from pipeline.night.reconcile import check_studies
from pipeline.night.request import NightRequest
from pipeline.night.run_folders import folder_hash
from pipeline.night.run_night import run_night
from pipeline.night.settings import Site
from pipeline.search.attrition import Count
from tests.night.small import DAY, NUMBERS, Person, deliver, later, make_site, night, read_list, somebody
from tests.no_quality import nothing_is_found

PEOPLE = [somebody(0), somebody(1)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Site]:
    """A site that has had a good night, and a copy of its folder. Some of its files say where it lies."""
    folder = tmp_path_factory.mktemp("kept") / "site"
    site = make_site(folder, ("first", "second"))
    with nothing_is_found():
        assert night(site, PEOPLE).exit_code == 0
    return shutil.copytree(folder, folder.with_name("copy")), site


@pytest.fixture
def site(kept: tuple[Path, Site]) -> Site:
    """The site as it was after its good night, in its old place."""
    copy, site = kept
    shutil.rmtree(site.output.parent)
    shutil.copytree(copy, site.output.parent)
    return site


def page(site: Site) -> str:
    return (site.output / "nightly.html").read_text(encoding="utf-8")


def runs(site: Site, study: str = "first") -> list[str]:
    with open_ledger(site.ledger, DAY) as ledger:
        return [run.folder for run in published_runs(ledger, study) if not run.is_removed]


def folders(site: Site, study: str = "first") -> list[str]:
    return sorted(path.name for path in (site.output / "runs" / study).iterdir())


def test_a_rule_whose_invented_patients_differ_stops_its_own_study_only(site: Site) -> None:
    rule = site.output.parent / "first.yaml"
    rule.write_text(rule.read_text().replace("12 months", "60 months"))
    result = night(site, PEOPLE, later(1))
    assert result.exit_code == 16 and [failure.study for failure in result.failures] == ["first"]
    assert runs(site, "first") == [DAY.isoformat()] and runs(site, "second")[-1] == later(1).isoformat()
    assert "Not done: first" in page(site) and "Had pain" in page(site) and "not renewed" in page(site)


def test_an_unreadable_delivery_leaves_the_lists(site: Site) -> None:
    (site.extract / "patient.csv").unlink()
    result = run_night(NightRequest(site=site, today=later(1)))
    assert result.exit_code == 11 and not result.studies
    assert {one.listed_on for one in result.lists} == {DAY} and "No lists could be made" in page(site)
    assert night(site, PEOPLE, later(1)).exit_code == 0


@pytest.mark.usefixtures("real_quality")
def test_the_quality_check_stops_a_study_and_somebody_may_go_on(site: Site) -> None:
    deliver(site, [Person(str(number)) for number in range(100, 200)], later(1))
    stopped = run_night(NightRequest(site=site, today=later(1)))
    assert stopped.exit_code == 12 and "2026-11-03.quality.html" in page(site)
    link = site.output / "runs" / "first" / "2026-11-03.quality.html"
    assert link.is_file()
    assert run_night(NightRequest(site=site, today=later(1), despite_quality=True)).exit_code == 0
    assert not link.exists() and runs(site) == [DAY.isoformat(), later(1).isoformat()]


def test_counts_that_do_not_add_up_publish_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_one(*given: Any) -> object:
        lists = night_lists(*given)
        return {practice: people[1:] for practice, people in lists.items()}

    monkeypatch.setattr(publish_module, "night_lists", lose_one)
    before = site.ledger.read_bytes()
    result = night(site, PEOPLE, later(1))
    assert result.exit_code == 15 and "lines of the list: 2 and 1" in page(site)
    assert runs(site) == folders(site) == [DAY.isoformat()]
    verify_ledger(site.ledger)
    assert before[:100] == site.ledger.read_bytes()[:100]


def test_a_fault_of_ours_is_on_the_page_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError(NUMBERS[0])

    monkeypatch.setattr(study_module, "report_records", fail)
    with pytest.raises(ValueError):
        night(site, PEOPLE, later(1))
    assert "Something went wrong inside Casefinder" in page(site) and NUMBERS[0] not in page(site)
    assert runs(site) == [DAY.isoformat()]
    monkeypatch.setattr(study_module, "report_records", report_records)
    assert night(site, PEOPLE, later(1)).exit_code == 0


def test_what_a_killed_night_left_is_no_run(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One killed before its folder had a name, and one killed before the ledger's transaction was on the disk."""
    whole = site.output / "runs" / "first" / DAY.isoformat()
    kill_before_commit(site, monkeypatch)
    shutil.copytree(whole, whole.with_name(f"{PARTIAL}x"))
    assert folders(site) == [f"{PARTIAL}{later(1)}", f"{PARTIAL}x", DAY.isoformat()]
    assert night(site, PEOPLE, later(1)).exit_code == 0
    assert folders(site) == runs(site) == [DAY.isoformat(), later(1).isoformat()]


def kill_before_commit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is whole, and the ledger never heard of it."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(record_run_module, "asdict", die)
        with pytest.raises(KeyboardInterrupt):
            night(site, PEOPLE, later(1))


def test_two_nights_at_once(site: Site) -> None:
    with FileLock(site.output / LOCK), pytest.raises(LockedError, match="running already"):
        run_night(NightRequest(site=site, today=later(1)))
    assert night(site, PEOPLE, later(1)).exit_code == 0


def test_a_clock_set_back_is_said(site: Site) -> None:
    deliver(site, PEOPLE, later(1))
    assert run_night(NightRequest(site=site, today=later(9))).exit_code == 0
    result = run_night(NightRequest(site=site, today=later(2)))
    assert result.exit_code == 0 and any("clock was set back" in note for note in result.notes)


def test_a_second_night_of_one_day_is_a_run_of_its_own(site: Site) -> None:
    night(site, [somebody(0)], DAY)
    assert runs(site) == [DAY.isoformat(), f"{DAY.isoformat()}-2"]


def test_old_runs_go_but_not_those_in_use_or_written_in(site: Site) -> None:
    night(site, PEOPLE, later(1))
    night(site, PEOPLE, later(2))
    touched = site.output / "runs" / "first" / later(1).isoformat() / "attrition.csv"
    touched.write_text("a note")
    result = night(site, PEOPLE, later(20))
    assert folders(site) == [later(1).isoformat(), later(20).isoformat()]
    assert any(f"the run {later(1)} is old" in note for note in result.notes)
    assert folders(site, "second") == [later(20).isoformat()]
    verify_ledger(site.ledger)


def test_the_newest_list_of_each_practice_stays(site: Site) -> None:
    night(site, PEOPLE, later(1), practices=("A81001",))
    night(site, PEOPLE, later(20), practices=("A81001",))
    assert folders(site) == [DAY.isoformat(), later(20).isoformat()]


def test_a_published_run_is_whole_and_counted(site: Site) -> None:
    with open_ledger(site.ledger, DAY) as ledger:
        (run,) = published_runs(ledger, "first")
    folder = site.output / "runs" / "first" / run.folder
    assert folder_hash(folder) == run.fingerprint
    account = json.loads((folder / "night.json").read_text())
    assert account["practices"]["A81001"]["listed"] == len(read_list(site, study="first")) == 2
    assert account["became"] == [{"state": "for_review", "reason": None, "people": 2}]


def test_every_failure_has_its_advice() -> None:
    ours = [kind for kind in CasefinderError.__subclasses__() if kind.__module__ == "pipeline.errors"]
    kinds = [kind for kind in ours if kind is not UsageError]
    assert set(kinds) == set(ADVICE)
    assert all(advise(kind("x")) is ADVICE[kind] for kind in kinds)


def test_a_folder_that_is_no_store_is_not_replaced(tmp_path: Path) -> None:
    """It was moved aside and removed, whatever was in it."""
    site = make_site(tmp_path)
    site.store.mkdir()
    (site.store / "thesis.txt").write_text("years of work")
    result = night(site, PEOPLE)
    assert result.exit_code == 14 and "holds something" in str(result.failures[0].error)
    assert (site.store / "thesis.txt").read_text() == "years of work"


def test_a_folder_of_somebody_elses_beside_the_runs_is_left_alone(site: Site) -> None:
    """Such as a copy in which decisions were typed."""
    whole = site.output / "runs" / "first" / DAY.isoformat()
    copy = shutil.copytree(whole, whole.with_name(f"{DAY.isoformat()} - Copy"))
    assert night(site, PEOPLE, later(1)).exit_code == 0
    assert copy.is_dir()


@pytest.mark.usefixtures("real_quality")
def test_the_page_of_an_earlier_check_is_not_todays(site: Site) -> None:
    deliver(site, [Person(str(number)) for number in range(100, 200)], later(1))
    assert run_night(NightRequest(site=site, today=later(1))).exit_code == 12
    rule = site.output.parent / "first.yaml"
    rule.write_text(rule.read_text().replace("12 months", "60 months"))
    first = next(
        failure for failure in run_night(NightRequest(site=site, today=later(2))).failures if failure.study == "first"
    )
    assert first.error.exit_code == 16 and first.page is None


def test_a_journal_that_cannot_be_written_is_no_fault_of_ours(site: Site) -> None:
    shutil.rmtree(site.output / "journal")
    (site.output / "journal").touch()
    with pytest.raises(OutputError):
        night(site, PEOPLE, later(1))
    assert "Something could not be written" in page(site) and "inside Casefinder" not in page(site)


def test_studies_that_saw_other_records_are_told_apart_from_lists_that_do_not_add_up() -> None:
    one = [Count("A", "stage", 0, "records", "", 3)]
    check_studies({"x": one, "y": one})
    for other in ([Count("A", "stage", 0, "records", "", 4)], []):
        for pair in ({"x": one, "y": other}, {"x": other, "y": one}):
            with pytest.raises(AuditError, match="by hand"):
                check_studies(pair)


def test_what_there_is_to_know_is_said_at_the_top(site: Site) -> None:
    assert "You do not need to do anything else" in page(site)
    night(site, PEOPLE, later(1), practices=("A81001",))
    assert "You do not need to do anything else" not in page(site) and "could not be renewed" in page(site)


def test_a_last_run_that_is_gone_is_said(site: Site) -> None:
    (site.output / "runs" / "first" / DAY.isoformat() / "quality.json").unlink()
    (first, second) = night(site, PEOPLE, later(1)).studies
    assert any("not compared" in warning for warning in first.warnings)
    assert not any("not compared" in warning for warning in second.warnings)
