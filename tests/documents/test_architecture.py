"""docs/architecture.md and CONTRIBUTING.md say what is so: their drawing is current, and what they name exists."""

import re
from pathlib import Path

import pytest

from tests.documents.architecture import PAGE, ROOT, page, rooms, shortest

NAMING = (PAGE, ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs" / "decisions").glob("*.md")))


def test_the_drawing_is_what_the_imports_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_every_room_has_its_promise() -> None:
    promised = re.findall(r"^\| `([\w/.]+)` \|", PAGE.read_text(encoding="utf-8"), re.M)
    assert [name.removesuffix(".py").strip("/").replace("/", ".") for name in promised] == rooms()


def test_an_arrow_is_left_out_where_a_longer_way_says_the_same() -> None:
    assert shortest({("a", "b"), ("b", "c"), ("a", "c")}) == {("a", "b"), ("b", "c")}
    assert shortest({("a", "b"), ("a", "c")}) == {("a", "b"), ("a", "c")}


@pytest.mark.parametrize("document", NAMING, ids=lambda path: path.name)
def test_every_file_and_function_named_is_there(document: Path) -> None:
    named = re.findall(r"`((?:[\w-]+/)+[\w.-]*)(?:::(\w+))?`", document.read_text(encoding="utf-8"))
    assert [name for name, defined in named if not _is_there(ROOT / name, defined)] == []


def _is_there(path: Path, defined: str) -> bool:
    return path.exists() and (not defined or f"\ndef {defined}(" in path.read_text(encoding="utf-8"))
