"""The hash of the software that made a run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def software_hash(root: Path = ROOT) -> str:
    """SHA-256 over every file of `pipeline`, by path and content, whatever the line ends of the checkout.

    Python, SQL, thresholds and templates alike: each can change an answer, or how it is put.
    """
    digest = hashlib.sha256()
    for path in sorted(_files(root), key=lambda path: path.relative_to(root).as_posix()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    """All but the caches and settings of Python, an editor or a file manager."""
    for path in root.rglob("*"):
        parts = path.relative_to(root).parts
        if path.is_file() and "__pycache__" not in parts and not any(part.startswith(".") for part in parts):
            yield path
