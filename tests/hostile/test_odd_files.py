"""What the world puts around and beside the files of an extract: it changes no list, and never goes unsaid."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.extracts.read import FILLERS
from tests.hostile.folders import FOLDERS, TEXT, Files
from tests.hostile.looking import Seen, look
from tests.hostile.oracle import sound


def underline(text: bytes, end: bytes) -> bytes:
    """As sqlcmd writes a table."""
    titles, *rows = text.split(end)
    mark = next(each for each in (b"\t", b",") if each in titles)
    dashes = mark.join(b"-" * max(2, len(title)) for title in titles.split(mark))
    count = b"(%d rows affected)" % (text.count(end) - 1)
    return end.join([titles, dashes, *rows, count, b""])


AROUND: dict[str, Callable[[bytes, bytes], bytes]] = {
    "an empty line at the end": lambda text, end: text + end,
    "empty lines at the end": lambda text, end: text + end + b"  " + end + end,
    "an empty line below the titles": lambda text, end: text.replace(end, end + end, 1),
    "an empty line above the titles": lambda text, end: end + text,
    "the separator for Excel": lambda text, end: b"sep=," + end + text,
    "the mark of DOS": lambda text, end: text + b"\x1a",
    "what sqlcmd adds": underline,
}


def spoil(files: Files, change: Callable[[bytes, bytes], bytes]) -> Files:
    """Every text file of a folder, changed; one with line breaks in fields is left as it is."""
    spoilt = {}
    for name, text in files.items():
        end = b"\r\n" if b"\r\n" in text else b"\n"
        is_simple = name.endswith((".csv", ".txt", ".tsv")) and text.endswith(end) and b'\n"' not in text
        spoilt[name] = change(text, end) if is_simple else text
    return spoilt


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("format", TEXT)
def test_lines_that_are_no_rows_change_nothing_and_are_counted(format: str, around: str) -> None:
    seen: Seen = look(spoil(FOLDERS[format](), AROUND[around]))
    assert (seen.error, seen.listed, seen.rejects) == ("", sound(format).listed, sound(format).rejects)
    assert dict(seen.left_out)[FILLERS] > 0
    assert any("are not rows and were passed over" in warning for warning in seen.warnings)
