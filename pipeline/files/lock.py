"""Locks that the system releases when their process ends, so that a killed run holds nobody up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from pipeline.errors import CasefinderError


def process_lock(path: Path) -> BaseFileLock:
    """A private lock file. It is never one that holds by existing, even on a disk without locks."""
    return FileLock(path, mode=0o600, fallback_to_soft=False)


@contextmanager
def held_alone(path: Path, *, busy: CasefinderError, no_lock: Callable[[Exception], CasefinderError]) -> Iterator[None]:
    """Hold the lock during the block.

    Raises `busy` at once if another process holds it, and the error that `no_lock` makes if there can be none here.
    """
    lock = process_lock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise busy from None
    except (OSError, NotImplementedError) as error:
        raise no_lock(error) from None
    try:
        yield
    finally:
        lock.release()
