"""Starts importing what the check needs while the extract is being read, because it takes seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from threading import Thread

_SLOW = ("great_expectations", "great_expectations.expectations", "scipy.stats")


@contextmanager
def preload() -> Iterator[None]:
    """Import while the block runs. The block ends only after the import, or an exiting process might crash."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    thread = Thread(target=_import)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _import() -> None:
    """A module that cannot be imported raises its error where it is needed."""
    for name in _SLOW:
        with suppress(Exception):
            import_module(name)
