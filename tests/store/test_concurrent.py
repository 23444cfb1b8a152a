"""Two processes at one store: readers see one committed state and never wait; a second writer is told at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import duckdb
import pytest
from filelock import BaseFileLock

from pipeline.errors import LockedError
from pipeline.files.lock import process_lock
from pipeline.store import lock
from pipeline.store.apply import Settings, apply_folder, build_store
from pipeline.store.compact import compact_store
from pipeline.store.lock import only_writer, reading
from pipeline.store.manifest import Manifest, read_manifest
from pipeline.store.open import load_rows, open_store
from pipeline.store.verify import verify_store
from pipeline.tables import TABLES
from tests.effort import long, much
from tests.extracts.emis_folder import JO, SAM, Tables, guid, issue, observation, patient, small_extract, write_delivery
from tests.functional.commands import casefinder_apart
from tests.store.disk import cut, kill, lay_out, power_cuts, recording, unnamed

pytestmark = long

NIGHTS = much(4, 24)
fcntl = pytest.importorskip("fcntl", reason="Windows has no such locks and signals")

Contents = dict[str, list[tuple[object, ...]]]


def night(number: int) -> Tables:
    """The bulk, then deltas: rows come, change and go; Sam leaves and returns; somebody's row comes before they do."""
    if number == 1:
        return small_extract(
            Admin_Patient=[patient(), patient(SAM), patient(guid(11))],
            CareRecord_Observation=[observation(n, of=JO if n % 2 else SAM) for n in range(1, 12)],
            Prescribing_IssueRecord=[issue(1), issue(101, of=SAM)],
        )
    return {
        "Admin_Patient": [patient(SAM, Deleted="false" if number % 2 else "true"), patient(guid(10 + number))],
        "CareRecord_Observation": [
            observation(1, Value=str(number)),
            observation(10 + number),
            observation(8 + number, Deleted="true"),
            observation(50 + number, of=guid(11 + number)),
        ],
        "Prescribing_IssueRecord": [issue(number), issue(number - 1, Deleted="true"), issue(100 + number, of=SAM)],
    }


def send(inbox: Path, nights: int) -> Path:
    """The supplier's files of the nights 1 to `nights` in one folder."""
    for number in range(1, nights + 1):
        write_delivery(inbox, night(number), number, f"202611{number:02}013000")
    return inbox


def send_each(folder: Path) -> list[Path]:
    return [send(folder / f"in-{nights}", nights) for nights in range(2, NIGHTS + 1)]


def contents(store: Path, manifest: Manifest | None = None) -> Contents:
    """All that a search can see of the store as a manifest says it is, and what it says was left out."""
    with duckdb.connect(config={"threads": 1}) as con:
        extract = load_rows(con, open_store(con, store, manifest or read_manifest(store)))
        said = {table.name: con.execute(f"FROM {table.name} ORDER BY ALL").fetchall() for table in TABLES}
    return said | {"left_out": sorted(extract.left_out.items()), "files": [(file.name,) for file in extract.files]}


def new_store(folder: Path, nights: int) -> Path:
    """A store of the first night as bulk, and the nights after it."""
    folder.mkdir(mode=0o700)
    build_store(send(folder.with_name(f"{folder.name}-inbox"), nights), folder, Settings())
    return folder


def states_in_peace(folder: Path, nights: int) -> dict[int, Contents]:
    """What a store says after each night, if nobody else is there and nothing happens to it."""
    store = new_store(folder / "store", 1)
    states = {1: contents(store)}
    for number in range(2, nights + 1):
        apply_folder(send(folder / "in", number), store, Settings())
        states[number] = contents(store)
    return states


_WRITES = """
import sys
from pathlib import Path
from pipeline.store.apply import Settings, apply_folder
from pipeline.store.compact import compact_store
store = Path(sys.argv[1])
for number, inbox in enumerate(sys.argv[2:]):
    apply_folder(Path(inbox), store, Settings())
    if number % 2:
        compact_store(store, Settings())
"""
_READS = """
import sys, time
from pathlib import Path
from pipeline.store.lock import reading
with reading(Path(sys.argv[1])) as scratch:
    scratch.mkdir()
    (scratch / "spill").write_text("somebody")
    print("reading", flush=True)
    time.sleep(60)
"""


@contextmanager
def beside(script: str, *words: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, killed at the end."""
    run, pipe = [sys.executable, "-c", script, *map(str, words)], subprocess.PIPE
    process = subprocess.Popen(run, stdout=pipe, stderr=pipe, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Contents]:
    return states_in_peace(tmp_path_factory.mktemp("states"), NIGHTS)


def test_readers_see_one_committed_state(states: dict[int, Contents], tmp_path: Path) -> None:
    """Whatever they see is a night's, all of it; and no later reader sees an earlier night."""
    store, seen = new_store(tmp_path / "store", 1), []
    inboxes = send_each(tmp_path)
    with beside(_WRITES, store, *inboxes) as writer:
        while writer.poll() is None:
            with reading(store):
                manifest = read_manifest(store)
                assert contents(store, manifest) == states[manifest.seq]
            seen.append(manifest.seq)
        assert (writer.returncode, writer.communicate()[1]) == (0, "")
    assert seen == sorted(seen)
    assert len(set(seen)) > NIGHTS / 2  # they read between the writes, or this has shown nothing
    apply_folder(inboxes[-1], store, Settings())
    assert contents(store) == states[NIGHTS]
    assert unnamed(store) == []


def test_searches_run_while_the_store_is_written(tmp_path: Path) -> None:
    store = new_store(tmp_path / "store", 1)
    inboxes = send_each(tmp_path)
    with beside(_WRITES, store, *inboxes) as writer:
        for number in range(much(1, 3)):
            out = tmp_path / f"run-{number}"
            done = casefinder_apart("search", "--store", store, "--rule", "instep", "--accept-missing", "--out", out)
            assert done.returncode == 0, done.stderr
        assert (writer.wait(60), writer.communicate()[1]) == (0, "")
    verify_store(store)


def test_a_writer_waits_for_no_reader_and_leaves_its_files(states: dict[int, Contents], tmp_path: Path) -> None:
    """They are cleared away when the next one writes and nobody reads."""
    store, inbox = new_store(tmp_path / "store", 2), send(tmp_path / "in", 3)
    with reading(store):
        before = read_manifest(store)
        compact_store(store, Settings())
        apply_folder(inbox, store, Settings())
        assert contents(store, before) == states[2]
        assert contents(store) == states[3]
        with reading(store):
            assert contents(store) == states[3]
    assert "segments/000001" in unnamed(store)
    apply_folder(inbox, store, Settings())
    assert unnamed(store) == []


def test_while_one_writes_others_read_and_a_second_writer_is_told(states: dict[int, Contents], tmp_path: Path) -> None:
    store, inbox = new_store(tmp_path / "store", 2), send(tmp_path / "in", 3)
    told = f"Another run is writing to the store {store}. Nothing was changed. Try again when it has finished.\n"
    with only_writer(store):
        for words in (("apply", store, "--extract", inbox), ("compact", store)):
            done = casefinder_apart("store", *words)
            assert (done.returncode, done.stderr) == (13, told)
        assert casefinder_apart("store", "verify", store).returncode == 0
        began = time.monotonic()
        with pytest.raises(LockedError), reading(store):
            assert contents(store) == states[2]
            compact_store(store, Settings())
        assert time.monotonic() - began < 5
    apply_folder(inbox, store, Settings())
    assert contents(store) == states[3]


def test_of_two_that_apply_the_same_nothing_comes_twice(states: dict[int, Contents], tmp_path: Path) -> None:
    """The second is refused, or comes after the first and finds nothing new."""
    store, inbox = new_store(tmp_path / "store", 1), send(tmp_path / "in", 3)
    with beside(_WRITES, store, inbox) as one, beside(_WRITES, store, inbox) as other:
        said = [each.communicate(timeout=60)[1] for each in (one, other)]
        assert 0 in (one.returncode, other.returncode)
    assert all("LockedError" in words for words in said if words)
    assert contents(store) == states[3]
    assert unnamed(store) == []


def test_a_killed_reader_holds_nothing(tmp_path: Path) -> None:
    """While it lives its files stay; then they go, and what it had written itself."""
    store, inbox = new_store(tmp_path / "store", 2), send(tmp_path / "in", 2)
    with beside(_READS, store) as reader:
        assert next(reader.stdout or iter("")) == "reading\n"
        compact_store(store, Settings())
        assert "segments/000001" in unnamed(store)
        assert any(name.endswith("/spill") for name in unnamed(store))
    apply_folder(inbox, store, Settings())
    assert unnamed(store) == []


def test_what_a_killed_reader_wrote_goes_even_if_the_sweeper_is_killed(tmp_path: Path) -> None:
    """Or if the power goes: its lease may be gone from the disk where its temporary files are not."""
    store, inbox = new_store(tmp_path / "store", 1), send(tmp_path / "in", 1)
    with beside(_READS, store) as reader:
        assert next(reader.stdout or iter("")) == "reading\n"
    with recording(store) as record:
        apply_folder(inbox, store, Settings())
    assert unnamed(store) == []
    for steps in range(len(record.steps)):
        for number, choose in enumerate((kill, *power_cuts(steps, 2))):
            again = lay_out(cut(record, record.steps[:steps], choose), tmp_path / f"{steps}-{number}")
            apply_folder(inbox, again, Settings())
            assert unnamed(again) == []


def test_a_lease_that_the_writer_looks_at_is_a_lease(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer tries each lease, and clears it away where it can: it may come between its making and its locking."""
    store, make, met = new_store(tmp_path / "store", 1), process_lock, list[Path]()

    def is_looked_at_first(path: Path) -> BaseFileLock:
        if not met:
            met.append(path)
            fcntl.flock(handle := os.open(path, os.O_CREAT | os.O_RDWR), fcntl.LOCK_EX)
            Timer(0.1, path.unlink, (True,)).start()
            Timer(0.2, os.close, (handle,)).start()
        return make(path)

    monkeypatch.setattr(lock, "process_lock", is_looked_at_first)
    with reading(store):
        time.sleep(0.4)  # now only the reader is left
        assert lock.is_being_read(store)
    assert not lock.is_being_read(store)
