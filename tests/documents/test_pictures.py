"""README's picture of a list is small, shows columns that a list has, and lets a browser fetch and run nothing."""

import re

from pipeline.lists.columns import COLUMNS
from tests.documents.architecture import ROOT
from tests.documents.list_picture import WIDTHS, headings

PICTURE = ROOT / "docs" / "images" / "list.svg"


def test_the_picture_shows_columns_of_the_list_in_order() -> None:
    names = [column.name for column in COLUMNS]
    assert [name for name in names if name in WIDTHS] == list(WIDTHS)
    shown = re.findall(r'font-weight="bold">([^<]+)<', PICTURE.read_text(encoding="utf-8"))
    assert " ".join(shown) == " ".join(headings().values()), "run `make picture`"


def test_the_picture_is_small_and_stands_alone() -> None:
    text = PICTURE.read_text(encoding="utf-8")
    assert len(text) < 150_000
    assert re.findall(r"href|<script|url\(", text) == []
