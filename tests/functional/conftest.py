"""One synthetic extract and one search of it, for every test of a file."""

from pathlib import Path

import pytest

from synthetic_data import generate
from tests.functional.commands import casefinder, casefinder_apart

RULE = Path(__file__).parents[2] / "rules" / "instep.yaml"


@pytest.fixture(scope="session")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3,000 registrations in 3 practices; EMIS files with truth.csv among them."""
    folder = tmp_path_factory.mktemp("synthetic") / "extract"
    done = casefinder("synth", "--patients", "3000", "--practices", "3", "--seed", "11", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """400 registrations in 1 practice, for what does not hang on who is in the extract."""
    folder = tmp_path_factory.mktemp("small") / "extract"
    generate("emis", 400, 1, 11, folder)
    return folder


@pytest.fixture(scope="session")
def run(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a finished InSTEP search, by the installed command."""
    folder = tmp_path_factory.mktemp("runs") / "run"
    done = casefinder_apart("search", "--extract", extract, "--rule", RULE, "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder
