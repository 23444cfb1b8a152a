"""Files that only their owner may read, as a practice's would be kept."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO


def open_private(path: Path) -> BinaryIO:
    """A new file of bytes, mode 0600."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # the last on Windows only
    return os.fdopen(os.open(path, flags, 0o600), "wb")
