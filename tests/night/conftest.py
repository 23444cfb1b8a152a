"""The check of the extract takes most of a small night and is tested elsewhere: here it finds nothing, unless asked."""

from __future__ import annotations

import pytest


@pytest.fixture
def real_quality() -> None:
    """For a test of what the check does to a night."""


@pytest.fixture(autouse=True)
def no_quality(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "real_quality" not in request.fixturenames:
        monkeypatch.setattr("pipeline.quality.gate.find_breaches", lambda *_: [])
