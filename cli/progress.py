"""Progress of a long command: one line on a terminal, nothing when piped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def show_progress() -> Iterator[Callable[[str], None]]:
    """Yield a function to call with the name of each phase."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("Starting") as status:
        yield lambda phase: status.update(phase)
