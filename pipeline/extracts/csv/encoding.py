"""Turns a text file into UTF-8, whatever encoding its supplier uses.

A warehouse may have written UTF-8 without saying so. Text in another encoding is hardly ever valid UTF-8 by chance, so
a line that is valid UTF-8 is read as UTF-8.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.extracts.csv.repair import open_private
from pipeline.extracts.csv.utf16 import utf16_in

_CHUNK = 1 << 20


def as_utf8(path: Path, work: Path, encoding: str) -> Path:
    """The file itself where it is UTF-8 already, or ASCII; else a private copy in `work`.

    The encodings that suppliers use have one byte per character, and of UTF-16 no line end is touched, so line numbers
    do not change.
    """
    wide = utf16_in(path)
    if not wide and (encoding == "utf-8" or _is_ascii(path)):
        return path
    copy = work / f"{path.name}.utf8"
    if wide:
        _copy_utf16(path, copy, wide)
        return copy
    with path.open("rb") as raw, open_private(copy) as out:
        while chunk := raw.read(_CHUNK) + raw.readline(_CHUNK):
            out.write(_decode(chunk, encoding))
    return copy


def _copy_utf16(path: Path, copy: Path, encoding: str) -> None:
    with path.open(encoding=encoding, errors="replace", newline="") as text, open_private(copy) as out:
        while chunk := text.read(_CHUNK):
            out.write(chunk.encode("utf-8", errors="replace").decode("utf-8"))


def _decode(lines: bytes, encoding: str) -> str:
    try:
        return lines.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_decode_line(line, encoding) for line in lines.splitlines(keepends=True))


def _decode_line(line: bytes, encoding: str) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode(encoding, errors="replace")


def _is_ascii(path: Path) -> bool:
    with path.open("rb") as raw:
        return all(chunk.isascii() for chunk in iter(lambda: raw.read(_CHUNK), b""))
