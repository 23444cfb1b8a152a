"""One version, one rule: a change under it stops the study, and a new version says who comes and goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from pipeline.ledger import record_run
from pipeline.ledger.open import open_ledger
from pipeline.ledger.published import published_runs
from pipeline.ledger.recorded_rules import recorded_rules
from pipeline.night.page import PAGE
from pipeline.night.settings import Site
from tests.night.small import DAY, Person, later, make_site, night, read_list, somebody

PEOPLE = [somebody(0), somebody(1, pain=later(-400)), somebody(2, cancer=later(-1))]
Change = Callable[[Path], None]


def replace_in(name: str, before: str, after: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    return change


THRESHOLD = replace_in("first.yaml", "12 months", "14 months")
CHANGES = {
    "the rule's file": THRESHOLD,
    "the code list small-cancer": replace_in("lists/small-cancer.csv", "363346000", "22298006"),
    "the invented patients": replace_in("first.patients.yaml", "two years ago", "long ago"),
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = make_site(tmp_path, ("first", "second"))
    assert night(site, PEOPLE).exit_code == 0
    return site


def folder(site: Site) -> Path:
    return site.output.parent


def new_version(site: Site, before: int = 1) -> None:
    replace_in("first.yaml", f"version: {before}", f"version: {before + 1}")(folder(site))


def page(site: Site) -> str:
    return " ".join((site.output / PAGE).read_text(encoding="utf-8").replace("&#39;", "'").split())


def days(site: Site, study: str = "first") -> list[int]:
    with open_ledger(site.ledger, DAY) as ledger:
        return [(run.day - DAY).days for run in published_runs(ledger, study)]


@pytest.mark.parametrize("what", ["the rule's file", "the invented patients"])
def test_a_change_under_one_version_stops_its_study_and_the_last_list_stands(site: Site, what: str) -> None:
    CHANGES[what](folder(site))
    before = read_list(site, study="first")
    result = night(site, PEOPLE, later(1))
    assert result.exit_code == 10 and [one.study for one in result.failures] == ["first"]
    assert f"as it was on 02/11/2026. Changed: {what}." in page(site) and "new version number" in page(site)
    assert days(site) == [0] and days(site, "second") == [0, 1] and read_list(site, study="first") == before


def test_a_code_list_that_changed_stops_the_studies_that_use_it(site: Site) -> None:
    CHANGES["the code list small-cancer"](folder(site))
    result = night(site, PEOPLE, later(1))
    assert [one.error.exit_code for one in result.failures] == [10, 10]
    assert "Changed: the code list small-cancer." in page(site)


def extend(site: Site) -> None:
    """The study's rule becomes one that extends another file, as version 2."""
    root = folder(site)
    text = (root / "first.yaml").read_text(encoding="utf-8")
    (root / "base.yaml").write_text(text.replace("rule: first", "rule: base"), encoding="utf-8")
    (root / "first.yaml").write_text("rule: first\nversion: 2\ntitle: Pain\nextends: base\n", encoding="utf-8")


def test_a_file_that_the_rule_extends_counts_too(site: Site) -> None:
    extend(site)
    assert night(site, PEOPLE, later(1)).exit_code == 0
    replace_in("base.yaml", "12 months", "14 months")(folder(site))
    assert night(site, PEOPLE, later(2)).exit_code == 10 and "Changed: the rule's file." in page(site)


def test_what_was_put_back_runs_again(site: Site) -> None:
    THRESHOLD(folder(site))
    assert night(site, PEOPLE, later(1)).exit_code == 10
    replace_in("first.yaml", "14 months", "12 months")(folder(site))
    assert night(site, PEOPLE, later(2)).exit_code == 0 and days(site) == [0, 2]


def test_a_new_version_publishes_and_says_who_comes_and_goes(site: Site) -> None:
    THRESHOLD(folder(site))
    new_version(site)
    result = night(site, PEOPLE, later(1))
    assert result.exit_code == 0 and days(site) == [0, 1]
    assert "first: this is the first run with version 2 of the rule first. The last run, on 02/11/2026" in page(site)
    assert "1 person came onto the list, 0 people left it" in page(site)
    night(site, PEOPLE, later(2))
    assert "first run with version" not in page(site)


def test_those_who_go_are_counted(site: Site) -> None:
    THRESHOLD(folder(site))
    replace_in("first.yaml", "exclude: [cancer]\n", "")(folder(site))
    new_version(site)
    night(site, PEOPLE, later(1))
    assert "2 people came onto the list" in page(site)
    for before, after in (("14 months", "12 months"), ("include: pain\n", "include: pain\nexclude: [cancer]\n")):
        replace_in("first.yaml", before, after)(folder(site))
    new_version(site, 2)
    night(site, PEOPLE, later(2))
    assert "0 people came onto the list, 1 person left it because of an exclusion, and 1 person on it is" in page(site)


def test_an_old_version_may_come_back_only_as_it_was(site: Site) -> None:
    THRESHOLD(folder(site))
    new_version(site)
    assert night(site, PEOPLE, later(1)).exit_code == 0
    replace_in("first.yaml", "version: 2", "version: 1")(folder(site))
    assert night(site, PEOPLE, later(2)).exit_code == 10
    replace_in("first.yaml", "14 months", "12 months")(folder(site))
    assert night(site, PEOPLE, later(3)).exit_code == 0 and days(site) == [0, 1, 3]


def test_a_ledger_of_an_earlier_casefinder_knows_the_rule_and_its_lists(tmp_path: Path) -> None:
    """It recorded one hash for both, and none for the invented patients."""
    site = make_site(tmp_path, ("first",))
    with patch.object(record_run, "_describe", lambda run: json.dumps(old_body(run))):
        assert night(site, PEOPLE).exit_code == 0
    with open_ledger(site.ledger, DAY) as ledger:
        assert not recorded_rules(ledger, "first")[-1].parts
    CHANGES["the invented patients"](tmp_path)
    assert night(site, PEOPLE, later(1)).exit_code == 0
    THRESHOLD(tmp_path)
    assert night(site, PEOPLE, later(2)).exit_code == 10


def old_body(run: record_run.Run) -> dict[str, object]:
    days = {practice: day.isoformat() for practice, day in run.practices.items()}
    known = {"rule": run.rule, "version": run.version, "fingerprint": run.fingerprint}
    return {**known, "index_date": run.index_date.isoformat(), "practices": days}


def test_nobody_is_named_in_what_is_said(site: Site) -> None:
    THRESHOLD(folder(site))
    night(site, [*PEOPLE, Person("secret")], later(1))
    assert "secret" not in page(site)
