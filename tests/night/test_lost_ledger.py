"""A ledger that is missing, empty or elsewhere is not a new ledger: the night stops, and says what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ledger.head import head_file
from pipeline.ledger.key import key_file
from pipeline.night.page import PAGE
from pipeline.night.settings import Site, read_settings
from tests.night.small import DAY, PEOPLE, later, make_site, night


def empty(site: Site) -> None:
    site.ledger.write_bytes(b"")


def unmount(site: Site) -> None:
    shutil.rmtree(site.ledger.parent)


def unmount_and_leave_the_folder(site: Site) -> None:
    unmount(site)
    site.ledger.parent.mkdir()


def move_runs_too(site: Site) -> None:
    shutil.rmtree(site.output / "runs")
    site.ledger.unlink()


def lose_all_but(kept: Callable[[Path], Path]) -> Callable[[Site], None]:
    def lose(site: Site) -> None:
        shutil.rmtree(site.output / "runs")
        for path in site.ledger.parent.iterdir():
            if path != kept(site.ledger):
                path.unlink()

    return lose


def dangle(site: Site) -> None:
    """The ledger is a link to a disk that is not there."""
    unmount(site)
    site.ledger.parent.mkdir()
    site.ledger.symlink_to(site.output.parent / "disk" / "casefinder.db")


HARMS = {
    "emptied": empty,
    "missing": lambda site: site.ledger.unlink(),
    "its folder is missing": unmount,
    "its folder is empty": unmount_and_leave_the_folder,
    "missing, and the runs too": move_runs_too,
    "only its head is left": lose_all_but(head_file),
    "only its key is left": lose_all_but(key_file),
    "a link to nowhere": dangle,
}


def files(site: Site) -> dict[str, bytes]:
    root = site.output.parent
    paths = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in paths if "lock" not in path.name}


@pytest.mark.parametrize("harm", HARMS)
def test_a_lost_ledger_stops_the_night_and_changes_nothing(site: Site, harm: str) -> None:
    HARMS[harm](site)
    before = files(site)
    for day in (1, 2):
        result = night(site, PEOPLE, later(day))
        assert result.exit_code == 18 and not result.studies
    after = files(site)
    page = (site.output / PAGE).read_text(encoding="utf-8")
    assert "there was one before" in page and "newest copy" in page
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert {name for name in changed if not name.startswith(("inbox/", "output/journal/"))} == {f"output/{PAGE}"}


def test_put_back_it_goes_on(site: Site) -> None:
    kept = site.ledger.rename(site.ledger.with_name("kept"))
    assert night(site, PEOPLE, later(1)).exit_code == 18
    kept.rename(site.ledger)
    assert night(site, PEOPLE, later(1)).exit_code == 0


def test_a_path_that_is_wrong_makes_no_second_ledger(site: Site) -> None:
    path = site.output.parent / "site.toml"
    path.write_text(path.read_text().replace("ledger/casefinder.db", "ledgers/casefinder.db"))
    wrong = read_settings(path)
    assert night(wrong, PEOPLE, later(1)).exit_code == 18 and not wrong.ledger.parent.exists()


def test_runs_of_a_study_that_the_settings_do_not_name_count_too(site: Site) -> None:
    unmount(site)
    path = site.output.parent / "site.toml"
    path.write_text(path.read_text().replace('name = "pain"', 'name = "other"'))
    assert night(read_settings(path), PEOPLE, later(1)).exit_code == 18


def test_another_sites_runs_of_another_study_stop_a_night(site: Site, tmp_path: Path) -> None:
    """Two sites with one output folder: each would write over the other's page, and keep the other's lists for ever."""
    make_site(tmp_path / "other", ("neck",))
    path = tmp_path / "other" / "site.toml"
    other = read_settings(path)
    assert night(other, PEOPLE).exit_code == 0
    path.write_text(path.read_text().replace('output = "output"', f'output = "{site.output.as_posix()}"'))
    result = night(read_settings(path), PEOPLE, later(1))
    assert result.exit_code == 15 and f"pain/{DAY}" in str(result.failures[0].error)
