"""Stores whose files somebody changed: the list is the one the store was built for, or there is an error of ours."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import CasefinderError, StoreError
from pipeline.store.apply import build_store
from pipeline.store.info import describe_store
from pipeline.store.manifest import OPEN, read_manifest, seal
from pipeline.store.verify import verify_store
from tests.effort import effort, longer, some
from tests.hostile.clock import within
from tests.hostile.folders import FOLDERS, Files
from tests.hostile.looking import MEMORY, Seen, assert_discreet, look_in_kept, room, write_files
from tests.hostile.oracle import sound

pytestmark = longer

MANIFEST = "manifest.json"


@cache
def built() -> Files:
    """Every file of a small store."""
    with room() as base:
        store = base / "store"
        store.mkdir(mode=0o700)
        build_store(write_files(base / "in", FOLDERS["plain"]()), store, MEMORY)
        found = {path.relative_to(store).as_posix(): path for path in store.rglob("*") if path.is_file()}
        return {name: path.read_bytes() for name, path in found.items() if not name.endswith(".lock")}


def segments() -> list[str]:
    return sorted(name for name in built() if name.endswith(".parquet"))


def search_of(files: Files) -> Seen:
    with room() as base, within(60):
        store = write_files(base / "store", files)
        try:
            return look_in_kept(store, base)
        except CasefinderError as error:
            assert_discreet(str(error), base)
            return Seen(str(error))


def verified(files: Files) -> bool:
    with room() as base, within(60):
        try:
            return bool(verify_store(write_files(base / "store", files)))
        except CasefinderError as error:
            assert_discreet(str(error), base)
            return False


def test_the_store_is_sound() -> None:
    assert search_of(built()).listed == sound("plain").listed
    assert verified(built())


def changed(change: Callable[[Any], object]) -> bytes:
    """The manifest as somebody would change it who seals it again, so that what it says is what is refused."""
    manifest = json.loads(built()[MANIFEST])
    change(manifest)
    return seal(json.dumps(manifest | {"seal": OPEN}).encode())


def put(*path: object, value: object) -> Callable[[Any], None]:
    def change(manifest: Any) -> None:
        *way, last = path
        for part in way:
            manifest = manifest[part]
        manifest[last] = value

    return change


FILE = ("segments", 0, "files", 0)
MANIFESTS = {
    "not UTF-8": b"\xff\xfe" + bytes(range(128, 200)),
    "empty": b"",
    "NUL": b"\0" * 100,
    "no object": b"[]",
    "nothing": b"null",
    "deep": b"[" * 200_000,
    "a number of 100,000 digits": b'{"store_schema": ' + b"9" * 100_000 + b"}",
    "UTF-16": '{"store_schema": 2}'.encode("utf-16"),
    "a schema to come": changed(put("store_schema", value=99)),
    "a schema that is none": changed(put("store_schema", value="x")),
    "no segments": changed(put("segments", value=[])),
    "nouns that are none": changed(put("nouns", value={"zzz": "x"})),
    "a file outside": changed(put(*FILE, "path", value="../../../etc/passwd")),
    "a file with a whole path": changed(put(*FILE, "path", value="/etc/passwd")),
    "a file of the web": changed(put(*FILE, "path", value="https://example.org/x.parquet")),
    "a pattern": changed(put(*FILE, "path", value="segments/*/*.parquet")),
    "SQL": changed(put(*FILE, "path", value="x']); DROP TABLE code; --")),
    "a file with NUL": changed(put(*FILE, "path", value="a\0b")),
    "a file that is gone": changed(put(*FILE, "path", value="segments/000001/gone.parquet")),
    "an unknown table": changed(put(*FILE, "table", value="zzz")),
    "rows below nothing": changed(put(*FILE, "rows", value=-5)),
    "a day out of range": changed(put("applied", 0, "day", value=10**12)),
    "a delivery that goes backwards": changed(put("applied", 0, "seq", value=-1)),
    "lines out of range": changed(put("applied", 0, "files", 0, "lines", value=10**30)),
    "a lack of nothing": changed(put("applied", 0, "lacks", value=[["zzz", "x", False]])),
    "a count of 10^400": changed(put("applied", 0, "left_out", value={"x": 10**400})),
}


@pytest.mark.parametrize("shape", MANIFESTS)
def test_a_manifest_that_was_changed(shape: str) -> None:
    """What it says of the past may be another; whom a search lists may not."""
    files = built() | {MANIFEST: MANIFESTS[shape]}
    seen = search_of(files)
    assert seen.error or seen.listed == sound("plain").listed
    verified(files)


@pytest.mark.parametrize("shape", ["a file outside", "a file with a whole path", "a file of the web", "a pattern"])
def test_nothing_outside_the_store_is_read(shape: str) -> None:
    assert search_of(built() | {MANIFEST: MANIFESTS[shape]}).error


def test_a_manifest_cut_at_every_byte() -> None:
    content = built()[MANIFEST].strip()
    with room() as base:
        for place in some(range(len(content)), 300):
            (base / MANIFEST).write_bytes(content[:place])
            with pytest.raises(StoreError, match="damaged or cut short"):
                read_manifest(base)


@pytest.mark.parametrize("place", some(range(20), 4))
def test_a_digit_of_the_manifest_changed(place: int) -> None:
    """The day of the extract, a number of a row: a search says that the manifest is not as it was written."""
    content = built()[MANIFEST]
    digits = [at for at, byte in enumerate(content) if byte in b"0123456789"][1:]  # the first is the layout's
    at = digits[place * len(digits) // 20]
    other = b"%d" % ((content[at] - 47) % 10)
    one_changed = content[:at] + other + content[at + 1 :]
    assert "manifest.json is damaged or cut short" in search_of(built() | {MANIFEST: one_changed}).error


@effort(4, 600)
@given(st.data())
def test_any_bytes_of_a_segment_changed(data: st.DataObject) -> None:
    """Verify sees every change; a search says so, or lists whom it listed before."""
    name = data.draw(st.sampled_from(segments()))
    content = built()[name]
    place = data.draw(st.integers(0, len(content) - 1))
    length = data.draw(st.integers(0, 8))
    piece = data.draw(st.binary(max_size=8))
    other = content[:place] + piece + content[place + length :]
    if other == content:
        return
    files = built() | {name: other}
    seen = search_of(files)
    assert seen.error or seen.listed == sound("plain").listed, f"{name} was changed, and with it the list"
    assert not verified(files)


@pytest.mark.parametrize("name", some(["event", "patient", "code", "departure", "seen", "prescription"], 3))
def test_a_segment_file_of_another_table_or_store(name: str) -> None:
    """A sound Parquet file, and the wrong one: one table for the other, or a file that is gone."""
    [own] = [each for each in segments() if Path(each).name.startswith((f"{name}.", f"{name}-"))] or [segments()[0]]
    other = next(each for each in segments() if each != own)
    for files in (built() | {own: built()[other]}, {key: value for key, value in built().items() if key != own}):
        seen = search_of(files)
        assert seen.error, f"{own} is not the store's own, and a list is made from it"
        assert not verified(files)


@pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_a_manifest_that_is_no_file(make: Callable[[Path], object]) -> None:
    with room() as base, within(20):
        store = write_files(base / "store", {name: each for name, each in built().items() if name != MANIFEST})
        make(store / MANIFEST)
        with pytest.raises(CasefinderError):
            describe_store(store, MEMORY)
