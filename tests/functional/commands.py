"""Runs `casefinder` as a user does, its output piped: in this process, or the installed command in one of its own.

A process of its own costs seconds of imports. It is for tests of the process itself: signals, leftovers, streams.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from cli.main import run

COMMAND = Path(sys.executable).with_name("casefinder")
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def casefinder(*words: str | Path, piped: str = "") -> Done:
    """The console script's own function, with nobody at the keyboard. `piped`: its standard input."""
    out, err, argv = io.StringIO(), io.StringIO(), ["casefinder", *map(str, words)]
    streams = patch.object(sys, "stdin", io.StringIO(piped)), redirect_stdout(out), redirect_stderr(err)
    with patch.object(sys, "argv", argv), _process_as_it_was(), streams[0], streams[1], streams[2]:
        code = _run()
    return Done(code, out.getvalue(), err.getvalue())


def casefinder_apart(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """The installed command."""
    return subprocess.run([str(COMMAND), *map(str, words)], capture_output=True, text=True, check=False, timeout=300)


def _run() -> int:
    try:
        run()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@contextmanager
def _process_as_it_was() -> Iterator[None]:
    """What the command sets for its whole process is put back."""
    mask = os.umask(0o022)
    os.umask(mask)
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        yield
    finally:
        os.umask(mask)
        for number, handler in handlers.items():
            signal.signal(number, handler)
