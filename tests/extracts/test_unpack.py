"""Packed files give the same tables as plain ones; what cannot be unpacked is said."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import ExtractError
from pipeline.extracts.archives import unpacked
from tests.extracts.emis_folder import read, rows, small_extract, write_extract

KEYS = "SELECT source_key FROM event UNION SELECT source_key FROM prescription ORDER BY 1"


def test_zipped_and_gzipped_files_are_read_in_place(tmp_path: Path) -> None:
    plain = write_extract(tmp_path / "plain", small_extract())
    mixed = tmp_path / "mixed"
    (mixed / "sub").mkdir(parents=True)
    first, second, *others = sorted(plain.iterdir())
    with zipfile.ZipFile(mixed / "sub" / "half.zip", "w") as archive:
        archive.write(first, f"deep/er/{first.name}")
        archive.writestr("__MACOSX/._junk", "x")
    (mixed / f"{second.name}.gz").write_bytes(gzip.compress(second.read_bytes()))
    for path in others:
        (mixed / path.name).write_bytes(path.read_bytes())
    before = sorted(path.name for path in mixed.rglob("*"))
    assert rows(read(mixed)[0], KEYS) == rows(read(plain)[0], KEYS)
    assert sorted(path.name for path in mixed.rglob("*")) == before


def test_what_is_unpacked_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    folder, room = tmp_path / "in", tmp_path / "room"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("../../evil.csv", "x")
    with unpacked(folder, room) as found:
        assert found == room
        assert [(path.name, path.stat().st_mode & 0o777) for path in room.iterdir()] == [("evil.csv", 0o600)]
    assert not room.exists() and not (tmp_path / "evil.csv").exists()


def test_nothing_packed_is_nothing_done(tmp_path: Path) -> None:
    with unpacked(tmp_path, tmp_path / "room") as found:
        assert found == tmp_path
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.zip", "a.csv.gz"])
@pytest.mark.parametrize("cut", [0, 10, 60])
def test_a_packed_file_cut_short(tmp_path: Path, name: str, cut: int) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    text = "".join(f"{n},{n * n}\n" for n in range(500))
    if name.endswith(".zip"):
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", text)
    else:
        (folder / name).write_bytes(gzip.compress(text.encode()))
    (folder / name).write_bytes((folder / name).read_bytes()[:cut])
    with pytest.raises(ExtractError, match="cut short"), unpacked(folder, tmp_path / "room"):
        pass
    assert not (tmp_path / "room").exists()


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    folder = write_extract(tmp_path / "in", small_extract())
    path = next(folder.iterdir())
    (folder / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(ExtractError, match="also somewhere else in the folder"):
        read(folder)
