"""Reads a file that people write by hand, up to the size that such a file can have."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path


def read_small(path: Path, most: int) -> bytes:
    """The file's bytes. Raises OSError, also for a pipe or a device, which may never end, and for more than `most`."""
    # Do not wait for a program to write into a pipe. Windows has no such pipes.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a file, but a pipe or a device")
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is larger than {most:,} bytes")
    return data
