"""The page that says where things are decided names files that exist, and what is in them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "where-is-it.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "`" in line
]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_answer_is_where_the_page_says(row: list[str]) -> None:
    _, where, names = row
    paths = [ROOT / path for path in quoted(where) if "/" in path]
    assert paths and all(path.exists() for path in paths)
    text = "".join(path.read_text(encoding="utf-8") for path in paths if path.is_file())
    missing = [name for name in quoted(names) if not re.search(rf"^\s*(?:class |def )?{name}\b", text, re.MULTILINE)]
    assert missing == []
