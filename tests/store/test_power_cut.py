"""The power may go after any step that apply, compact or build takes: the store is as it was before, or as after.

And the tests notice: where a flush is left out, or the manifest comes before its segment, they find a broken store.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from shutil import rmtree
from unittest.mock import Mock

import pytest
from duckdb import DuckDBPyConnection

from pipeline.errors import StoreError
from pipeline.files.private import flush_folder
from pipeline.files.publish import publish
from pipeline.store import apply, durable, manifest
from pipeline.store.apply import Settings, apply_folder, build_store
from pipeline.store.compact import compact_store
from pipeline.store.manifest import Segment, read_manifest, write_manifest
from pipeline.store.segment_writer import write_segment
from pipeline.store.verify import verify_store
from tests.effort import LONG, long, much, some
from tests.store.disk import Flush, Recording, Tree, cut, kill, lay_out, power_cuts, recording, unnamed
from tests.store.test_concurrent import Contents, contents, new_store, send, states_in_peace

pytestmark = long

DRAWS = much(3, 60)  # of a power cut by chance, after each step
LITTER = 0.1 if LONG else 0.03  # of the trees that differ only in what no manifest names
RESTS = much(10, 150)  # trees after which everything is applied again
NIGHTS = 4

States = dict[int, Contents]
Command = Callable[[Path], object]


@dataclass(frozen=True)
class Case:
    """What was done to a store. `ends`: after how many steps a command had finished, and the generation it left."""

    record: Recording
    states: States  # by the number of the newest delivery
    ends: tuple[tuple[int, int], ...]
    store: str = ""  # where it is, from the root

    def allowed(self, steps: int) -> range:
        """The generations that may be found: what a command that finished has done is done for good."""
        done = max((generation for end, generation in self.ends if end <= steps), default=0)
        return range(done, min((generation for end, generation in self.ends if end > steps), default=done) + 1)


def unfinished(case: Case, last: int) -> Case:
    """The same where no command has come to its end: any generation up to the last may be found."""
    return replace(case, ends=(case.ends[0], (len(case.record.steps) + 1, last)))


def do(store: Path, states: States, *commands: Command) -> Case:
    begins = read_manifest(store).generation
    with recording(store) as record:
        ends = [(0, begins)]
        for command in commands:
            command(store)
            record.look()
            ends.append((len(record.steps), read_manifest(store).generation))
    return Case(record, states, tuple(ends))


def compact(store: Path) -> object:
    return compact_store(store, Settings())


def do_apply(inbox: Path) -> Command:
    return lambda store: apply_folder(inbox, store, Settings())


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> States:
    return states_in_peace(tmp_path_factory.mktemp("states"), NIGHTS)


@pytest.fixture(scope="module")
def case(states: States, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Two nights at once, a compaction, one night more."""
    folder = tmp_path_factory.mktemp("case")
    inboxes = send(folder / "in-3", 3), send(folder / "in-4", NIGHTS)
    store = new_store(folder / "store", 1)
    return do(store, states, do_apply(inboxes[0]), compact, do_apply(inboxes[1]))


def trees(case: Case) -> Iterator[tuple[int, Tree]]:
    """Each store that may be there, after how many steps; some of those that differ only in what no manifest names."""
    seen: set[object] = set()
    random = Random(5)
    for steps in range(len(case.record.steps) + 1):
        for choose in (kill, *power_cuts(steps, DRAWS)):
            tree = cut(case.record, case.record.steps[:steps], choose)
            same = (of_the_store(case, tree), case.allowed(steps))
            if same not in seen or random.random() < LITTER:
                seen.add(same)
                yield steps, tree


def of_the_store(case: Case, tree: Tree) -> tuple[object, ...]:
    """The bytes of the manifest and of what it names; None for what is not there."""
    store = f"{case.store}/" if case.store else ""
    text = tree.get(f"{store}manifest.json")
    try:
        segments = json.loads(text or b"")["segments"]
    except ValueError:
        return text, store[:-1] in tree
    return text, *(tree.get(store + file["path"]) for segment in segments for file in segment["files"])


def faults(case: Case, folder: Path) -> Iterator[str]:
    opened: dict[str, Contents] = {}
    for steps, tree in trees(case):
        lay_out(tree, folder)
        fault = find_fault(case, steps, folder / case.store, opened)
        rmtree(folder)
        if fault:
            yield f"after {steps} of {len(case.record.steps)} steps: {fault}"


def find_fault(case: Case, steps: int, store: Path, opened: dict[str, Contents]) -> str:
    """Empty if the store is one it may be. Files that are as they were written say the same: opened once a manifest."""
    allowed = case.allowed(steps)
    if 0 in allowed and (not store.exists() or not any(store.iterdir())):
        return ""
    try:
        found = read_manifest(store)
        verify_store(store)
        key = found.model_dump_json()
        if key not in opened:
            opened[key] = contents(store)
    except StoreError as error:
        return str(error)
    if found.generation not in allowed:
        return f"generation {found.generation}, where only {allowed} may be"
    return "" if opened[key] == case.states[found.seq] else "something else is in it"


def test_a_power_cut_leaves_the_store_before_or_after(case: Case, tmp_path: Path) -> None:
    assert not list(faults(case, tmp_path / "disk"))


def test_applying_again_ends_where_it_would_have(case: Case, states: States, tmp_path: Path) -> None:
    """And nothing is left over of what was begun."""
    inbox, found = send(tmp_path / "in", NIGHTS), [tree for _, tree in trees(case)]
    for number, tree in enumerate(Random(7).sample(found, min(RESTS, len(found)))):
        store = lay_out(tree, tmp_path / f"store-{number}")
        apply_folder(inbox, store, Settings())
        assert contents(store) == states[NIGHTS]
        assert not [name for name in unnamed(store) if name != "manifest.json.part"]


def test_a_kill_and_then_a_power_cut(states: States, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before the new manifest was flushed: the next run may not remove yet what the old one names."""

    def killed(store: Path) -> None:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(manifest, "flush_folder", Mock(side_effect=KeyboardInterrupt))
            compact(store)

    case = do(new_store(tmp_path / "store", 2), states, killed, do_apply(send(tmp_path / "in", 2)))
    assert [generation for _, generation in case.ends] == [2, 3, 3]
    assert not list(faults(unfinished(case, 3), tmp_path / "disk"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A store built where none was, as the command does it."""
    folder = tmp_path_factory.mktemp("built")
    inbox, parent = send(folder / "in", 1), folder / "parent"
    parent.mkdir()
    with recording(parent) as record, publish(parent / "store") as partial:
        build_store(inbox, partial, Settings())
    return Case(record, {1: contents(parent / "store")}, ((0, 0), (len(record.steps), 1)), "store")


def test_a_store_is_built_whole_or_not_at_all(built: Case, tmp_path: Path) -> None:
    """Whether it is there at once is the next test's matter."""
    assert not list(faults(unfinished(built, 1), tmp_path / "disk"))


def test_a_store_that_was_built_is_there_after_a_power_cut(built: Case, tmp_path: Path) -> None:
    assert not list(faults(built, tmp_path / "disk"))


@pytest.mark.parametrize("suffix", some([".parquet", "segments", "/000002", "manifest.json.part", ""], 2))
def test_every_flush_is_needed(case: Case, tmp_path: Path, suffix: str) -> None:
    """Of the segments' files, the folder they lie in, each segment's own, the manifest, the store's folder."""
    gone = {node for node, path in case.record.paths.items() if (path.endswith(suffix) if suffix else path == "")}
    kept = [Flush(-1) if isinstance(step, Flush) and step.node in gone else step for step in case.record.steps]
    forgetful = replace(case, record=replace(case.record, steps=kept))
    assert next(faults(forgetful, tmp_path / "disk"), None)


def one_night(states: States, folder: Path) -> Case:
    return do(new_store(folder / "store", 1), states, do_apply(send(folder / "in", 2)))


def test_an_unflushed_segment_is_noticed(states: States, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not list(faults(one_night(states, tmp_path), tmp_path / "disk"))
    rmtree(tmp_path / "store")
    monkeypatch.setattr(durable, "_flush", lambda path: None)
    assert "damaged" in next(faults(one_night(states, tmp_path), tmp_path / "disk"))


def test_a_manifest_too_early_is_noticed(states: States, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even by a kill, with a disk that forgets nothing: the manifest comes before its segment."""
    copy, inbox = new_store(tmp_path / "copy", 1), send(tmp_path / "in", 2)
    after, _ = apply_folder(inbox, copy, Settings())

    def too_late(con: DuckDBPyConnection, store: Path, seq: int, name: str) -> Segment:
        write_manifest(store, after)
        return write_segment(con, store, seq, name)

    monkeypatch.setattr(apply, "write_segment", too_late)
    case = one_night(states, tmp_path)
    killed = (cut(case.record, case.record.steps[:steps], kill) for steps in range(len(case.record.steps)))
    found = (find_fault(case, 0, lay_out(tree, tmp_path / f"disk-{n}"), {}) for n, tree in enumerate(killed))
    assert any("damaged" in fault for fault in found)


@pytest.mark.parametrize(
    ("file_too", "folder_too", "may_be"),
    [
        (False, False, {None, b"", b"te", b"text", bytes(4)}),
        (True, False, {None, b"text"}),
        (False, True, {b"", b"te", b"text", bytes(4)}),
        (True, True, {b"text"}),
    ],
)
def test_the_disk_keeps_what_was_flushed_and_may_lose_the_rest(
    tmp_path: Path, file_too: bool, folder_too: bool, may_be: set[bytes | None]
) -> None:
    with recording(tmp_path) as record:
        with (tmp_path / "file").open("wb", buffering=0) as file:
            file.write(b"text")
            if file_too:
                os.fsync(file.fileno())
        if folder_too:
            flush_folder(tmp_path)
    found = {cut(record, record.steps, choose).get("file") for choose in (kill, *power_cuts(1, 60))}
    assert found == may_be
