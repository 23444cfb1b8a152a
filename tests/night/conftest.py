"""Here the check of the extract finds nothing, unless a test asks for it; and a site that has had a good night."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.night.settings import Site
from tests.night.small import PEOPLE, good_site, keep, put_back


@pytest.fixture
def real_quality() -> None:
    """For a test of what the check does to a night."""


@pytest.fixture(autouse=True)
def no_quality_in_nights(request: pytest.FixtureRequest) -> None:
    if "real_quality" not in request.fixturenames:
        request.getfixturevalue("no_quality")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Path]:
    site = good_site(tmp_path_factory.mktemp("kept") / "site", PEOPLE)
    return site, keep(site)


@pytest.fixture
def site(kept: tuple[Site, Path]) -> Site:
    return put_back(*kept)
