"""Files that came packed, as a folder of plain ones: zip archives and gzipped files, unpacked into a private folder."""

from __future__ import annotations

import gzip
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.errors import ExtractError
from pipeline.lists.files import private_folder

_PACKED = (".zip", ".gz")
_CHUNK = 1 << 20


@contextmanager
def unpacked(folder: Path, room: Path) -> Iterator[Path]:
    """The folder itself where nothing in it is packed; else `room`, which must not exist and is gone afterwards."""
    if not folder.is_dir() or not any(_packed_files(folder)):
        yield folder
        return
    private_folder(room)
    try:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            _take(path, room)
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _packed_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.suffix.lower() in _PACKED and path.is_file())


def _take(path: Path, room: Path) -> None:
    """One file of the folder: a link to it, or what is packed in it."""
    try:
        if path.suffix.lower() in _PACKED and not path.stat().st_size:
            raise EOFError
        if path.suffix.lower() == ".zip":
            _unzip(path, room)
        elif path.suffix.lower() == ".gz":
            with gzip.open(path, "rb") as packed:
                _copy(packed, room / path.stem, path.name)
        else:
            _free(room / path.name, path.name).symlink_to(path.resolve())
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError):
        raise ExtractError(
            f"{path.name} is packed and cannot be unpacked: it may be cut short. Copy it again."
        ) from None


def _unzip(path: Path, room: Path) -> None:
    """Every file of an archive by its own name, without the folders it says: no name can lead out of `room`."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = Path(member.filename.replace("\\", "/")).name
            if member.is_dir() or name.startswith(".") or "__MACOSX" in member.filename:
                continue
            if member.flag_bits & 1:
                raise ExtractError(f"{path.name} is protected by a password. Unpack it yourself first.")
            with archive.open(member) as packed:
                _copy(packed, room / name, path.name)


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path, source: str) -> None:
    """Unpack one file, as long as the disk has room for as much again."""
    handle = os.open(_free(target, source), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := packed.read(_CHUNK):
            file.write(chunk)
            if shutil.disk_usage(target.parent).free < 64 * _CHUNK:
                raise ExtractError(
                    f"There is no room on the disk to unpack {source}. Make room, or unpack it elsewhere."
                )


def _free(target: Path, source: str) -> Path:
    if target.exists() or target.is_symlink():
        raise ExtractError(
            f"{source} holds a file that is in the folder a second time, packed or not. Keep one of the two."
        )
    return target
