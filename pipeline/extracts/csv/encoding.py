"""Turns a text file into UTF-8, whatever encoding its supplier uses.

A warehouse may have written UTF-8 without saying so. Text in another encoding is hardly ever valid UTF-8 by chance, so
a line that is valid UTF-8 is read as UTF-8.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.extracts.csv.repair import open_private

_CHUNK = 1 << 20


def as_utf8(path: Path, work: Path, encoding: str) -> Path:
    """The file itself where it is UTF-8 already, or ASCII; else a private copy in `work`.

    The encodings that suppliers use have one byte per character, so line numbers do not change.
    """
    if encoding == "utf-8" or _is_ascii(path):
        return path
    copy = work / f"{path.name}.utf8"
    with path.open("rb") as raw, open_private(copy) as out:
        while chunk := raw.read(_CHUNK) + raw.readline(_CHUNK):
            out.write(_decode(chunk, encoding))
    return copy


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
