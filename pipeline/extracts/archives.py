"""Unpacks zip archives and gzipped files into a private folder, so that readers see plain files only."""

from __future__ import annotations

import errno
import gzip
import lzma
import os
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.errors import ExtractError
from pipeline.files.private import private_folder

# A delivery's own folder or archive is named after its day and time, because each one holds files with the same names.
DATED_FOLDER = re.compile(r"\d{8}_\d{4}")
_PACKED = (".zip", ".gz")
_CHUNK = 1 << 20
# What the libraries raise for archives that are damaged, or made to mislead.
_DAMAGED = (
    zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, ValueError, IndexError,
)  # fmt: skip
_OF_THE_MACHINE = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.EROFS)
# Records shrink to a tenth when packed, a column of one repeated value to a thousandth; a bomb shrinks far more.
_LARGEST_RATIO, _ALWAYS_ALLOWED = 200, 100 * _CHUNK


@contextmanager
def unpacked(folder: Path, room: Path) -> Iterator[Path]:
    """The folder itself if nothing in it is packed; else `room`, which must not exist yet and is deleted afterwards.

    Raises ExtractError where a packed file is damaged, protected by a password, or far too large when unpacked.
    """
    if not folder.is_dir() or not any(_packed_files(folder)):
        yield folder
        return
    private_folder(room)
    try:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            _take(path, _room_of(path, folder, room))
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _room_of(path: Path, folder: Path, room: Path) -> Path:
    """Keep the files of one delivery together, as they came."""
    names = (*path.relative_to(folder).parts[:-1], path.stem if path.suffix.lower() == ".zip" else "")
    dated = next((name for name in names if DATED_FOLDER.fullmatch(name)), None)
    if dated is None:
        return room
    own = room / dated
    return own if own.is_dir() else private_folder(own)


def _packed_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix.lower() in _PACKED and path.is_file())


def _take(path: Path, room: Path) -> None:
    """Put one file of the folder into `room`: a link to it, or the files packed in it."""
    try:
        if path.suffix.lower() in _PACKED and not path.stat().st_size:
            raise EOFError
        if path.suffix.lower() == ".zip":
            _unzip(path, room)
        elif path.suffix.lower() == ".gz":
            with gzip.open(path, "rb") as packed:
                _copy(packed, room / path.stem, path.name, most_unpacked(path))
        else:
            _free(room / path.name, path.name).symlink_to(path.resolve())
    except OSError as error:
        if error.errno in _OF_THE_MACHINE:
            raise
        raise _damaged(path) from None
    except _DAMAGED:
        raise _damaged(path) from None


def _damaged(path: Path) -> ExtractError:
    return ExtractError(f"{path.name} cannot be unpacked: it may be cut short. Copy it again.")


def _unzip(path: Path, room: Path) -> None:
    """Every file of an archive by its own name, ignoring the archive's folders: no name can lead out of `room`."""
    left = most_unpacked(path)
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = Path(member.filename.replace("\\", "/")).name
            if member.is_dir() or name.startswith(".") or "__MACOSX" in member.filename:
                continue
            if member.flag_bits & 1:
                raise ExtractError(f"{path.name} is protected by a password. Unpack it yourself first.")
            with archive.open(member) as packed:
                left -= _copy(packed, room / name, path.name, left)


def most_unpacked(path: Path) -> int:
    """How many bytes may come out of a packed file before it is treated as a bomb."""
    return _ALWAYS_ALLOWED + _LARGEST_RATIO * path.stat().st_size


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, source: str, most: int) -> int:
    """Unpack one file, as long as the disk keeps some free space; return how many bytes were written."""
    written = 0
    handle = os.open(_free(target, source), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := packed.read(_CHUNK):
            written += file.write(chunk)
            if written > most:
                raise ExtractError(
                    f"{source} grows more than {_LARGEST_RATIO}-fold when unpacked, which no extract does. Ask where "
                    "it comes from; if it is genuine, unpack it yourself first."
                )
            if shutil.disk_usage(target.parent).free < 64 * _CHUNK:
                raise ExtractError(
                    f"There is no space on the disk to unpack {source}. Free some space, or unpack it elsewhere."
                )
    return written


def _free(target: Path, source: str) -> Path:
    if target.exists() or target.is_symlink():
        raise ExtractError(
            f"{source} holds a file that is also somewhere else in the folder, packed or not. Keep one of the two."
        )
    return target
