"""One writer at a time, and readers that never wait.

A reader holds a lease, a locked file of its own, while it reads. The writer does not wait for it either: while there is
a lease, files that no manifest names any longer stay where they are. The system releases a killed process's locks.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import BaseFileLock, Timeout

from pipeline.errors import LockedError, OutputError, StoreError
from pipeline.files.lock import held_alone, process_lock
from pipeline.files.private import private_folder

_WRITER = "writer.lock"
_LEASES = "readers"
_LEASE, _SCRATCH = ".lease", ".scratch"


_NO_LOCKS = "This disk does not support locks. Put the store on a local disk."


@contextmanager
def only_writer(store: Path) -> Iterator[None]:
    """Raises LockedError if another process is writing to the store."""
    busy = LockedError(
        f"Another run is writing to the store {store}. Nothing was changed. Try again when it has finished."
    )
    with held_alone(store / _WRITER, busy=busy, no_lock=partial(_no_lock, store)):
        yield


@contextmanager
def reading(store: Path) -> Iterator[Path]:
    """Keep every file of the store in place while the block runs. Take the lease first, then read the manifest.

    Gives the path of a folder in the store that the reader may create for temporary files.
    """
    try:
        lease = _take_lease(private_folder(store / _LEASES))
    except (OSError, NotImplementedError, OutputError) as error:
        raise _no_lock(store, error) from None
    path = Path(lease.lock_file)
    try:
        yield path.with_suffix(_SCRATCH)
    finally:
        lease.release()
        _clear(path)


def _take_lease(folder: Path) -> BaseFileLock:
    """If a lease is cleared away after it is made but before it is locked, take another."""
    while True:
        lease = process_lock(folder / f"{uuid.uuid4()}{_LEASE}")
        try:
            lease.acquire(timeout=0)
        except Timeout:
            continue
        if Path(lease.lock_file).exists():
            return lease
        lease.release()


def is_being_read(store: Path) -> bool:
    """Whether any process holds a lease. Clears away the leases of dead processes, and what those wrote."""
    found = [path for ending in (_LEASE, _SCRATCH) for path in (store / _LEASES).glob(f"*{ending}")]
    return any([_is_held(path) for path in sorted({path.with_suffix(_LEASE) for path in found})])


def _is_held(path: Path) -> bool:
    lock = process_lock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    _clear(path)
    lock.release()
    return False


def _clear(lease: Path) -> None:
    """Remove what the reader wrote, then its lease: if this is killed in between, the lease still leads to the rest."""
    shutil.rmtree(lease.with_suffix(_SCRATCH), ignore_errors=True)
    lease.unlink(missing_ok=True)


def _no_lock(store: Path, error: Exception) -> StoreError:
    why = _NO_LOCKS if isinstance(error, NotImplementedError) else "Ask the owner of the folder for access."
    return StoreError(f"The store {store} cannot be used, because it cannot be locked. {why}")
