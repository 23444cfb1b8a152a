"""Output files that only this account can read, and that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import OutputError

PART = ".part"  # ends the name of a file that is being written


@contextmanager
def create_private(path: Path) -> Iterator[BinaryIO]:
    """Opens a new file (mode 0600 from its first moment) that replaces `path` when the block ends well.

    It is written next to `path` as `<name>.part`, so a killed run leaves the last good file, and a file that others
    could read is replaced, not filled. Raises OutputError where it cannot be written. Windows has no modes: there
    the file takes the access list of its folder, which is why it belongs in a `private_folder`.
    """
    part = path.with_name(f"{path.name}{PART}")
    try:
        part.unlink(missing_ok=True)
        with open(part, "xb", opener=_open_0600) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise OutputError(_say_why(path, error)) from None
    finally:
        _discard(part)


def private_folder(path: Path) -> Path:
    """Makes `path` and any folder missing above it, mode 0700, and returns it. A folder already there keeps its mode.

    On Windows, Python 3.11.10 and later give a 0700 folder an access list of this user and the administrators only.
    """
    try:
        for folder in reversed((path, *path.parents)):
            if not folder.is_dir():
                folder.mkdir(mode=0o700, exist_ok=True)
                flush_folder(folder.parent)
    except OSError as error:
        raise OutputError(_say_why(path, error)) from None
    return path


def flush_folder(path: Path) -> None:
    """The names in a folder to the disk. Windows cannot, and flushes them with the files."""
    if os.name == "nt":
        return
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise OutputError(_say_why(path, error)) from None


def _open_0600(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)


def _discard(part: Path) -> None:
    """Removes an unfinished file. Failing to is no reason to hide the error that brought us here."""
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return


def _say_why(path: Path, error: OSError) -> str:
    """What happened and what a person can do about it."""
    if isinstance(error, PermissionError):
        cause, fix = "it is open in Excel or another program, or this account may not write there", "close it"
    elif isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError):
        cause, fix = "there is a file where a folder should be, or a folder where a file should be", "move it away"
    elif isinstance(error, FileNotFoundError):
        cause, fix = "its folder is not there", "make the folder"
    elif error.errno == ENOSPC:
        cause, fix = "the disk is full", "make room"
    else:
        cause, fix = error.strerror or "the system refused", "fix that"
    return f"Cannot write {path}: {cause}. Either {fix} or choose another output folder, and run again."
