"""Archives that mean harm: nothing lands outside, nothing fills the disk, and what cannot be unpacked is said."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ExtractError
from pipeline.extracts.archives import unpacked
from tests.effort import longer, some
from tests.hostile.clock import within
from tests.hostile.folders import FOLDERS
from tests.hostile.looking import look_at, room
from tests.hostile.oracle import sound

pytestmark = longer

MEGABYTE = 1 << 20


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name) if method == zipfile.ZIP_STORED else name, content)
    return out.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def unpack(content: bytes, name: str = "a.zip") -> dict[str, int]:
    """What is unpacked, and its size; asserts that nothing lies anywhere else, and that nothing stays."""
    with room() as base, within(60):
        (base / "in").mkdir()
        (base / "in" / name).write_bytes(content)
        with unpacked(base / "in", base / "room") as folder:
            found = {path.name: path.stat().st_size for path in folder.rglob("*")}
            assert all(stat.S_ISREG(path.lstat().st_mode) for path in folder.rglob("*"))
            outside = {path for path in base.rglob("*") if folder not in (path, *path.parents)}
            assert outside == {base / "in", base / "in" / name}
        assert not (base / "room").exists()
        return found


@pytest.mark.parametrize(
    "name",
    ["../x.csv", "../../../x.csv", "/etc/x.csv", "a/../../x.csv", "C:\\Windows\\x.csv", "..\\..\\x.csv", "~/x.csv"],
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    assert unpack(zipped({name: b"a,b\n"})) == {"x.csv": 4}


@pytest.mark.parametrize("name", ["..", "a/..", "/", "//", "a/", ".hidden", "a/.hidden"])
def test_names_of_folders_and_hidden_files_are_passed_over(name: str) -> None:
    assert unpack(zipped({name: b"a,b\n"})) == {}


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "é" * 200 + ".csv"])
def test_a_name_that_no_disk_can_hold(name: str) -> None:
    with pytest.raises(ExtractError):
        unpack(zipped({name: b"a,b\n"}))


def test_a_link_in_an_archive_is_a_file_that_says_where_to() -> None:
    link = zipfile.ZipInfo("patient.csv")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert unpack(out.getvalue()) == {"patient.csv": len("/etc/passwd")}


def test_a_name_that_is_not_the_utf_8_it_says() -> None:
    content = bytearray(zipped({"aaaa.csv": b"x"}).replace(b"aaaa.csv", b"\xff\xfeaa.csv"))
    content[content.find(b"PK\x03\x04") + 7] |= 8
    content[content.find(b"PK\x01\x02") + 9] |= 8
    with pytest.raises(ExtractError, match="cannot be unpacked"):
        unpack(bytes(content))


@pytest.mark.parametrize("change", [0x55, 0xFF])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_packed_file_with_a_byte_changed(method: int, change: int) -> None:
    """Every byte of the archive, sizes, methods and places too, one at a time: the file as it was, or a clear error."""
    content = zipped({"a.csv": b"a,b\n" * 20}, method)
    for place in some(range(len(content)), 30):
        changed = bytearray(content)
        changed[place] ^= change
        try:
            found = unpack(bytes(changed))
        except ExtractError:
            continue
        assert set(found.values()) <= {80}


PACKED = {
    "a.zip": zipped({"a.csv": b"a,b\n" * 20}),
    "a.csv.gz": gzip.compress(b"a,b\n" * 20),
    "a.csv.bz2": bz2.compress(b"a,b\n" * 20),
    "a.csv.xz": lzma.compress(b"a,b\n" * 20),
    "a.tgz": gzip.compress(tarred({"a.csv": b"a,b\n" * 20})),
}


@pytest.mark.parametrize("name", PACKED)
def test_a_packed_file_cut_at_every_byte(name: str) -> None:
    content = PACKED[name]
    assert unpack(content, name) == {"a.csv": 80}
    for place in range(len(content)):
        with pytest.raises(ExtractError):
            unpack(content[:place], name)


def bomb(megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("patient.csv", "w") as member:
        for _ in range(megabytes):
            member.write(b"\0" * MEGABYTE)
    return out.getvalue()


def gzip_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join([*(packer.compress(b"\0" * MEGABYTE) for _ in range(megabytes)), packer.flush()])


@pytest.mark.parametrize(("name", "make"), [("a.zip", bomb), ("patient.csv.gz", gzip_bomb)])
def test_a_bomb_is_not_unpacked(name: str, make: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """Some kilobytes that become 80 megabytes, where 10 are always allowed: refused before they are on the disk."""
    written = 0
    real = Path.stat

    def largest(path: Path) -> int:
        nonlocal written
        written = max([written, *(real(each).st_size for each in path.rglob("*"))])
        return written

    def disk_usage(path: Path) -> object:
        largest(path)
        return type("Usage", (), {"free": 1 << 40})

    monkeypatch.setattr("pipeline.extracts.archives.shutil.disk_usage", disk_usage)
    monkeypatch.setattr("pipeline.extracts.archives._ALWAYS_ALLOWED", 10 * MEGABYTE)
    with pytest.raises(ExtractError, match="grows more than"):
        unpack(make(80), name)
    assert 10 * MEGABYTE < written < 40 * MEGABYTE


def test_a_tar_archive_cut_at_any_place() -> None:
    """Between two of its files as well, where nothing but the missing end shows it."""
    content = tarred({f"{n}.csv": b"a,b\n" * 20 for n in range(3)})
    end = 3 * 1024  # each file has a head and a block; behind them are empty blocks only
    for place in (1, 100, 512, 600, 1024, 1030, 2048, 2600, end - 1, end, end + 511):
        with pytest.raises(ExtractError, match="cut short"):
            unpack(content[:place], "a.tar")
    assert len(unpack(content[: end + 512], "a.tar")) == 3


def test_links_and_devices_in_a_tar_archive_are_passed_over() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            member = tarfile.TarInfo("patient.csv")
            member.type, member.linkname = kind, "/etc/passwd"
            archive.addfile(member)
    assert unpack(out.getvalue(), "a.tar") == {}


@pytest.mark.parametrize("name", ["all.tar", "all.tar.gz", "all.tgz", "all.tar.bz2", "all.tar.xz"])
def test_a_whole_extract_in_a_tar_archive(name: str) -> None:
    content = tarred({f"../in/{name}": content for name, content in FOLDERS["plain"]().items()})
    pack: dict[str, Callable[[bytes], bytes]] = {
        ".tar": bytes,
        ".gz": gzip.compress,
        ".tgz": gzip.compress,
        ".bz2": bz2.compress,
        ".xz": lzma.compress,
    }
    with room() as base:
        (base / "in").mkdir()
        (base / "in" / name).write_bytes(pack[Path(name).suffix](content))
        seen = look_at(base / "in", base / "out")
        assert (seen.error, seen.listed) == ("", sound("plain").listed)


@pytest.mark.parametrize("name", ["all.7z", "all.RAR"])
def test_an_archive_that_cannot_be_opened_is_named(name: str) -> None:
    with room() as base:
        (base / "in").mkdir()
        (base / "in" / name).write_bytes(b"7z\xbc\xaf\x27\x1c")
        said = look_at(base / "in", base / "out").error
        assert f"Casefinder cannot open archives ending in {Path(name).suffix.lower()}: unpack them first" in said
        for file, content in FOLDERS["plain"]().items():
            (base / "in" / file).write_bytes(content)
        seen = look_at(base / "in", base / "out")
        assert any("cannot be opened and was not read" in warning for warning in seen.warnings)


def test_a_thousand_files_in_an_archive() -> None:
    assert len(unpack(zipped({f"{n}.csv": b"" for n in range(1_000)}, zipfile.ZIP_STORED))) == 1_000


def test_an_archive_in_an_archive_is_opened_too() -> None:
    assert set(unpack(zipped({"b.zip": zipped({"patient.csv": b"x"})}))) == {"patient.csv"}


def test_a_whole_extract_in_an_archive_of_hostile_names() -> None:
    """It is read by the names without their folders, and nothing but the list comes of it."""
    with room() as base:
        (base / "in").mkdir()
        members = {f"../../../{name}": content for name, content in FOLDERS["plain"]().items()}
        (base / "in" / "all.zip").write_bytes(zipped(members))
        assert look_at(base / "in", base / "out").listed == sound("plain").listed
