"""The command killed, stopped or refused by the disk, in a process of its own: the store is whole, and free again."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random
from shutil import copytree

import pytest

from pipeline.files.publish import PARTIAL
from pipeline.store.apply import Settings, apply_folder
from pipeline.store.lock import only_writer
from pipeline.store.manifest import read_manifest
from pipeline.store.verify import verify_store
from tests.effort import SEED, long, much, some
from tests.store.disk import unnamed
from tests.store.test_concurrent import Contents, contents, new_store, send, states_in_peace

pytestmark = long

KILLS = much(3, 150)  # of each command, at calls spread over its run (in a long one, at every call)
MOMENTS = much(1, 100)  # of each command, by the clock
STOPS = much(2, 60)

_RUN = """
from cli.main import run
run()
"""
# Sends itself a signal at the nth call that changes the disk; never for n 0, but says how many there were.
_DIES = """
import os, sys, cli.main, cli.store
number, at, calls = int(sys.argv.pop(1)), int(sys.argv.pop(1)), 0
def count(function):
    def counted(*words, **more):
        global calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), number)
        return function(*words, **more)
    return counted
for name in ("fsync", "replace", "rename", "mkdir", "unlink", "rmdir"):
    setattr(os, name, count(getattr(os, name)))
import atexit
atexit.register(lambda: print("calls", calls, file=sys.stderr))
"""
_FULL = """
import errno, pipeline.store.segment_writer as written
def refuse(con, select, path):
    {refuse}
written.write_parquet = refuse
"""
_BY_DATABASE = "con.execute(f\"COPY ({select}) TO '/dev/full' (FORMAT parquet)\")"  # a device that is always full
_BY_SYSTEM = 'raise OSError(errno.ENOSPC, "No space left on device")'
_REFUSALS = {"database": _BY_DATABASE, "system": _BY_SYSTEM}
_READ_ONLY = """
import errno, os, sys
folder, make, open_ = sys.argv.pop(1), os.mkdir, os.open
def refuse(path):
    if str(path).startswith(folder):
        raise OSError(errno.EROFS, "Read-only file system", str(path))
os.mkdir = lambda path, *more, **words: refuse(path) or make(path, *more, **words)
def only_read(path, flags, *more, **words):
    if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        refuse(path)
    return open_(path, flags, *more, **words)
os.open = only_read
"""


def start(script: str, *words: str | int | Path) -> subprocess.Popen[str]:
    run = [sys.executable, "-c", script + _RUN, *map(str, words)]
    return subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit code (negative: the signal that ended it) and what it said was wrong."""
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def dies(number: int, at: int, *words: str | int | Path) -> tuple[int, str]:
    return finish(start(_DIES, number, at, "store", *words))


@dataclass(frozen=True)
class Place:
    """Stores of one night and of three, the inboxes to each night, and what a store of each night says."""

    stores: dict[int, Path]
    inboxes: dict[int, Path]
    states: dict[int, Contents]

    def words(self, command: str, store: Path) -> tuple[str | Path, ...]:
        if command == "compact":
            return "compact", store
        return command, store, "--extract", self.inboxes[3]

    def copy(self, command: str, folder: Path) -> Path:
        """A store for the command to work on; for build, where there is to be one."""
        if command == "build":
            return folder / "store"
        return copytree(self.stores[3 if command == "compact" else 1], folder / "store")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("place")
    stores = {nights: new_store(folder / f"store-{nights}", nights) for nights in (1, 3)}
    inboxes = {nights: send(folder / f"in-{nights}", nights) for nights in (1, 2, 3, 4)}
    return Place(stores, inboxes, states_in_peace(folder, 4))


def count_calls(place: Place, folder: Path, command: str) -> tuple[int, float]:
    """How many calls and how many seconds a whole run takes."""
    folder.mkdir()
    began = time.monotonic()
    code, said = dies(signal.SIGKILL, 0, *place.words(command, place.copy(command, folder)))
    assert code == 0, said
    return int(said.split()[-1]), time.monotonic() - began


def spread(calls: int, wanted: int) -> list[int]:
    """Call numbers from the first to the last."""
    return sorted({1 + round(n * (calls - 1) / max(1, wanted - 1)) for n in range(wanted)})


def assert_whole_and_free(place: Place, store: Path) -> None:
    """As after some night; with nothing beside it after the next run; as after the last night when that is applied."""
    verify_store(store)
    assert contents(store) == place.states[read_manifest(store).seq]
    with only_writer(store):
        pass
    apply_folder(place.inboxes[read_manifest(store).seq], store, Settings())  # in which nothing is new
    assert [name for name in unnamed(store) if name != "manifest.json.part"] == []
    apply_folder(place.inboxes[4], store, Settings())
    verify_store(store)
    assert contents(store) == place.states[4]
    assert unnamed(store) == []


@pytest.mark.parametrize("command", some(["apply", "compact"], 1))
def test_killed_at_a_call(place: Place, tmp_path: Path, command: str) -> None:
    calls, _ = count_calls(place, tmp_path / "whole", command)
    for at in spread(calls, KILLS):
        (tmp_path / str(at)).mkdir()
        store = place.copy(command, tmp_path / str(at))
        code, said = dies(signal.SIGKILL, at, *place.words(command, store))
        assert code == -signal.SIGKILL, said
        assert_whole_and_free(place, store)


@pytest.mark.parametrize("command", ["apply", "compact"])
def test_killed_at_a_moment(place: Place, tmp_path: Path, command: str) -> None:
    """Also in the middle of a file, which no call of ours marks. The first tenths of a second go to starting Python."""
    _, seconds = count_calls(place, tmp_path / "whole", command)
    random = Random(f"{command}, {SEED}")
    for number in range(MOMENTS):
        (tmp_path / str(number)).mkdir()
        store = place.copy(command, tmp_path / str(number))
        process = start("", "store", *place.words(command, store))
        time.sleep(random.uniform(0.3, 1.0) * seconds)
        process.kill()
        code, said = finish(process)
        assert code in (0, -signal.SIGKILL), said
        assert_whole_and_free(place, store)


@pytest.mark.parametrize("command", some(["build", "apply", "compact"], 1))
def test_stopped_at_a_call(place: Place, tmp_path: Path, command: str) -> None:
    """By Ctrl-C. Of a build nothing is left, unless it was at its very end."""
    calls, _ = count_calls(place, tmp_path / "whole", command)
    for at in spread(calls, STOPS):
        (tmp_path / str(at)).mkdir()
        store = place.copy(command, tmp_path / str(at))
        code, said = dies(signal.SIGINT, at, *place.words(command, store))
        assert (code, "Stopped." in said) == (130, True)
        if command != "build" or (store.exists() and at == calls):
            assert_whole_and_free(place, store)
        else:
            assert not list((tmp_path / str(at)).iterdir())


def test_stopped_by_the_clock_while_building_nothing_is_left(place: Place, tmp_path: Path) -> None:
    """In the middle of a query too, where the database raises an error of its own."""
    random, codes = Random(3), []
    for number in range(STOPS):
        folder = tmp_path / str(number)
        folder.mkdir()
        process = start("", "store", *place.words("build", folder / "store"))
        while process.poll() is None and not list(folder.iterdir()):
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.3))
        process.send_signal(signal.SIGINT)
        code, said = finish(process)
        codes.append(code)
        assert code in (0, 130), said
        assert [path.name for path in folder.iterdir()] == ([] if code else ["store"])
    assert 130 in codes


def test_what_a_killed_build_left_behind_is_said(place: Place, tmp_path: Path) -> None:
    """No store, so nothing sweeps it; but it holds patients' records, and may not lie there unsaid."""
    words = place.words("build", tmp_path / "store")
    assert dies(signal.SIGKILL, 40, *words)[0] == -signal.SIGKILL
    (left,) = tmp_path.glob(f"{PARTIAL}*")
    assert not (tmp_path / "store").exists()
    code, said = finish(start("", "store", *words))
    assert (code, contents(tmp_path / "store")) == (0, place.states[3])
    assert left.name in said


@pytest.mark.parametrize(("command", "how"), some(product(["apply", "compact", "build"], _REFUSALS), 2))
def test_a_full_disk_leaves_the_old_store(place: Place, tmp_path: Path, command: str, how: str) -> None:
    store = place.copy(command, tmp_path)
    code, said = finish(start(_FULL.format(refuse=_REFUSALS[how]), "store", *place.words(command, store)))
    if command == "build":
        assert not list(tmp_path.iterdir())
    else:
        assert_whole_and_free(place, store)
    assert code == 14, said
    assert re.search("full|No space left", said)
    assert "inside Casefinder" not in said


@pytest.mark.parametrize("command", some(["apply", "compact", "verify", "info"], 2))
def test_a_store_that_may_not_be_written_is_said(place: Place, tmp_path: Path, command: str) -> None:
    """The tests may run as somebody who may write anything, so the refusal is made here."""
    store = place.copy(command, tmp_path)
    words = place.words(command, store) if command == "apply" else (command, store)
    code, said = finish(start(_READ_ONLY, store, "store", *words))
    assert code in (14, 17), said
    assert str(store) in said
    assert "output folder" not in said  # what is amiss is the store; there is none to choose
