"""A delivery is applied whole or not at all; one that was applied cut off is superseded, or taken back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from pipeline.errors import ExtractError, StoreError
from pipeline.store import apply as applying
from pipeline.store.apply import Settings, apply_folder, take_back
from pipeline.store.compact import compact_store
from pipeline.store.verify import verify_store
from pipeline.store.views import attach
from pipeline.store.whole_delivery import ends_a_line
from tests.extracts.emis_folder import guid, issue, observation
from tests.store.nightly import EVENTS, ask, begin, deliver, state, write_night

ONE, TWO, THREE = (guid(number, "B") for number in (1, 2, 3))
CAREFUL = Settings(must_be_whole=True)
NIGHT = {"CareRecord_Observation": [observation(2), observation(3)], "Prescribing_IssueRecord": [issue(2)]}


def made(folder: Path) -> tuple[Path, Path]:
    """The delivery 1002 and its file of observations."""
    night = write_night(folder / "1002", NIGHT, 1002)
    [path] = night.glob("*_CareRecord_Observation_*")
    return night, path


def cut_middle(text: bytes) -> bytes:
    return text[: text.rindex(b"\n", 0, -2) + 40]


def cut_line_end(text: bytes) -> bytes:
    return text.rstrip(b"\r\n")


def cut_in_last_field(text: bytes) -> bytes:
    return text.rstrip(b"\r\n")[:-1]


@pytest.mark.parametrize("cut", [cut_middle, cut_line_end, cut_in_last_field])
def test_a_delivery_that_is_cut_is_left_and_taken_when_it_is_whole(tmp_path: Path, cut: Callable[..., bytes]) -> None:
    store = begin(tmp_path)
    night, path = made(tmp_path)
    whole, before = path.read_bytes(), state(store)
    path.write_bytes(cut(whole))
    with pytest.raises(ExtractError, match=r"CareRecord_Observation_\S+ .*will be taken the next time"):
        apply_folder(night, store, CAREFUL)
    assert state(store) == before
    path.write_bytes(whole)
    apply_folder(night, store, CAREFUL)
    assert ask(store, EVENTS) == [(ONE,), (TWO,), (THREE,)]


def test_files_that_all_end_without_a_line_end_are_whole(tmp_path: Path) -> None:
    """So their supplier writes them."""
    store = begin(tmp_path)
    night, _ = made(tmp_path)
    for path in night.iterdir():
        path.write_bytes(path.read_bytes().rstrip(b"\r\n"))
    assert [each.last for each in apply_folder(night, store, CAREFUL)[1]] == [1002]


def replace_by_its_like(path: Path) -> None:
    """Another file of the same size and time takes its place, as with `rsync --times`."""
    was, other = path.stat(), path.with_name("other")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(was.st_atime_ns, was.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("settings", [CAREFUL, Settings()])
@pytest.mark.parametrize(
    "change", [lambda path: path.write_bytes(path.read_bytes() + b"\r\n"), replace_by_its_like, Path.unlink]
)
def test_what_changes_while_it_is_read_is_not_taken(
    tmp_path: Path, change: Callable[[Path], object], settings: Settings
) -> None:
    store = begin(tmp_path)
    night, path = made(tmp_path)
    before = state(store)

    def attach_later(*given: object) -> None:
        change(path)
        attach(*given)  # type: ignore[arg-type]

    with (
        patch.object(applying, "attach", attach_later),
        pytest.raises(ExtractError, match="changed while it was read"),
    ):
        apply_folder(night, store, settings)
    assert state(store) == before


def applied_cut(folder: Path) -> tuple[Path, Path, Path, bytes]:
    """A store that took a file cut in the middle of its last line, as earlier versions did."""
    store = begin(folder)
    night, path = made(folder)
    whole = path.read_bytes()
    path.write_bytes(cut_middle(whole))
    assert apply_folder(night, store, Settings())[1][0].warnings
    assert ask(store, EVENTS) == [(ONE,), (TWO,)]
    return store, night, path, whole


def test_what_was_applied_cut_off_is_superseded_by_the_whole_file(tmp_path: Path) -> None:
    store, night, path, whole = applied_cut(tmp_path)
    path.write_bytes(whole)
    assert [each.last for each in apply_folder(night, store, CAREFUL)[1]] == [1002]
    assert ask(store, EVENTS) == [(ONE,), (TWO,), (THREE,)]
    verify_store(store)
    assert apply_folder(night, store, CAREFUL)[1] == ()
    deliver(store, 1003, CareRecord_Observation=[observation(2, Deleted="true")])
    assert ask(store, EVENTS) == [(ONE,), (THREE,)]


def test_another_file_does_not_supersede_it(tmp_path: Path) -> None:
    store, night, path, whole = applied_cut(tmp_path)
    path.write_bytes(whole.replace(b"false", b"FALSE", 1))
    before = state(store)
    with pytest.raises(StoreError, match="store take-back"):
        apply_folder(night, store, CAREFUL)
    assert state(store) == before


def test_the_newest_delivery_is_taken_back_and_another_takes_its_place(tmp_path: Path) -> None:
    store = begin(tmp_path)
    deliver(store, 1002, CareRecord_Observation=[observation(2)])
    assert take_back(store).last == 1002
    assert ask(store, EVENTS) == [(ONE,)]
    verify_store(store)
    deliver(store, 1002, CareRecord_Observation=[observation(2), observation(3)])
    assert ask(store, EVENTS) == [(ONE,), (TWO,), (THREE,)]


def test_the_first_delivery_and_a_compacted_one_stay(tmp_path: Path) -> None:
    store = begin(tmp_path)
    with pytest.raises(StoreError, match="cannot be taken back"):
        take_back(store)
    deliver(store, 1002, CareRecord_Observation=[observation(2)])
    compact_store(store, Settings())
    with pytest.raises(StoreError, match="cannot be taken back"):
        take_back(store)
    assert ask(store, EVENTS) == [(ONE,), (TWO,)]


@pytest.mark.parametrize("text", ["", "a\n", "a\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_what_ends_a_line(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(text.encode(encoding))
    assert ends_a_line(path)
    path.write_bytes((text + "b").encode(encoding))
    assert not ends_a_line(path)
