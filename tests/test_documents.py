"""The documents do not drift: what they point at exists."""

import re
from pathlib import Path

from pipeline.tables import REJECT, TABLES
from tests.search.manual import render

ROOT = Path(__file__).parents[1]
DOCUMENTS = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))


def test_every_worked_example_named_is_a_test() -> None:
    named = re.findall(
        r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "docs" / "reading-rules.md").read_text(encoding="utf-8")
    )
    assert len(named) > 30
    missing = [
        f"{file}::{test}" for file, test in named if f"def {test}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_the_reference_is_what_the_spec_tests_say() -> None:
    kept = (ROOT / "docs" / "reference" / "rules.md").read_text(encoding="utf-8")
    assert kept == render(), "run `make docs`"


def test_every_link_to_a_file_leads_somewhere() -> None:
    for document in DOCUMENTS:
        links = re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text(encoding="utf-8"))
        assert [link for link in links if not (document.parent / link).exists()] == [], document.name


def test_the_plain_format_names_every_column() -> None:
    text = (ROOT / "docs" / "plain-format.md").read_text(encoding="utf-8")
    sections = dict(part.split("\n", 1) for part in text.split("\n## ")[1:])
    for table in TABLES:
        if table is not REJECT:
            assert re.findall(r"^\| (\w+) \|", sections[table.name], re.M)[1:] == list(table.names)
