"""What a long command says while it works: one line on a terminal, nothing at all when piped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def show_progress() -> Iterator[Callable[[str], None]]:
    """Gives a function to call with each phase's name."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    with console.status("Starting") as status:
        yield lambda phase: status.update(phase)
