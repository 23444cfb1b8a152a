"""One synthetic extract of two practices, and the outcome of its check, for every test of a file."""

from pathlib import Path

import pytest

from synthetic_data import generate
from tests.quality.damage import check


@pytest.fixture(scope="session")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("synthetic") / "extract"
    generate("emis", 2500, 2, 5, folder)
    return folder


@pytest.fixture(scope="session")
def clean(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the check of the undamaged extract wrote."""
    out = tmp_path_factory.mktemp("checked") / "clean"
    assert check(extract, out).findings == ()
    return out
