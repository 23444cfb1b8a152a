"""A study that the settings no longer name: renamed, ended, purged, or run by other settings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.ledger.open import open_ledger
from pipeline.ledger.published import published_runs
from pipeline.ledger.purge import purge
from pipeline.night.page import PAGE
from pipeline.night.result import NightResult
from pipeline.night.settings import Site, read_settings
from tests.night.small import DAY, PEOPLE, PRACTICES, Person, later, make_site, night


def change(site: Site, *pairs: tuple[str, str]) -> Site:
    path = site.output.parent / "site.toml"
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return read_settings(path)


RENAMED = ('name = "pain"', 'name = "pain-2"')


def assert_refused(result: NightResult) -> None:
    assert result.exit_code == 18 and not result.studies
    assert "put the name pain back" in str(result.failures[0].error)


def test_a_renamed_study_is_not_a_new_one(site: Site) -> None:
    renamed = change(site, RENAMED)
    for day in (1, 2):
        assert_refused(night(renamed, PEOPLE, later(day)))
    assert not list((site.output / "runs" / "pain-2").iterdir())
    assert night(change(site, RENAMED[::-1]), PEOPLE, later(2)).exit_code == 0


def test_nor_if_its_rule_was_renamed_too(site: Site) -> None:
    rule = site.output.parent / "pain.yaml"
    for path in (rule, rule.with_name("pain.patients.yaml")):
        path.with_name(path.name.replace("pain", "other", 1)).write_text(
            path.read_text().replace("rule: pain", "rule: other")
        )
    assert_refused(night(change(site, RENAMED, ('rule = "pain.yaml"', 'rule = "other.yaml"')), PEOPLE, later(1)))


def test_nor_if_its_lists_are_gone(site: Site) -> None:
    (site.output / "runs" / "pain").rename(site.output.parent / "kept")
    assert_refused(night(change(site, RENAMED), PEOPLE, later(1)))


def test_a_study_of_its_own_may_begin(site: Site) -> None:
    separate = ('name = "pain-2"', 'name = "pain-2"\nseparate = true')
    result = night(change(site, RENAMED, separate), PEOPLE, later(1))
    assert result.exit_code == 0
    page = (site.output / PAGE).read_text(encoding="utf-8")
    assert "do not name this study" in page and "runs/pain" in page
    assert (site.output / "runs" / "pain" / DAY.isoformat()).is_dir()


def test_a_study_at_other_practices_may_begin(site: Site, tmp_path: Path) -> None:
    make_site(tmp_path / "other")
    path = tmp_path / "other" / "site.toml"
    path.write_text(path.read_text().replace('"ledger/', f'"{site.ledger.parent.as_posix()}/').replace(*RENAMED))
    assert night(read_settings(path), [Person("7", "C83003")], later(1), ["C83003"]).exit_code == 0


def test_the_lists_of_a_study_that_has_ended_are_removed_unless_they_were_changed(site: Site) -> None:
    assert night(site, PEOPLE, later(1)).exit_code == 0
    runs = site.output / "runs" / "pain"
    typed = runs / DAY.isoformat() / "lists" / PRACTICES[0] / "invitation-list.csv"
    typed.write_text(typed.read_text() + "\n")
    ended = change(site, RENAMED, ("keep_days = 10", 'keep_days = 10\nended = ["pain"]'))
    for day in (2, 3):
        result = night(ended, PEOPLE, later(day))
        assert result.exit_code == 0 and any(f"the run {DAY} was kept" in note for note in result.notes)
    assert typed.is_file() and [path.name for path in runs.iterdir()] == [DAY.isoformat()]
    with open_ledger(site.ledger, DAY) as ledger:
        assert [run.is_removed for run in published_runs(ledger, "pain")] == [False, True]


def purge_pain(site: Site, before: date | None) -> None:
    with open_ledger(site.ledger, later(2)) as ledger:
        purge(ledger, "pain", before, later(2))


def test_so_are_those_of_a_study_that_was_purged(site: Site) -> None:
    purge_pain(site, None)
    assert night(change(site, RENAMED), PEOPLE, later(3)).exit_code == 0
    assert not list((site.output / "runs" / "pain").iterdir())


def test_lists_from_before_a_purge_go_as_soon_as_they_are_not_in_use(site: Site) -> None:
    assert night(site, PEOPLE, later(1)).exit_code == 0
    purge_pain(site, later(2))
    assert night(site, PEOPLE, later(3)).exit_code == 0
    assert [path.name for path in (site.output / "runs" / "pain").iterdir()] == [later(3).isoformat()]


def test_links_and_what_was_added_are_kept(site: Site, tmp_path: Path) -> None:
    """A run that was moved elsewhere, with a link in its place; a file that is a link now; an empty folder in it."""
    for day in (1, 2, 3):
        assert night(site, PEOPLE, later(day)).exit_code == 0
    runs = site.output / "runs" / "pain"
    first, second, third, last = sorted(runs.iterdir())
    first.rename(tmp_path / "moved")
    first.symlink_to(tmp_path / "moved", target_is_directory=True)
    attrition = second / "attrition.csv"
    attrition.rename(tmp_path / "attrition.csv")
    attrition.symlink_to(tmp_path / "attrition.csv")
    (third / "rang Mary on Monday").mkdir()
    result = night(site, PEOPLE, later(40))
    assert all(path.exists() for path in (first, second, third, last.with_name(later(40).isoformat())))
    assert sum("was kept because" in note for note in result.notes) == 3


def test_a_study_cannot_have_ended_and_go_on(site: Site) -> None:
    with pytest.raises(Exception, match="has ended, but"):
        change(site, ("keep_days = 10", 'keep_days = 10\nended = ["pain"]'))
