"""Every spec runs on every engine: `tables.Spec` asks the one chosen here."""

import pytest

from tests.search import tables
from tests.search.engines import ENGINES


@pytest.fixture(autouse=True, params=ENGINES)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Tests of what only SQL has (its tables, its text) say so with `tables.ON_SQL`."""
    name: str = request.param
    monkeypatch.setattr(tables, "chosen_engine", name)
    return name
