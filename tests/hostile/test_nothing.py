"""Words for nothing and stand-ins for none: inserted into a clean extract they change no list, and are said."""

from __future__ import annotations

import pytest

from pipeline.extracts.csv.relation import Dialect
from tests.effort import some
from tests.hostile.folders import FOLDERS, TEXT, Files
from tests.hostile.looking import look
from tests.hostile.oracle import sound
from tests.hostile.table import read_grid, write_grid

WORDS = ("NULL", "\\N", "NaN", "NaT", "None", "NA", "null", "(null)", "<NA>", "#N/A", "  NULL ")


def _filled(files: Files, dialect: Dialect, word: str) -> Files:
    """Every empty field of every file holds the word."""
    written = {}
    for name, content in files.items():
        grid = read_grid(content, dialect)
        rows = [[value or word for value in row] for row in grid.rows] if grid else []
        written[name] = write_grid(grid.__class__(grid.header, rows), dialect) if grid and rows else content
    return written


def _without_manifest(files: Files, changed: Files) -> Files:
    return {name: files[name] if "Manifest" in name else content for name, content in changed.items()}


@pytest.mark.parametrize("format", TEXT)
@pytest.mark.parametrize("word", some(WORDS, 3))
def test_a_word_for_nothing_in_every_empty_field(format: str, word: str) -> None:
    files = FOLDERS[format]()
    seen = look(_without_manifest(files, _filled(files, TEXT[format], word)))
    assert seen.error == ""
    assert seen.listed == sound(format).listed
    assert any("hold a word for nothing" in warning and word.strip() in warning for warning in seen.warnings)
