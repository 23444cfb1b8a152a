"""Turns a text file into UTF-8, whatever encoding its supplier uses."""

from __future__ import annotations

import codecs
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
        decode = codecs.getincrementaldecoder(encoding)(errors="replace").decode
        while chunk := raw.read(_CHUNK):
            out.write(decode(chunk))
    return copy


def _is_ascii(path: Path) -> bool:
    with path.open("rb") as raw:
        return all(chunk.isascii() for chunk in iter(lambda: raw.read(_CHUNK), b""))
