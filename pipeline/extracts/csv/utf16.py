"""Recognises UTF-16, as PowerShell, SQL Server ("Unicode text") and Excel write it, with its mark or without."""

from __future__ import annotations

import codecs
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKS_OF_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def utf16_of(beginning: bytes) -> str:
    """The encoding of a text with this beginning, if it is UTF-16; else an empty text."""
    if beginning.startswith(_MARKS):
        return "" if beginning.startswith(_MARKS_OF_UTF_32) else "utf-16"
    first = beginning[:4]  # without a mark: titles are ASCII, so every second byte is 0
    if len(first) == 4 and first[0] and first[2] and not (first[1] or first[3]):
        return "utf-16-le"
    return "utf-16-be" if len(first) == 4 and first[1] and first[3] and not (first[0] or first[2]) else ""


def utf16_in(path: Path) -> str:
    """The same for a file."""
    with path.open("rb") as file:
        return utf16_of(file.read(4))


def open_beginning(path: Path, most: int) -> BinaryIO:
    """A file to read bytes of UTF-8 from, or of the encoding it has. Of UTF-16 only the first `most` characters."""
    encoding = utf16_in(path)
    if not encoding:
        return path.open("rb")
    with path.open("rb") as file:
        return BytesIO(file.read(2 * most + 2).decode(encoding, errors="replace").encode("utf-8", errors="replace"))
