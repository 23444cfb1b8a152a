"""Begins to import what the check needs, which takes seconds, while the extract is being read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from threading import Thread

_SLOW = ("great_expectations", "great_expectations.expectations", "scipy.stats")


@contextmanager
def preload() -> Iterator[None]:
    """The block runs at once. It is not left before the import is done: a process that ends in the midst may crash."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    thread = Thread(target=_import)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _import() -> None:
    """Whoever needs a module that cannot be imported will hear of it then."""
    for name in _SLOW:
        with suppress(Exception):
            import_module(name)
