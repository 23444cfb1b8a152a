"""A delivery is applied whole or not at all; one that was applied cut off can be taken back.

What shows that a delivery is not whole: a file ends in the middle of a line, one ends without a line end where the
others have one, a file still changes while it is read, or a table is missing that came before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import duckdb

from pipeline.errors import ExtractError, StoreError
from pipeline.extracts.model import Delivery, Extract
from pipeline.store.manifest import Manifest

_CHUNK = 1 << 20
_LATER = (
    "The delivery was not applied, and will be taken the next time. If nothing is copying it any more, copy it again, "
    "or ask the supplier for it."
)

Seen = Mapping[Path, tuple[int, int, int] | None]  # bytes, last change in nanoseconds, which file; None: not there


def look_at(files: Iterable[Path]) -> Seen:
    """How the files are now."""
    return {path: _look(path) for path in files}


def _look(path: Path) -> tuple[int, int, int] | None:
    try:
        now = path.stat()
    except OSError:  # gone, or a link to nothing, which the reader will refuse
        return None
    return now.st_size, now.st_mtime_ns, now.st_ino


def refuse_changing(before: Seen) -> None:
    """Raises ExtractError if a file has changed since, was replaced or is gone: the tables may not belong together."""
    now = look_at(before)
    for path, was in before.items():
        if now[path] != was:
            raise ExtractError(
                f"{path.name} changed while it was read: it is still being copied, or another extract took its place. "
                "Nothing was taken from this folder. Run this again when nothing writes to it any more."
            )


def refuse_cut(con: duckdb.DuckDBPyConnection, delivery: Delivery, extract: Extract) -> None:
    """Raises ExtractError if a file was cut off. Needs the table `reject` of the delivery that was read in `con`."""
    lines = {file.name: file.lines for file in extract.files}
    ends = {path: ends_a_line(path) for path in delivery.files if lines.get(path.name)}
    torn = set(con.execute("SELECT file, line FROM reject").fetchall())
    for path, is_ended in ends.items():
        if not is_ended and (path.name, lines[path.name]) in torn:
            raise ExtractError(f"{path.name} ends in the middle of a line: it is not all there. {_LATER}")
        if not is_ended and any(ends.values()):
            raise ExtractError(
                f"{path.name} has no line end at its end, although other files of the delivery have one: it is "
                f"probably not all there. {_LATER}"
            )


def refuse_less(before: Manifest, after: Manifest) -> None:
    """Raises ExtractError if a whole extract lacks a table or a column that the one before it had.

    Without a list of those who left or refused, say, people would be listed who were not.
    """
    known = {gap.text for each in before.speaking() for gap in each.gaps}
    formats = {each.format for each in before.speaking()}
    lost = [
        gap.text
        for each in after.speaking()
        for gap in each.gaps
        if each.format in formats and gap.is_missing and gap.text not in known
    ]
    if lost:
        more = f" The same is true of {len(lost) - 1} more." if len(lost) > 1 else ""
        raise ExtractError(
            f"{lost[0]} The extract before had it.{more} {_LATER} If it will not come again, move the store's folder "
            "away: the next night builds a new one."
        )


def ends_a_line(path: Path, size: int | None = None) -> bool:
    """Whether a file, or its first `size` bytes, ends with a line end. In UTF-16 that may be two bytes."""
    size = path.stat().st_size if size is None else size
    with path.open("rb") as file:
        file.seek(max(size - 2, 0))
        return not size or file.read(min(size, 2)).endswith((b"\n", b"\n\0"))


def without_cut(manifest: Manifest, deliveries: Iterable[Delivery]) -> Manifest:
    """The manifest without its newest delivery, if that was applied cut off and is whole here; else as it is.

    Its files are the beginnings of those here, and one of them ended in the middle of a line.
    """
    if not _can_be_taken_back(manifest):
        return manifest
    held = manifest.applied[-1]
    for each in deliveries:
        if (each.feed, each.first, each.last) == (held.feed, held.first, held.last) and _continues(manifest, each):
            return _without_newest(manifest)
    return manifest


def _continues(manifest: Manifest, delivery: Delivery) -> bool:
    here = {path.name: path for path in delivery.files}
    held = manifest.applied[-1].files
    if {file.name for file in held} != set(here):
        return False
    grown = [file for file in held if here[file.name].stat().st_size > file.bytes]
    is_same_so_far = all(_hash_beginning(here[file.name], file.bytes) == file.sha256 for file in held)
    return is_same_so_far and any(not ends_a_line(here[file.name], file.bytes) for file in grown)


def _hash_beginning(path: Path, size: int) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while size > 0 and (chunk := file.read(min(size, _CHUNK))):
            digest.update(chunk)
            size -= len(chunk)
    return digest.hexdigest()


def take_back_newest(manifest: Manifest) -> Manifest:
    """The manifest without its newest delivery. Raises StoreError if that cannot be taken back."""
    if not _can_be_taken_back(manifest):
        raise StoreError(
            "The newest delivery cannot be taken back: the store was begun with it, it replaced everything before it, "
            "or the store has been compacted since. Ask the supplier for a full extract, and apply it with --full."
        )
    return _without_newest(manifest)


def _can_be_taken_back(manifest: Manifest) -> bool:
    """A segment is never changed, so the store is as it was before as soon as nothing names the newest one."""
    if len(manifest.segments) < 2 or len(manifest.applied) < 2:
        return False
    newest = manifest.applied[-1]
    return not newest.is_full and manifest.segments[-1].seq == newest.seq > manifest.segments[-2].seq


def _without_newest(manifest: Manifest) -> Manifest:
    """The generation goes on, so that no folder's name is used twice."""
    update = {"segments": manifest.segments[:-1], "applied": manifest.applied[:-1]}
    return manifest.model_copy(update=update)
