"""What every test shares: the day it is, or the invented extracts would grow too old; and which tests run, how hard."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import pytest

from tests.no_quality import nothing_is_found

os.environ["CASEFINDER_TODAY"] = "2026-11-21"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("casefinder", "the long tests (make prove)")
    group.addoption("--long", action="store_true", help="run the tests marked long or longer, and let them try hard")
    group.addoption("--share", type=float, default=1, help="with --long: try only this share (0.05: a twentieth)")
    group.addoption("--seed", type=int, help="with --long: what chance begins with (otherwise the time)")


@pytest.hookimpl(tryfirst=True)  # before Hypothesis reads its seed
def pytest_configure(config: pytest.Config) -> None:
    """Before any test is imported: `tests.effort` reads this, as do the processes that tests start."""
    patch("os.fsync", lambda _: None).start()  # nobody pulls the plug here; tests of flushing see to it themselves
    if config.getoption("--long"):
        os.environ["CASEFINDER_LONG"] = str(config.getoption("--share"))
        given = config.getoption("--seed")
        os.environ["CASEFINDER_SEED"] = str(given if given is not None else _seed_of_the_first_worker())
        config.option.hypothesis_seed = os.environ["CASEFINDER_SEED"]
        config.option.markexpr = "long or longer"
    else:
        _keep_to_one_thread()
    importlib.import_module("tests.effort")  # the profile of every property: none fails because a machine is busy


def _keep_to_one_thread() -> None:
    """Two workers share two cores, and threads that wait for one another cost more than small tables gain by them."""
    connect = duckdb.connect

    def connect_narrowly(
        database: str | Path = ":memory:", read_only: bool = False, config: dict[str, Any] | None = None
    ) -> duckdb.DuckDBPyConnection:
        return connect(database, read_only, {"threads": 1} | (config or {}))

    patch("duckdb.connect", connect_narrowly).start()


@pytest.fixture
def no_quality() -> Iterator[None]:
    """The check of the extract is left out."""
    with nothing_is_found():
        yield


def _seed_of_the_first_worker() -> str:
    """All workers draw alike: they inherit what the process that started them has set."""
    return os.environ.get("CASEFINDER_SEED") or str(int(time.time()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.getoption("--long"):
        seed = os.environ["CASEFINDER_SEED"]
        again = f"--long --share {config.getoption('--share'):g} --seed {seed}"
        terminalreporter.write_line(f"To run the same again: pytest {again}")
