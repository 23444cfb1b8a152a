"""Stops what takes too long or too much memory, so that it fails its test and not the whole run."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform != "win32":
    import resource


IDLE = 15  # times as long by the clock on the wall


class TooSlowError(AssertionError):
    pass


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raises TooSlowError after so many seconds of work, or where nothing is done for much longer.

    Work, because a machine that does much else besides takes longer for the same.
    """

    def stop(*_: object) -> None:
        raise TooSlowError(f"not done after {seconds} seconds of work")

    kinds = {signal.SIGPROF: (signal.ITIMER_PROF, seconds), signal.SIGALRM: (signal.ITIMER_REAL, IDLE * seconds)}
    before = {kind: signal.signal(kind, stop) for kind in kinds}
    for timer, limit in kinds.values():
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for kind, (timer, _) in kinds.items():
            signal.setitimer(timer, 0)
            signal.signal(kind, before[kind])


@contextmanager
def memory_below(gigabytes: float) -> Iterator[None]:
    """MemoryError beyond so much address space, where the system can limit it."""
    if sys.platform != "linux":
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (int(gigabytes * 2**30), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
