"""A supplier is one `Format`: what must stand for each, and that nothing outside its folder knows it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import pipeline.extracts
from pipeline.extracts.format import Format
from pipeline.extracts.registry import FORMATS, format_of
from synthetic_data.writers import WRITERS

EXTRACTS = Path(pipeline.extracts.__file__).parent
ROOT = EXTRACTS.parents[1]
SHARED = {"csv", "sql"}
# Where every supplier stands in a list, by design.
LISTS = {EXTRACTS / "registry.py", ROOT / "synthetic_data" / "writers.py"}


def by_key(format: Format) -> str:
    return format.key


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_every_folder_is_a_format_and_every_format_has_a_writer() -> None:
    folders = {path.name for path in EXTRACTS.iterdir() if (path / "__init__.py").exists()} - SHARED
    assert folders == {each.key for each in FORMATS} == set(WRITERS)


def test_no_two_formats_share_what_tells_them_apart() -> None:
    for values in ([each.key for each in FORMATS], [each.title for each in FORMATS], [each.looks for each in FORMATS]):
        assert len(set(values)) == len(FORMATS)
    assert [format_of(each.title) for each in FORMATS] == list(FORMATS)


@pytest.mark.parametrize("format", FORMATS, ids=by_key)
def test_every_folder_has_the_modules_that_the_others_have(format: Format) -> None:
    here = {path.stem for path in (EXTRACTS / format.key).glob("*.py")}
    assert here >= {"__init__", "format", "files", "read", "stage", "deliver", "gaps"}


@pytest.mark.parametrize("format", FORMATS, ids=by_key)
def test_the_page_that_a_format_names_is_there(format: Format) -> None:
    text = (EXTRACTS / format.key / "format.py").read_text(encoding="utf-8")
    assert all((ROOT / page).is_file() for page in re.findall(r"docs/formats/\w+\.md", text))


@pytest.mark.parametrize("format", FORMATS, ids=by_key)
def test_nothing_outside_its_folder_imports_a_format(format: Format) -> None:
    """Of the reader's folder nothing at all; of the writer's only other writers, which may use what it draws."""
    own = f"pipeline.extracts.{format.key}"
    for path in (path for room in ("pipeline", "cli", "synthetic_data") for path in (ROOT / room).rglob("*.py")):
        if path in LISTS or path.is_relative_to(EXTRACTS / format.key):
            continue
        assert not {name for name in imports_of(path) if name == own or name.startswith(f"{own}.")}, path.name
    own = f"synthetic_data.{format.key}"
    people = (ROOT / "synthetic_data" / "population").glob("*.py")
    for path in (*(ROOT / "synthetic_data").glob("*.py"), *people, *(ROOT / "cli").glob("*.py")):
        assert path in LISTS or not {name for name in imports_of(path) if name.startswith(f"{own}.")}, path.name
