"""A backup that is put back loses nothing: a folder that the ledger does not know is kept, and the night stops."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from pipeline.ledger import record_run as record_run_module
from pipeline.ledger.verify import verify_ledger
from pipeline.night import settle_folders
from pipeline.night import study as study_module
from pipeline.night.page import PAGE
from pipeline.night.request import NightRequest
from pipeline.night.result import NightResult
from pipeline.night.run_folders import ready_folder
from pipeline.night.run_night import run_night
from pipeline.night.settings import Site, read_settings
from pipeline.runs.paths import RunPaths
from tests.night.small import DAY, PEOPLE, Person, later, make_site, night, runs, type_decision


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site that has had a good night. `site/ledger-then` is a backup of its ledger."""
    site = make_site(tmp_path / "site")
    assert night(site, PEOPLE).exit_code == 0
    back_up(site)
    return site


def back_up(site: Site) -> None:
    shutil.copytree(site.ledger.parent, site.ledger.parent.with_name("ledger-then"))


def put_back(site: Site) -> None:
    """Ledger, key and head together, so that the ledger itself is content."""
    shutil.rmtree(site.ledger.parent)
    shutil.copytree(site.ledger.parent.with_name("ledger-then"), site.ledger.parent)
    verify_ledger(site.ledger)


def assert_stopped(site: Site, result: NightResult, *folders: Path) -> None:
    assert result.exit_code == 15 and not result.studies
    page = (site.output / PAGE).read_text(encoding="utf-8")
    assert "does not know these folders" in page and "put it back" in page
    for folder in folders:
        assert (folder / "manifest.json").is_file() and folder.name in str(result.failures[0].error)


def restored(site: Site) -> Path:
    """Another night, decisions typed in its list, and the older ledger put back."""
    assert night(site, PEOPLE, later(1)).exit_code == 0
    put_back(site)
    return runs(site) / later(1).isoformat()


def test_a_restored_ledger_stops_the_night_and_typed_decisions_stay(site: Site) -> None:
    newer = restored(site)
    typed = type_decision(newer)
    for day in (1, 2, 30):
        assert_stopped(site, night(site, PEOPLE, later(day)), newer)
    assert typed.is_file()
    assert {path.name for path in runs(site).iterdir()} == {DAY.isoformat(), newer.name}


def test_once_the_folders_are_moved_away_or_the_newest_copy_is_back_the_nights_go_on(site: Site) -> None:
    newer = restored(site)
    assert night(site, PEOPLE, later(2)).exit_code == 15
    newer.rename(site.output.parent / "kept")
    assert night(site, PEOPLE, later(2)).exit_code == 0


def test_nothing_is_recorded_by_a_night_that_stops(site: Site) -> None:
    restored(site)
    before = verify_ledger(site.ledger).head
    assert night(site, PEOPLE, later(2)).exit_code == 15
    assert verify_ledger(site.ledger).head == before


def other_site(folder: Path) -> Site:
    other = make_site(folder / "other")
    assert night(other, [Person("77")]).exit_code == 0
    return other


def test_an_output_folder_that_was_swapped(site: Site, tmp_path: Path) -> None:
    """The other site's runs have the same names: a folder for each day."""
    other = other_site(tmp_path)
    typed = type_decision(runs(other) / DAY.isoformat())
    shutil.rmtree(site.output)
    other.output.rename(site.output)
    for day in (1, 30):
        assert_stopped(site, night(site, PEOPLE, later(day)), runs(site) / DAY.isoformat())
    assert (site.output / typed.relative_to(other.output)).is_file()


def test_an_output_folder_that_two_sites_with_ledgers_of_their_own_share(site: Site, tmp_path: Path) -> None:
    other = make_site(tmp_path / "other")
    path = tmp_path / "other" / "site.toml"
    path.write_text(path.read_text().replace('output = "output"', f'output = "{site.output.as_posix()}"'))
    result = night(read_settings(path), PEOPLE, later(1))
    assert result.exit_code == 18 and not other.ledger.exists()
    assert night(site, PEOPLE, later(1)).exit_code == 0


def unpublished(site: Site, monkeypatch: pytest.MonkeyPatch, after: bool) -> Path:
    """Where a night that was killed before or after its run was recorded left the folder."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(*((study_module, "finish", die) if after else (record_run_module, "asdict", die)))
        night(site, PEOPLE, later(1))
    return ready_folder(runs(site) / later(1).isoformat())


@pytest.mark.parametrize("after", [False, True])
def test_a_killed_night_leaves_no_folder_that_looks_like_a_run(
    site: Site, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If its run is recorded the next night gives the folder its name; if not, it removes the folder."""
    left = unpublished(site, monkeypatch, after)
    assert sorted(path.name for path in runs(site).iterdir()) == [left.name, DAY.isoformat()]
    assert night(site, PEOPLE, later(2)).exit_code == 0
    recorded = [later(1).isoformat()] if after else []
    assert sorted(path.name for path in runs(site).iterdir()) == [DAY.isoformat(), *recorded, later(2).isoformat()]
    for name in recorded:
        assert RunPaths(runs(site) / name).proof.is_file()


def test_what_a_killed_night_left_and_someone_wrote_in_is_kept_and_named(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = unpublished(site, monkeypatch, after=False)
    typed = type_decision(left)
    for _ in range(2):
        result = night(site, PEOPLE, later(1))
        assert result.exit_code == 0 and typed.is_file()
        assert any(left.name in note and "was changed" in note for note in result.notes)


def test_a_folder_whose_removal_was_begun_is_removed(site: Site) -> None:
    for day in (1, 2):
        assert night(site, PEOPLE, later(day)).exit_code == 0
    with patch("pipeline.night.run_folders.shutil.rmtree"):
        assert night(site, PEOPLE, later(20)).exit_code == 0
    (left, *_) = sorted(runs(site).glob(".casefinder-partial-*"))
    (left / "manifest.json").unlink()
    assert night(site, PEOPLE, later(21)).exit_code == 0
    assert not list(runs(site).glob(".casefinder-partial-*"))


def copy_run(site: Site, name: str) -> Path:
    return shutil.copytree(runs(site) / DAY.isoformat(), runs(site) / name)


@pytest.mark.parametrize("name", ["2026-11-02 - Copy", "2026-11-02 done", "notes"])
def test_copies_and_notes_are_left_alone(site: Site, name: str) -> None:
    copy = copy_run(site, name)
    (runs(site) / "who rang.txt").write_text("notes")
    result = night(site, PEOPLE, later(1))
    assert result.exit_code == 0 and type_decision(copy).is_file()
    (said,) = (note for note in result.notes if "did not put them there" in note)
    assert name in said and "who rang.txt" in said and DAY.isoformat() not in said.replace(name, "")


def test_a_run_that_was_renamed_stays(site: Site) -> None:
    kept = type_decision(copy_run(site, "2026-11-02 done"))
    shutil.rmtree(runs(site) / DAY.isoformat())
    assert night(site, PEOPLE, later(1)).exit_code == 0
    assert night(site, PEOPLE, later(40)).exit_code == 0 and kept.is_file()


def test_a_renamed_run_of_which_a_restored_ledger_knows_nothing_stops_the_night(site: Site) -> None:
    newer = restored(site)
    renamed = newer.rename(newer.with_name("done by Mary"))
    assert_stopped(site, night(site, PEOPLE, later(2)), renamed)


def forget_proof(folder: Path) -> None:
    """As earlier versions wrote it."""
    RunPaths(folder).proof.unlink()


def test_a_run_without_proof_that_the_ledger_does_not_know_stays(site: Site) -> None:
    newer = restored(site)
    forget_proof(newer)
    assert_stopped(site, night(site, PEOPLE, later(2)), newer)


def test_runs_of_earlier_versions_get_a_proof_unless_they_were_changed(site: Site) -> None:
    for name in ("3", "4"):
        assert night(site, PEOPLE, later(int(name))).exit_code == 0
    first, *_, last = sorted(runs(site).iterdir())
    for folder in (first, last):
        forget_proof(folder)
    type_decision(first)
    assert night(site, PEOPLE, later(5)).exit_code == 0
    assert not RunPaths(first).proof.exists() and RunPaths(last).proof.is_file()


def spoil(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    path = RunPaths(folder).proof
    proof = json.loads(path.read_text())
    change(proof)
    path.write_text(json.dumps(proof))


@pytest.mark.parametrize("field", ["ledger", "run", "contents", "folder", "seal"])
def test_a_proof_that_was_altered_proves_nothing(site: Site, field: str) -> None:
    folder = runs(site) / DAY.isoformat()
    spoil(folder, lambda proof: proof.update({field: 3}))
    assert_stopped(site, night(site, PEOPLE, later(1)), folder)


def unfinished_proof(folder: Path) -> None:
    RunPaths(folder).proof.rename(RunPaths(folder).first_proof)


def test_killed_after_it_was_recorded_and_before_its_proof_was_whole(site: Site) -> None:
    folder = runs(site) / DAY.isoformat()
    unfinished_proof(folder)
    type_decision(folder)
    assert night(site, PEOPLE, later(1)).exit_code == 0
    assert RunPaths(folder).proof.is_file() and not RunPaths(folder).first_proof.exists()


def test_not_yet_published_is_removed_only_if_no_one_has_touched_it_and_the_ledger_goes_that_far(site: Site) -> None:
    assert night(site, PEOPLE, later(1)).exit_code == 0
    back_up_of_first = site.ledger.parent.with_name("ledger-then")
    assert night(site, PEOPLE, later(2)).exit_code == 0
    newest = runs(site) / later(2).isoformat()
    unfinished_proof(newest)
    (runs(site) / later(1).isoformat()).rename(site.output.parent / "kept")
    assert back_up_of_first.is_dir()
    put_back(site)  # it ends before the row that the folder's proof names
    assert_stopped(site, night(site, PEOPLE, later(3)), newest)


def test_what_was_not_yet_published_and_was_written_in_stays(site: Site) -> None:
    newer = restored(site)
    unfinished_proof(newer)
    type_decision(newer)
    assert_stopped(site, night(site, PEOPLE, later(2)), newer)


def test_a_removal_that_was_begun_is_finished_unless_the_run_was_changed(site: Site) -> None:
    for day in (1, 2):
        assert night(site, PEOPLE, later(day)).exit_code == 0
    with patch("pipeline.night.run_folders.remove_folder", lambda _: 1):
        assert night(site, PEOPLE, later(20)).exit_code == 0
    typed = type_decision(runs(site) / DAY.isoformat())
    result = night(site, PEOPLE, later(21))
    assert result.exit_code == 0 and typed.is_file()
    assert any("recorded as removed, but its folder was kept" in note for note in result.notes)
    assert {path.name for path in runs(site).iterdir()} == {DAY.isoformat(), *(str(later(day)) for day in (20, 21))}


def test_every_study_is_looked_at_before_anything_is_removed(tmp_path: Path) -> None:
    site = make_site(tmp_path, ("first", "second"))
    assert night(site, PEOPLE).exit_code == 0
    unknown = site.output / "runs" / "second" / "2026-12-24"
    (unknown / "lists").mkdir(parents=True)
    with patch.object(settle_folders, "remove_folder") as removing:
        (site.output / "runs" / "first" / ".casefinder-partial-x").mkdir()
        assert run_night(NightRequest(site=site, today=later(1))).exit_code == 15
    assert not removing.called
