"""A site that is put back as it was before each trial, and what undisturbed nights make of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.night.settings import Site, read_settings
from tests.night.killing import HOME, TEMPORARY, Ended, Order, apart, night_of
from tests.night.outcome import StudyOutcome, assert_lists_stand, differences, look, names_on_disk
from tests.night.weeks import STUDIES, TONIGHT, make_weeks

SITE, TEMPLATE = "site", "template"
Kill = Callable[[Order], Ended]


@dataclass(frozen=True)
class Undisturbed:
    """The site after so many whole nights of the same day."""

    studies: dict[str, StudyOutcome]
    names: set[str]
    ended: Ended


@dataclass(eq=False)
class Place:
    """`folder` is the test's own. The site always lies at the same path, since some files name it."""

    folder: Path
    site: Site
    codes: dict[str, set[str]]  # those drawn before the night: they never change, and are never lost
    undisturbed: dict[int, Undisturbed] = field(default_factory=dict)

    @property
    def order(self) -> Order:
        return Order(self.folder / SITE / "site.toml", TONIGHT)

    def put_back(self) -> None:
        shutil.rmtree(self.folder / SITE, ignore_errors=True)
        shutil.copytree(self.folder / TEMPLATE, self.folder / SITE)

    def after(self, nights: int) -> Undisturbed:
        if nights not in self.undisturbed:
            self.put_back()
            for _ in range(nights):
                ended = night_of(self.order, self.folder)
                assert ended.code == 0, ended.said
            self.undisturbed[nights] = Undisturbed(look(self.site, TONIGHT), names_on_disk(self.site), ended)
        return self.undisturbed[nights]

    def published(self) -> dict[str, int]:
        """How often each study was published tonight; and what was ever published stands."""
        runs = assert_lists_stand(self.site, TONIGHT)
        return {name: sum(run.day == TONIGHT for run in runs[name]) for name in STUDIES}

    def try_kills(self, kills: Sequence[Kill]) -> list[Ended]:
        """Nights that are killed, one after the other; then a whole one, after which all must be as it should be."""
        self.put_back()
        ends = []
        for kill in kills:
            ends.append(kill(self.order))
            self.published()
        self.go_on()
        return ends

    def go_on(self) -> None:
        """A whole night, whatever there was before. A killed night published a study's lists, or did nothing."""
        published = self.published()
        ended = night_of(self.order, self.folder)
        assert ended.code == 0, ended.said
        self.assert_as_after(published)

    def assert_as_after(self, published: dict[str, int]) -> None:
        """As after that many undisturbed nights and one more, study by study."""
        found, names = look(self.site, TONIGHT), names_on_disk(self.site)
        for name, nights in published.items():
            assert differences(found[name], self.after(nights + 1).studies[name]) == []
            assert self.codes[name] <= set(found[name].codes.values())
        assert names ^ self.after(1).names == set()
        for elsewhere in (HOME, TEMPORARY):
            assert not list((self.folder / elsewhere).iterdir())


def make_place(folder: Path) -> Place:
    apart(folder, make_weeks, folder / SITE)
    shutil.copytree(folder / SITE, folder / TEMPLATE)
    site = read_settings(folder / SITE / "site.toml")
    return Place(folder, site, {name: set(one.codes.values()) for name, one in look(site, TONIGHT).items()})


def at_touch(place: Place, at: int) -> Kill:
    return lambda order: night_of(replace(order, at=at, act="die"), place.folder)
