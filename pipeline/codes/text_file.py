"""The text of a list's file, the same whichever system saved it, and its SHA-256."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipeline.codes.findings import Finding
from pipeline.files.bounded import read_small

LARGEST = 20_000_000  # bytes; the longest public list we have seen is a tenth of this


def read_text(path: Path, largest: int = LARGEST) -> tuple[str, list[Finding]]:
    """The text with plain line ends and no byte order mark; empty, with the reason, if it cannot be read."""
    try:
        content = read_small(path, largest)
    except FileNotFoundError:
        return "", [Finding("error", str(path), 0, "this file is missing")]
    except OSError as error:
        wrong = f"the file cannot be opened ({error.strerror}); is it open in another program?"
        return "", [Finding("error", str(path), 0, wrong)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return "", [Finding("error", str(path), line, "this is not UTF-8 text; save the file again as UTF-8")]
    return text.replace("\r\n", "\n").replace("\r", "\n"), []


def text_hash(text: str) -> str:
    """SHA-256 of the text with one line end at the end: the same as `sha256sum` of the file saved on Linux."""
    return hashlib.sha256((text.rstrip("\n") + "\n").encode()).hexdigest()
