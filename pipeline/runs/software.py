"""The fingerprint of the software that made a run."""

from __future__ import annotations

import hashlib
from pathlib import Path


def software_hash() -> str:
    """SHA-256 over every Python file of `pipeline`, by path and content, whatever the line ends of the checkout."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py"), key=lambda path: path.relative_to(root).as_posix()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()
