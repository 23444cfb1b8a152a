"""Nights in processes of their own, ended or refused at a touch of the disk that is counted, or by the clock.

A forked server has everything imported, so that a night begins at once. It never opens a database: its children do.
"""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from pipeline.errors import CasefinderError
from pipeline.ledger import open as opening
from pipeline.night import run_night as nightly
from pipeline.night.request import NightRequest
from pipeline.night.run_night import run_night
from pipeline.night.settings import read_settings
from pipeline.quality import gate
from pipeline.runs import manifest

Act = Literal["die", "full once", "full from then on", "full ledger", "pause", "stop before the end", "count"]
KILLED = 9
HOME, TEMPORARY = "home", "tmp"  # folders of the test's own, in which a night leaves nothing
_PRELOADED = ["tests.night.killing", "great_expectations", "great_expectations.expectations", "scipy.stats", "pandas"]
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.truncate"}
_NEEDS_ROOM = {"open", "os.mkdir", "fsync"}  # whatever only takes away, or gives another name, works on a full disk
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Order:
    """A night to run: of which settings and day, and what happens to it at which touch of the disk.

    `is_checked`: whether the extract is checked by Great Expectations, which takes most of a small night's time and
    changes nothing on the disk; all that surrounds it is done in any case.
    """

    settings: Path
    day: date
    at: int = 0
    act: Act = "count"
    is_checked: bool = False


@dataclass(frozen=True)
class Ended:
    """How a night's process ended: its exit code, or that of the night, and how often it touched the disk.

    `commits` and `names`: which of the touches recorded something in the ledger, and gave a file or folder its name.
    """

    code: int
    touches: int = 0
    seconds: float = 0.0
    said: tuple[str, ...] = ()
    commits: tuple[int, ...] = ()
    names: tuple[int, ...] = ()


class _Touches:
    """Counts them. Installed once in a process that lives for one night."""

    def __init__(self, order: Order) -> None:
        self.at, self.act, self.count = order.at, order.act, 0
        self.commits: list[int] = []
        self.names: list[int] = []

    def __call__(self, kind: str) -> None:
        if self.act in ("full once", "full from then on") and kind not in _NEEDS_ROOM:
            return
        self.count += 1
        if kind in ("COMMIT", "os.rename"):
            (self.commits if kind == "COMMIT" else self.names).append(self.count)
        is_here = self.count == self.at
        if self.act == "die" and is_here:
            os._exit(KILLED)
        if self.act == "pause" and is_here:
            os.kill(os.getpid(), signal.SIGSTOP)
        if (self.act == "full once" and is_here) or (self.act == "full from then on" and self.count >= self.at):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def hear(self, event: str, words: tuple[Any, ...]) -> None:
        """Python says of itself what it is about to do; what SQLite and DuckDB do is not in it."""
        if event in _CHANGES or (event == "open" and isinstance(words[2], int) and words[2] & _TO_WRITE):
            self(event)

    def install(self) -> None:
        sys.addaudithook(self.hear)
        flush, connect = os.fsync, opening.connect

        def fsync(handle: int) -> None:
            self("fsync")
            flush(handle)

        def connected(path: Path) -> sqlite3.Connection:
            con = connect(path)
            con.set_trace_callback(lambda text: None if self.act.startswith("full") else self(text))
            if self.act == "full ledger":
                con.execute(f"PRAGMA max_page_count = {con.execute('PRAGMA page_count').fetchone()[0] + self.at}")
            return con

        os.fsync = fsync  # type: ignore[assignment]
        opening.connect = connected
        if self.act == "stop before the end":  # everything is recorded, and the ledger still open
            _put(nightly, "find_lists", lambda *_: os._exit(KILLED))


def _put(module: ModuleType, name: str, what: Callable[..., object]) -> None:
    """In the place of what the module has imported."""
    assert hasattr(module, name)
    setattr(module, name, what)


def _prepare(folder: Path, is_checked: bool) -> None:
    if not is_checked:
        _put(gate, "find_breaches", lambda *_: [])
        _put(gate, "validate", lambda *_: None)
    _put(manifest, "software_hash", lambda: "the same")  # though somebody be at work on the software
    for name in (HOME, TEMPORARY):
        (folder / name).mkdir(exist_ok=True)
    os.chdir(folder / HOME)
    os.environ |= {"HOME": str(folder / HOME), "TMPDIR": str(folder / TEMPORARY)}
    tempfile.tempdir = None


def _night(order: Order, told: Path) -> None:
    """In the process of its own. `told`: where to say how it ended, unless it is killed."""
    _prepare(told.parent, order.is_checked)
    touches = _Touches(order)
    asked = NightRequest(site=read_settings(order.settings), today=order.day)
    began = time.monotonic()
    touches.install()
    try:
        result = run_night(asked)
        code, said = result.exit_code, tuple(str(one.error) for one in result.failures)
    except CasefinderError as error:
        code, said = error.exit_code, (str(error),)
    touches.act = "count"
    seen = [code, touches.count, time.monotonic() - began, said, touches.commits, touches.names]
    told.write_text(json.dumps(seen), encoding="utf-8")
    os._exit(0)


def _done(work: Callable[..., object], words: tuple[object, ...], folder: Path) -> None:
    _prepare(folder, is_checked=False)
    work(*words)
    os._exit(0)


_HOW = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"  # as Windows must
_FORKING: Any = multiprocessing.get_context(_HOW)
_FORKING.set_forkserver_preload(_PRELOADED)


def started(order: Order, told: Path) -> BaseProcess:
    """A night that runs by itself."""
    told.unlink(missing_ok=True)
    process: BaseProcess = _FORKING.Process(target=_night, args=(order, told))
    process.start()
    return process


def ended(process: BaseProcess, told: Path) -> Ended:
    """Wait for it. An error that nobody foresaw is an error of the test."""
    process.join(300)
    assert process.exitcode in (0, KILLED, -KILLED), f"a night's process ended with {process.exitcode}"
    if process.exitcode:
        return Ended(-KILLED)
    code, touches, seconds, *more = json.loads(told.read_text(encoding="utf-8"))
    return Ended(code, touches, seconds, *map(tuple, more))


def night_of(order: Order, folder: Path) -> Ended:
    """Run a night to its end, or to where it is killed. `folder`: for the test's own use."""
    told = folder / "told.json"
    return ended(started(order, told), told)


def night_killed_after(order: Order, seconds: float, folder: Path) -> Ended:
    """From outside, wherever it is then: inside SQLite, in the midst of a file that DuckDB writes."""
    told = folder / "told.json"
    process = started(replace(order, act="count"), told)
    process.join(seconds)
    process.kill()
    return ended(process, told)


def doing(folder: Path, work: Callable[..., object], *words: object) -> BaseProcess:
    """Do something in a process of its own, since whoever forks may open no database. `folder`: the test's own."""
    process: BaseProcess = _FORKING.Process(target=_done, args=(work, words, folder))
    process.start()
    return process


def apart(folder: Path, work: Callable[..., object], *words: object) -> None:
    process = doing(folder, work, *words)
    process.join(300)
    assert process.exitcode == 0
