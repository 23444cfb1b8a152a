"""One pass over a file's bytes: its hash, and its physical lines, which its rows must account for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Scan:
    sha256: str
    lines: int  # line feeds, plus one where the last line has none
    has_nul: bool
    ends_open: bool  # the last line has no line feed: it may be cut short
    last: bytes  # the last byte


def scan_text(path: Path, readable: Path) -> Scan:
    """The hash of the file, and the lines of `readable`, the same text in bytes that show them."""
    scan = scan_bytes(path)
    return replace(scan_bytes(readable), sha256=scan.sha256) if scan.has_nul and readable != path else scan


def scan_bytes(path: Path) -> Scan:
    """Hash the file and count its lines."""
    digest = hashlib.sha256()
    feeds, has_nul, last = 0, False, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            feeds += chunk.count(b"\n")
            has_nul = has_nul or b"\0" in chunk
            last = chunk[-1:]
    ends_open = last not in (b"", b"\n")
    return Scan(digest.hexdigest(), feeds + ends_open, has_nul, ends_open, last)
