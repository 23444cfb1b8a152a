"""The page is whole, accessible by what a machine can tell, and asks nothing of anybody's network."""

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline.quality.judge.finding import Kind
from pipeline.quality.report.findings_text import FINDING_TEXTS
from tests.quality.damage import EVENT, FIRST, PATIENT, change, check, copy, of_practice, put

_VOID = {"meta", "br", "link", "hr", "img"}


class Outline(HTMLParser):
    """Fails where a tag is closed that is not open; gathers headings, tags with attributes, and text by tag."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


@pytest.fixture(scope="module")
def page(extract: Path, clean: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of an extract with a stop and a warning."""
    folder = tmp_path_factory.mktemp("page")
    bad = copy(extract, folder / "bad")
    change(bad, PATIENT, lambda rows: rows.with_columns(put("Surname", None, of_practice(bad, FIRST))))
    change(bad, EVENT, lambda rows: rows.with_columns(put("EnteredDate", None, of_practice(bad, FIRST))))
    check(bad, folder / "out", previous=clean)
    return (folder / "out" / "quality.html").read_text(encoding="utf-8")


def read(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    outline.close()
    assert outline.open == []
    return outline


def test_it_is_built_as_a_page_should_be(page: str) -> None:
    outline = read(page)
    names = [tag for tag, _ in outline.tags]
    headings = [int(tag[1]) for tag in names if re.fullmatch(r"h\d", tag)]
    assert page.startswith("<!DOCTYPE html>") and dict(outline.tags)["html"] == {"lang": "en"}
    assert headings[0] == 1 and headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))
    assert re.search(r"<title>The extract cannot be used", page) and names.count("main") == 1
    assert names.count("caption") == names.count("table") > 0
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in outline.tags if tag == "th")


def test_it_needs_nothing_from_anywhere(page: str) -> None:
    assert not re.search(r"https?:|//[a-z]|url\(|@import|<script|<link|<img|\bon\w+=", page)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_stands_out_from_its_ground(page: str) -> None:
    """WCAG 2.2: 4.5 to 1. Each rule that gives a colour gives the ground it stands on."""
    rules = re.findall(r"{([^{}]*)}", page.split("<style>")[1].split("</style>")[0])
    coloured = [rule for rule in rules if re.search(r"(?<![-\w])color:", rule)]
    assert len(coloured) >= 8
    for rule in coloured:
        text = re.search(r"(?<![-\w])color: (#[0-9a-f]{6})", rule)
        ground = re.search(r"background-color: (#[0-9a-f]{6})", rule)
        assert text and ground, rule
        light, dark = sorted((_luminance(text[1]), _luminance(ground[1])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, rule


def test_it_says_what_since_when_what_to_do_and_whom_to_ask(page: str) -> None:
    text = " ".join(read(page).text.split())
    assert "What stops the search (1)" in text and "What to know before using the lists (1)" in text
    assert "The surname is missing for" in text
    assert "Since when: New: it was not found in the extract of 20 November 2026." in text
    assert "What to do" in text and "Who to ask" in text and "service desk" in text
    assert all(words.looked_for in text for words in FINDING_TEXTS.values())


def test_text_from_an_extract_cannot_become_markup(extract: Path, tmp_path: Path) -> None:
    bad = copy(extract, tmp_path / "bad")
    evil = "<script>alert(1)</script>"
    change(
        bad,
        "Admin_Organisation",
        lambda rows: rows.with_columns(put("OrganisationName", evil, of_practice(bad, FIRST))),
    )
    check(bad, tmp_path / "out")
    page = (tmp_path / "out" / "quality.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page


def test_every_kind_has_words() -> None:
    assert set(FINDING_TEXTS) == set(Kind)
    assert all(words.do.endswith(".") and words.ask.endswith(".") for words in FINDING_TEXTS.values())
