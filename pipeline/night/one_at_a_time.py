"""One night at a time in one output folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import LockedError, OutputError
from pipeline.files.lock import held_alone

LOCK = "nightly.lock"


@contextmanager
def one_night(output: Path) -> Iterator[None]:
    """Raises LockedError if another night is running, and OutputError if the disk has no locks."""
    busy = LockedError("A night is running already. Nothing was changed: wait until it has ended.")
    no_lock = OutputError(f"{output} does not support locks. Put the output on a local disk.")
    with held_alone(output / LOCK, busy=busy, no_lock=lambda _: no_lock):
        yield
