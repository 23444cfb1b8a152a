"""Here the check of the extract finds nothing, unless a test asks for it."""

from __future__ import annotations

import pytest


@pytest.fixture
def real_quality() -> None:
    """For a test of what the check does to a night."""


@pytest.fixture(autouse=True)
def no_quality_in_nights(request: pytest.FixtureRequest) -> None:
    if "real_quality" not in request.fixturenames:
        request.getfixturevalue("no_quality")
