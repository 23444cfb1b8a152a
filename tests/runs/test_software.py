"""The hash of the software changes with every file that can change an answer, and with nothing else."""

import shutil
from pathlib import Path

import pytest

from pipeline.runs.software import ROOT, software_hash

KINDS = sorted({path.suffix for path in ROOT.rglob("*") if path.is_file() and "__pycache__" not in path.parts})


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """One file of each kind that the software has, in folders as deep."""
    root = tmp_path / "pipeline"
    for kind in KINDS:
        first = min(path for path in ROOT.rglob(f"*{kind}") if path.is_file())
        target = root / first.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(first, target)
    return root


def test_there_is_more_than_python() -> None:
    assert {".py", ".sql", ".yaml", ".html", ".txt"} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_byte_more_in_a_file_of_any_kind_is_other_software(copy: Path, kind: str) -> None:
    before = software_hash(copy)
    path = next(copy.rglob(f"*{kind}"))
    path.write_bytes(path.read_bytes() + b" ")
    assert software_hash(copy) != before


def test_a_file_moved_added_or_removed_is_other_software(copy: Path) -> None:
    found = {software_hash(copy)}
    (copy / "new.sql").write_text("SELECT 1", encoding="utf-8")
    found.add(software_hash(copy))
    (copy / "new.sql").rename(copy / "newer.sql")
    found.add(software_hash(copy))
    assert len(found) == 3


def test_line_ends_and_leftovers_are_the_same_software(copy: Path) -> None:
    before = software_hash(copy)
    for path in [path for path in copy.rglob("*") if path.is_file()]:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    for leftover in ("__pycache__/software.cpython-311.pyc", ".DS_Store", ".idea/workspace.xml"):
        (copy / leftover).parent.mkdir(exist_ok=True)
        (copy / leftover).write_bytes(b"left over")
    assert software_hash(copy) == before
