"""Every test here may use so much memory and no more: whatever is read without end fails, and harms nobody else."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.hostile.clock import memory_below

GIGABYTES = 6
collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []  # no pipes, alarms or limits of memory there


@pytest.fixture(autouse=True)
def bounded_memory() -> Iterator[None]:
    with memory_below(GIGABYTES):
        yield
