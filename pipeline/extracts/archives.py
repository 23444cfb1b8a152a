"""Unpacks zip and tar archives and compressed files into a private folder, so that readers see plain files only."""

from __future__ import annotations

import bz2
import errno
import gzip
import lzma
import os
import re
import shutil
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path
from typing import IO, Literal

from pipeline.errors import ExtractError
from pipeline.extracts.file_names import is_dropping
from pipeline.files.private import private_folder

# A delivery's own folder or archive is named after its day and time, because each one holds files with the same names.
DATED_FOLDER = re.compile(r"\d{8}_\d{4}")
_COMPRESSED: dict[str, Callable[[Path, Literal["rb"]], BufferedIOBase]] = {
    ".gz": gzip.open, ".tgz": gzip.open, ".bz2": bz2.open, ".tbz2": bz2.open, ".xz": lzma.open, ".txz": lzma.open
}  # fmt: skip
_PACKED = (".zip", ".tar", *_COMPRESSED)
NOT_UNPACKED = (".7z", ".rar", ".zst", ".z", ".lz4", ".cab", ".arj", ".lzh")  # that no library of Python's opens
_CHUNK = 1 << 20
_DEEPEST = 3  # archives inside one another
# What the libraries raise for archives that are damaged, or made to mislead.
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, struct.error, EOFError,
    NotImplementedError, RuntimeError, ValueError, IndexError,
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
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and not is_dropping(path.name)):
            _take(path, _room_of(path, folder, room))
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _room_of(path: Path, folder: Path, room: Path) -> Path:
    """Keep the files of one delivery together, as they came."""
    bare = path.name
    while Path(bare).suffix.lower() in _PACKED:
        bare = Path(bare).stem
    names = (*path.relative_to(folder).parts[:-1], bare if bare != path.name else "")
    dated = next((name for name in names if DATED_FOLDER.fullmatch(name)), None)
    if dated is None:
        return room
    own = room / dated
    return own if own.is_dir() else private_folder(own)


def _packed_files(folder: Path) -> Iterator[Path]:
    files = (path for path in folder.rglob("*") if path.suffix.lower() in _PACKED and path.is_file())
    return (path for path in files if not is_dropping(path.name))


def _take(path: Path, room: Path) -> None:
    """Put one file of the folder into `room`: a link to it, or the files packed in it."""
    try:
        if path.suffix.lower() in _PACKED and not path.stat().st_size:
            raise EOFError
        if path.suffix.lower() in _ARCHIVES:
            _ARCHIVES[path.suffix.lower()](path, room, most_unpacked(path))
        elif path.suffix.lower() in _COMPRESSED:
            _decompress(path, room, path.name, most_unpacked(path), depth=0)
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


def _unzip(path: Path, room: Path, left: int, depth: int = 1) -> int:
    """Every file of an archive by its own name, ignoring the archive's folders: no name can lead out of `room`.

    At most `left` bytes may come out, those of archives inside it among them; how many do.
    """
    allowed = left
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            name = _own_name(member.filename)
            if member.is_dir() or not name:
                continue
            if member.flag_bits & 1:
                raise ExtractError(f"{path.name} is protected by a password. Unpack it yourself first.")
            with archive.open(member) as packed:
                left -= _take_member(packed, name, path, room, left, depth)
    return allowed - left


def _untar(path: Path, room: Path, left: int, depth: int = 1) -> int:
    """The same for a tar archive. Links and devices in it are passed over."""
    allowed = left
    with tarfile.open(path, "r:") as archive, path.open("rb") as raw:
        for member in archive:
            name = _own_name(member.name)
            if name and member.isfile() and (packed := archive.extractfile(member)):
                left -= _take_member(packed, name, path, room, left, depth)
        raw.seek(archive.offset)
        if raw.read(tarfile.BLOCKSIZE) != bytes(tarfile.BLOCKSIZE):  # an empty block ends a whole archive
            raise EOFError
    return allowed - left


_ARCHIVES = {".zip": _unzip, ".tar": _untar}


def _own_name(member: str) -> str:
    """A file's name without its folders; empty for what a system left there."""
    name = Path(member.replace("\\", "/")).name
    return "" if name.startswith(".") or "__MACOSX" in member else name


def _take_member(packed: IO[bytes], name: str, path: Path, room: Path, left: int, depth: int) -> int:
    """One file of an archive, or what is packed in it; how many bytes come out."""
    if Path(name).suffix.lower() in _ARCHIVES and depth == _DEEPEST:
        raise ExtractError(f"{name} is packed inside {depth} other archives. Unpack it yourself first.")
    written = _copy(packed, room / name, path.name, left)
    return written + _unpack_inner(room / name, room, left - written, depth)


def _unpack_inner(path: Path, room: Path, left: int, depth: int) -> int:
    """What is packed in a file that came out of an archive, in its place; how many bytes come out."""
    ending = path.suffix.lower()
    if ending not in _PACKED:
        return 0
    name = path.name
    path = path.rename(path.with_name(f"{depth}.{name}"))  # what is in it may be called the same
    if ending in _ARCHIVES:
        written = _ARCHIVES[ending](path, room, left, depth + 1)
    else:
        written = _decompress(path, room, name, left, depth)
    path.unlink()
    return written


def _decompress(path: Path, room: Path, name: str, left: int, depth: int) -> int:
    """The file that a compressed file holds, or what is packed in that; how many bytes come out."""
    ending = path.suffix.lower()
    inner = Path(name).stem + (".tar" if ending.startswith(".t") else "")
    with _COMPRESSED[ending](path, "rb") as packed:
        written = _copy(packed, room / inner, path.name, left)
    return written + _unpack_inner(room / inner, room, left - written, depth)


def most_unpacked(path: Path) -> int:
    """How many bytes may come out of a packed file before it is treated as a bomb."""
    return _ALWAYS_ALLOWED + _LARGEST_RATIO * path.stat().st_size


def _copy(packed: IO[bytes] | BufferedIOBase, target: Path, source: str, most: int) -> int:
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
