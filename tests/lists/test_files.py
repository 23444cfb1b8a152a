import os
import stat
from pathlib import Path

import pytest

from pipeline.errors import OutputError
from pipeline.files.private import create_private, private_folder
from pipeline.lists.csv_list import write_csv
from pipeline.lists.xlsx_list import write_xlsx
from tests.lists.invented import ABOUT, SAOIRSE

unix_only = pytest.mark.skipif(os.name == "nt", reason="Windows keeps access lists, not modes")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@unix_only
def test_private_from_the_first_moment(tmp_path: Path) -> None:
    before = os.umask(0)  # the most careless setting: without a mode, files would be 0666
    try:
        with create_private(tmp_path / "list") as file:
            assert [mode(path) for path in tmp_path.iterdir()] == [0o600]
            file.write(b"names")
        assert mode(tmp_path / "list") == 0o600
        assert mode(private_folder(tmp_path / "out" / "lists")) == mode(tmp_path / "out") == 0o700
    finally:
        os.umask(before)


@unix_only
def test_the_lists_are_private(tmp_path: Path) -> None:
    write_csv(tmp_path / "list.csv", [SAOIRSE])
    write_xlsx(tmp_path / "list.xlsx", [SAOIRSE], ABOUT)
    assert {path.name: mode(path) for path in tmp_path.iterdir()} == {"list.csv": 0o600, "list.xlsx": 0o600}


@unix_only
def test_a_file_others_could_read_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(b"old")
    (tmp_path / "list").chmod(0o644)
    with (tmp_path / "list").open("rb") as watching:  # someone has it open already
        with create_private(tmp_path / "list") as file:
            file.write(b"new")
        assert watching.read() == b"old"
    assert mode(tmp_path / "list") == 0o600
    assert (tmp_path / "list").read_bytes() == b"new"


def test_a_failed_run_leaves_the_last_good_file(tmp_path: Path) -> None:
    (tmp_path / "list").write_bytes(b"good")
    with pytest.raises(KeyError), create_private(tmp_path / "list") as file:
        file.write(b"half")
        raise KeyError
    assert (tmp_path / "list").read_bytes() == b"good"
    assert [path.name for path in tmp_path.iterdir()] == ["list"]


def test_what_a_killed_run_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "list.part").write_bytes(b"half")
    with create_private(tmp_path / "list") as file:
        file.write(b"whole")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"whole"]


def test_a_folder_already_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    before = mode(tmp_path)
    private_folder(tmp_path)
    assert mode(tmp_path) == before


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(OutputError, match="there is a file where a folder should be"):
        private_folder(tmp_path / "out" / "lists")
    with (
        pytest.raises(OutputError, match="there is a file where a folder should be"),
        create_private(tmp_path / "out" / "x"),
    ):
        pass


def test_a_folder_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "list").mkdir()
    with pytest.raises(OutputError, match="Cannot write"), create_private(tmp_path / "list") as file:
        file.write(b"names")
    assert [path.name for path in tmp_path.iterdir()] == ["list"]


@pytest.mark.parametrize(
    ("number", "words"), [(28, "the disk is full"), (13, "open in Excel"), (5, "Input/output error")]
)
def test_what_to_do_is_said(tmp_path: Path, number: int, words: str) -> None:
    # 28, 13 and 5 are ENOSPC, EACCES and EIO: what the system answers where no test can bring it about.
    with pytest.raises(OutputError, match=words), create_private(tmp_path / "list"):
        raise OSError(number, os.strerror(number))
