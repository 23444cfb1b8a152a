"""An installed wheel works outside the repository, rules and code lists included, beside packages of any other name."""

import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("cli", "pipeline", "synthetic_data", "rules", "codelists")
DECOY = "raise ImportError('another package of this name was imported')\n"

SPAWN = """
import casefinder, datetime, multiprocessing
from pipeline.dates import shift_months
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.apply(shift_months, (datetime.date(2024, 1, 31), 1)))
"""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it, and for every room a decoy: another package of the same name."""

    place: Path
    site: Path

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """The output of a program of the environment, started far from the repository."""
        command = [str(self.site.parents[2] / "bin" / str(words[0])), *map(str, words[1:])]
        clean = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return subprocess.run(command, cwd=self.place, env=clean, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Nothing is fetched: what Casefinder depends on is found where the tests found it, the checkout is not."""
    place = tmp_path_factory.mktemp("wheel")
    _python("-m", "hatchling", "build", "-t", "wheel", "-d", place)
    _python("-m", "venv", "--without-pip", place / "venv")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = place / "venv" / "lib" / version / "site-packages"
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    for room in ROOMS:
        (site / room).mkdir()
        (site / room / "__init__.py").write_text(DECOY, encoding="utf-8")
    wheel = next(place.glob("*.whl"))
    target = ("-m", "pip", "--python", place / "venv" / "bin" / "python", "install")
    _python(*target, "--quiet", "--no-deps", "--no-index", wheel)
    return Installed(place, site)


def _python(*words: str | Path) -> None:
    done = subprocess.run([sys.executable, *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_wheel_finds_its_rules_and_code_lists(installed: Installed) -> None:
    done = installed.run("casefinder", "rule", "check", "instep")
    assert done.returncode == 0, done.stderr
    assert "rule instep, version 2, with 16 code lists." in done.stdout
    rooms = installed.site / "casefinder_rooms"
    assert {path.name for path in (rooms / "rules").iterdir()} >= {"instep.yaml", "instep.patients.yaml"}


def test_a_wheel_holds_every_file_of_every_room(installed: Installed) -> None:
    """Templates, SQL and schemas as well as Python."""
    for room in ROOMS:
        assert _files(installed.site / "casefinder_rooms" / room) == _files(ROOT / room)


def _files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*.*") if "__pycache__" not in path.parts}


def test_a_process_that_casefinder_starts_finds_its_rooms(installed: Installed) -> None:
    """Started afresh, as on Windows, so that nothing is inherited but what multiprocessing hands over."""
    (installed.place / "spawn.py").write_text(SPAWN, encoding="utf-8")
    done = installed.run("python", "spawn.py")
    assert done.stdout == "2024-02-29\n", done.stderr


def test_a_wheel_puts_no_common_name_among_the_packages(installed: Installed) -> None:
    """Other programs of the environment still get the packages that they mean."""
    recorded = next(installed.site.glob("casefinder-*.dist-info/RECORD")).read_text(encoding="utf-8")
    names = {line.split("/", 1)[0].split(",", 1)[0] for line in recorded.splitlines()}
    assert {name for name in names if not name.startswith((".", "__pycache__", "casefinder"))} == set()
    for room in ROOMS:
        assert "another package of this name" in installed.run("python", "-c", f"import {room}").stderr
