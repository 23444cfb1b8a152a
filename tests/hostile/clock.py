"""Stops what takes too long or too much memory, so that it fails its test and not the whole run."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform != "win32":
    import resource


class TooSlowError(AssertionError):
    pass


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raises TooSlowError after so many seconds."""

    def stop(*_: object) -> None:
        raise TooSlowError(f"not done after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


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
