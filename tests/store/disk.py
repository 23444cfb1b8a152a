"""A disk that forgets: records what is done to a folder, and gives the folder back as a kill or a power cut leaves it.

The folder is looked at before and after every call that flushes, names or unnames something, so a write is seen
whoever made it. The disk promises what POSIX does and no more: bytes stay once their file was flushed, a name stays (or
stays away) once its folder was. Anything else may have happened or not, each change by itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest

from pipeline.store.manifest import read_manifest

# What is where: a file's bytes or None for a folder, by path from the root with forward slashes.
Tree = dict[str, bytes | None]
Fate = Literal["kept", "lost", "empty", "cut", "zeros"]
Choose = Callable[["Change"], Fate]

_ROOT = 0


@dataclass(frozen=True)
class Write:
    """The bytes that a file now holds."""

    node: int
    content: bytes


@dataclass(frozen=True)
class Name:
    """Names given (to a node) and taken (None) in one folder, all or none of them."""

    node: int  # the folder's
    names: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Flush:
    """A file's bytes, or a folder's names, are on the disk now."""

    node: int


Change = Write | Name
Step = Write | Name | Flush


@dataclass
class Disk:
    """Nodes by number, files and folders; the folder recorded is the root. A file without content is empty."""

    files: dict[int, bytes] = field(default_factory=dict)
    folders: dict[int, dict[str, int]] = field(default_factory=lambda: {_ROOT: {}})

    def copy(self) -> Disk:
        return Disk(dict(self.files), {node: dict(names) for node, names in self.folders.items()})


@dataclass
class Recording:
    """The disk as it was before, every step since, and the path that each node was first seen at."""

    root: Path
    before: Disk = field(default_factory=Disk)
    steps: list[Step] = field(default_factory=list)
    paths: dict[int, str] = field(default_factory=lambda: {_ROOT: ""})
    folders: set[int] = field(default_factory=lambda: {_ROOT})
    _now: Disk = field(default_factory=Disk)
    _nodes: dict[int, int] = field(default_factory=dict)  # by inode number

    def flush(self, inode: int) -> None:
        if inode in self._nodes:
            self.steps.append(Flush(self._nodes[inode]))

    def look(self) -> None:
        """Note what has changed since the last look."""
        seen, nodes, kept = Disk(), {self.root.stat().st_ino: _ROOT}, self._nodes

        def visit(folder: Path, node: int) -> None:
            for path in sorted(folder.iterdir()):
                inode = path.stat().st_ino
                child = nodes[inode] = kept.get(inode, len(self.paths))
                self.paths.setdefault(child, path.relative_to(self.root).as_posix())
                seen.folders[node][path.name] = child
                if path.is_dir():
                    self.folders.add(child)
                    seen.folders[child] = {}
                    visit(path, child)
                else:
                    seen.files[child] = path.read_bytes()

        visit(self.root, _ROOT)
        self.steps += _differences(self._now, seen)
        self._now, self._nodes = seen, nodes


def _differences(old: Disk, new: Disk) -> Iterator[Step]:
    """Names first: a file is there before its bytes are."""
    for folder, names in new.folders.items():
        was = old.folders.get(folder, {})
        given = {name: node for name, node in names.items() if was.get(name) != node}
        taken = {name: node for name, node in was.items() if name not in names}
        moved = [(name, None) for name, node in taken.items() if node in given.values()]
        if moved:
            yield Name(folder, (*given.items(), *moved))
        else:
            yield from (Name(folder, ((name, node),)) for name, node in given.items())
        yield from (Name(folder, ((name, None),)) for name in taken if (name, None) not in moved)
    yield from (Write(node, text) for node, text in new.files.items() if text != old.files.get(node, b""))


@contextmanager
def recording(root: Path) -> Iterator[Recording]:
    """Everything that the block does to the folder `root`. What is there before it is on the disk."""
    record = Recording(root)
    record.look()
    record.steps.clear()
    record.before = record._now.copy()
    with pytest.MonkeyPatch.context() as patch:
        flush = os.fsync

        def fsync(handle: int) -> None:
            record.look()
            flush(handle)
            record.flush(os.fstat(handle).st_ino)

        patch.setattr(os, "fsync", fsync)
        for name in ("replace", "rename", "mkdir", "unlink", "remove", "rmdir"):
            patch.setattr(os, name, _watched(record, getattr(os, name)))
        yield record
    record.look()


def _watched(record: Recording, function: Callable[..., None]) -> Callable[..., None]:
    def watched(*words: Any, **more: Any) -> None:
        record.look()
        function(*words, **more)
        record.look()

    return watched


def cut(record: Recording, steps: list[Step], choose: Choose) -> Tree:
    """What is on the disk if the power goes after these first steps; `choose` says what becomes of the unflushed."""
    disk = record.before.copy()
    for folder in record.folders:
        disk.folders.setdefault(folder, {})
    for step, is_safe in zip(steps, _flushed(steps), strict=True):
        if not isinstance(step, Flush):
            _do(disk, step, "kept" if is_safe else choose(step))
    return dict(_walk(disk, _ROOT, ""))


def _flushed(steps: list[Step]) -> list[bool]:
    later: set[int] = set()
    safe = []
    for step in reversed(steps):
        if isinstance(step, Flush):
            later.add(step.node)
        safe.append(step.node in later)
    return safe[::-1]


def _do(disk: Disk, step: Change, fate: Fate) -> None:
    if fate == "lost":
        return
    if isinstance(step, Write):
        size = len(step.content)
        left = {"kept": step.content, "empty": b"", "cut": step.content[: size // 2], "zeros": bytes(size)}
        disk.files[step.node] = left[fate]
        return
    names = disk.folders[step.node]
    for name, node in step.names:
        names.pop(name, None)
        if node is not None:
            names[name] = node


def _walk(disk: Disk, folder: int, above: str) -> Iterator[tuple[str, bytes | None]]:
    for name, node in sorted(disk.folders.get(folder, {}).items()):
        path = f"{above}{name}"
        is_folder = node in disk.folders
        yield path, None if is_folder else disk.files.get(node, b"")
        if is_folder:
            yield from _walk(disk, node, f"{path}/")


def kill(_: Change) -> Fate:
    """The process ends, the machine does not: everything it did is there."""
    return "kept"


def power_cuts(seed: int, draws: int) -> Iterator[Choose]:
    """The worst that can be (nothing unflushed is there; all names, and of no file its bytes), then by chance."""
    yield lambda _: "lost"
    for fate in ("empty", "cut", "zeros"):
        yield lambda step, fate=fate: fate if isinstance(step, Write) else "kept"  # type: ignore[misc]
    for draw in range(draws):
        yield _by_chance(Random(seed * 1000 + draw))


def _by_chance(random: Random) -> Choose:
    """Each change by itself, in most draws most of them."""
    share = random.choice((0.1, 0.5, 0.9))
    broken: list[Fate] = ["lost", "empty", "cut", "zeros"]

    def choose(step: Change) -> Fate:
        if random.random() < share:
            return "kept"
        return random.choice(broken) if isinstance(step, Write) else "lost"

    return choose


def lay_out(tree: Tree, folder: Path) -> Path:
    """The tree as real files in a new folder."""
    folder.mkdir(mode=0o700)
    for name, content in tree.items():
        if content is None:
            (folder / name).mkdir(mode=0o700)
        else:
            (folder / name).write_bytes(content)
    return folder


def unnamed(store: Path) -> list[str]:
    """What lies in a store beside the manifest, what it names, and the writer's lock: nothing, if all is tidy."""
    named = {file.path for file in read_manifest(store).files} | {"manifest.json"}
    folders = {str(Path(name).parent) for name in named} | {"segments", "readers", "writer.lock"}
    found = {path.relative_to(store).as_posix() for path in store.rglob("*")}
    return sorted(found - named - folders)
