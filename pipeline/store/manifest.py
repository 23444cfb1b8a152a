"""The store's manifest: the only file that is ever replaced. A file that it does not name is not in the store."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import StoreError
from pipeline.extracts.gaps import Gap
from pipeline.extracts.model import Extract, Nouns, SourceFile
from pipeline.files.bounded import read_small
from pipeline.files.private import create_private, flush_folder

SCHEMA = 3
LARGEST = 200_000_000  # bytes: hundreds of thousands of files, some hundred bytes each
MANIFEST = "manifest.json"
OPEN = "0" * 64  # stands in for the seal while the rest is hashed
_WRITTEN_BY = re.compile(rb'"store_schema": ?(\d{1,9})')
_SEAL = re.compile(rb'"seal": "([0-9a-f]{64})"')


class _Model(BaseModel):
    # An alias is a key as the stores of earlier versions have it.
    model_config = ConfigDict(extra="forbid", frozen=True, validate_by_name=True, serialize_by_alias=True)


class KeptFile(_Model):
    """A Parquet file of a segment; `table` is a kept table's, or `waiting_<table>` for rows without their patient."""

    table: str
    path: str = Field(pattern=r"^segments/\d{6,}/[a-z_]+(-\d\d)?\.parquet$")  # from the store's folder
    rows: int
    bytes: int
    sha256: str


class Segment(_Model):
    """What one delivery, or a compaction of all deliveries up to it, put in the store. Never changed."""

    seq: int
    files: tuple[KeptFile, ...]


class AppliedFile(_Model):
    """A supplier's file as it was read."""

    name: str
    sha256: str
    bytes: int
    lines: int
    rows: int
    rejected: int
    breaks: int


class KeptCounts(_Model):
    """The counts for the quality check, made when a delivery came. `of`: what was counted, as `Manifest.content`.

    `version`: of the way of counting. `notes`: a hash of the codes that were counted as fit notes.
    """

    of: str
    version: int
    notes: str
    files: tuple[KeptFile, ...]


class Applied(_Model):
    """A delivery that is in the store. `left_out`, `gaps`, `warnings`: as the reader gave them.

    `is_full`: a full extract, which replaced everything that its feed had delivered before.
    """

    seq: int
    feed: str
    first: int
    last: int
    day: int | None
    is_full: bool
    format: str
    version: str
    files: tuple[AppliedFile, ...]
    left_out: dict[str, int]
    gaps: tuple[Gap, ...] = Field(alias="lacks")
    warnings: tuple[str, ...]
    pseudonymised_because: str = Field(alias="nameless")


class Manifest(_Model):
    """`generation` counts the manifests before this one. `nouns`: what the format's users call the rows.

    `key_check`: in a pseudonymised store, shows that a key is wrong. `seal`: in the file, the SHA-256 of the rest:
    one changed digit in a date would list other people.
    """

    store_schema: int = SCHEMA
    seal: str = OPEN
    generation: int = 0
    nouns: dict[str, str | bool] = {}
    key_check: str | None = None
    segments: tuple[Segment, ...] = ()
    applied: tuple[Applied, ...] = ()
    counts: KeptCounts | None = None

    @property
    def seq(self) -> int:
        """The number of the newest delivery; 0 in a store that holds none."""
        return self.applied[-1].seq if self.applied else 0

    @property
    def files(self) -> tuple[KeptFile, ...]:
        """Every file of the store."""
        counts = self.counts.files if self.counts else ()
        return (*(file for segment in self.segments for file in segment.files), *counts)

    @property
    def content(self) -> str:
        """A hash of all the rows there are, and of the account of each delivery."""
        parts = [*self.segments, *self.applied]
        return sha256("".join(each.model_dump_json() for each in parts).encode()).hexdigest()

    @property
    def next_file(self) -> int:
        """The number that the next source file gets."""
        return 1 + sum(len(each.files) for each in self.applied)

    @property
    def is_pseudonymised(self) -> bool:
        return self.key_check is not None

    @property
    def pseudonymised_because(self) -> str:
        """Why no list can be written from this store; empty where one can."""
        if self.is_pseudonymised:
            return "This store is pseudonymised: it does not say who anyone is."
        return next((each.pseudonymised_because for each in self.applied if each.pseudonymised_because), "")

    def speaking(self) -> tuple[Applied, ...]:
        """The deliveries that still count: for each feed, the newest full extract and what came after it."""
        begins = {each.feed: each.seq for each in self.applied if each.is_full}
        return tuple(each for each in self.applied if each.seq >= begins.get(each.feed, 0))

    def newest(self, feed: str) -> Applied | None:
        """The delivery of a feed that was applied last."""
        return next((each for each in reversed(self.applied) if each.feed == feed), None)


def read_manifest(store: Path) -> Manifest:
    """Raises StoreError if the folder is not a store, or is one that this version cannot read."""
    try:
        data = read_small(store / MANIFEST, LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        raise StoreError(
            f"{store} is not a Casefinder store. To make one, use 'casefinder store build {store} --extract FOLDER'."
        ) from None
    except OSError as error:
        raise StoreError(
            f"The store {store} cannot be read: {error.strerror}. Ask the owner of the folder for access."
        ) from None
    try:
        manifest = Manifest.model_validate_json(_unsealed(data))
        read_nouns(manifest)
    except (ValueError, TypeError):  # pydantic's is a ValueError
        raise StoreError(_not_readable(store, data)) from None
    if manifest.store_schema != SCHEMA:
        raise StoreError(_not_readable(store, data))
    return manifest


def _not_readable(store: Path, data: bytes) -> str:
    written = _WRITTEN_BY.search(data)
    if written is None or int(written[1]) == SCHEMA or not _is_json(data):
        return f"{store}: {MANIFEST} is damaged or cut short. Restore it from a backup, or build the store again."
    return f"{store} was written by another version of Casefinder. Build it again from a full extract."


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def seal(data: bytes) -> bytes:
    """The manifest's text with its own hash in it."""
    return data.replace(OPEN.encode(), sha256(data).hexdigest().encode(), 1)


def _unsealed(data: bytes) -> bytes:
    """As it was before it was sealed. Raises ValueError if any byte has changed."""
    seal = _SEAL.search(data)
    if seal is None:
        raise ValueError("no seal")
    text = data.replace(seal[1], OPEN.encode(), 1)
    if sha256(text).hexdigest().encode() != seal[1]:
        raise ValueError("not as it was written")
    return text


def write_manifest(store: Path, manifest: Manifest) -> None:
    """Swap it in. From now on the store is what this manifest says, even after a power cut."""
    with create_private(store / MANIFEST) as file:
        file.write(seal(manifest.model_dump_json(indent=1).encode()))
    flush_folder(store)


def record_applied(
    extract: Extract,
    seq: int,
    feed: str,
    numbers: tuple[int, int],
    day: int | None,
    is_full: bool,
    sizes: dict[str, int],
) -> Applied:
    """The record of a delivery that was just read. `sizes`: bytes of each file, by name."""
    return Applied(
        seq=seq,
        feed=feed,
        first=numbers[0],
        last=numbers[1],
        day=day,
        is_full=is_full,
        format=extract.format,
        version=extract.version,
        files=tuple(_applied_file(file, sizes[file.name]) for file in extract.files),
        left_out=extract.left_out,
        gaps=extract.gaps,
        warnings=extract.warnings,
        pseudonymised_because=extract.pseudonymised_because,
    )


def _applied_file(file: SourceFile, size: int) -> AppliedFile:
    return AppliedFile(bytes=size, **vars(file))


def read_nouns(manifest: Manifest) -> Nouns:
    return Nouns(**manifest.nouns)  # type: ignore[arg-type]  # written from one
