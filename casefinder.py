"""The `casefinder` command: it looks for Casefinder's rooms in one place only, then runs `cli.main`.

In a checkout the rooms (`cli`, `pipeline`, `rules` ...) are next to this file. An installed wheel keeps them in their
own folder, because other packages use the same names: only this module finds them there. A script that uses
`pipeline` from an installed Casefinder imports `casefinder` first.
"""

from __future__ import annotations

import sys
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_INSTALLED = _HERE / "casefinder_rooms"
ROOMS = _INSTALLED if _INSTALLED.is_dir() else _HERE

sys.path.insert(0, str(ROOMS))  # first, so that no other package's `cli` or `rules` is taken for ours


def run() -> None:
    """The console script."""
    from cli.main import run  # only now can it be found

    run()
